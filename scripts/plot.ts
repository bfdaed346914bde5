/**
 * Draws the figures of a run or several, a model's architecture, the paper's reproduction, or the mathematics: densities
 * and divergences.
 *
 * @module
 */

import { basename, join, resolve } from "node:path";
import { object, or } from "@optique/core/constructs";
import { type Message, message, text } from "@optique/core/message";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { argument, command, constant, option } from "@optique/core/primitives";
import { path } from "@optique/run";
import { didYouMean } from "../lib/names/nearest.ts";
import { architecture } from "../lib/plot/architecture.ts";
import { densities } from "../lib/plot/densities.ts";
import { divergence } from "../lib/plot/divergence.ts";
import { openRun } from "../lib/run/directory.ts";
import { modelOf } from "../lib/run/resolve.ts";
import { UsageError } from "../lib/run/usage_error.ts";
import { runCommand } from "./cli/command.ts";
import { writeComparison } from "./cli/comparison.ts";
import { writeFigurePage } from "./cli/figures.ts";
import { outOption } from "./cli/out_option.ts";
import { writeReport } from "./cli/report.ts";
import { writeReproduction } from "./cli/reproduce/report.ts";
import { RUN_MISSING, runArgument } from "./cli/run_argument.ts";

/** Where several runs are compared. */
const COMPARISON = "compare.html";

const RUN_OR_SUBJECT: Message = [
  ...RUN_MISSING,
  text("; or say architecture RUN, densities, divergence or reproduction RESULTS"),
];

const out = withDefault(
  option("--out", path({ metavar: "DIR" }), {
    description: message`where the files go (default: figures)`,
  }),
  "figures",
);

const reproduction = object({
  what: constant("reproduction"),
  results: argument(path({ metavar: "RESULTS" }), {
    description:
      message`the folder of results, as docs/reproduction or results/ in a folder of deno task reproduce`,
    errors: { endOfInput: message`RESULTS is missing: name a folder of results, as docs/reproduction` },
  }),
  out,
});

const runs = object({
  what: constant("runs"),
  runs: multiple(runArgument, { min: 1, errors: { tooFew: RUN_MISSING } }),
  page: optional(
    outOption([".html"], message`the page that compares several runs (default: ${text(COMPARISON)})`),
  ),
});

await runCommand({
  name: "plot",
  brief:
    "Draws the figures of a run or several, a model, or the densities and divergences of the distributions.",
  description:
    "Writes figures/ (each figure as JSON for Plotly, SVG and PNG) and report.html, one self-contained page, from " +
    "the metrics and the evaluation in the run directory. `deno task evaluate` makes the evaluation anew. Of " +
    "several runs it writes one page that compares them, and its figures in a folder beside it.",
  examples: [
    "deno task plot runs/mnist-fc-student-t-1",
    "deno task plot runs/mnist-fc-student-t-1 runs/mnist-fc-gaussian-1 --out compare.html",
    "deno task plot architecture runs/mnist-fc-student-t-1",
    "deno task plot densities --out figures",
    "deno task plot reproduction docs/reproduction --out figures",
  ],
  parser: or(
    command("densities", object({ what: constant("densities"), out }), {
      brief: message`Student-t densities beside the normal's, as HTML, JSON, SVG and PNG`,
    }),
    command("divergence", object({ what: constant("divergence"), out }), {
      brief: message`KL against df, as HTML, JSON, SVG and PNG`,
    }),
    command("architecture", object({ what: constant("architecture"), run: runArgument }), {
      brief: message`a run's model, layer by layer, as HTML, JSON, SVG and PNG`,
    }),
    command("reproduction", reproduction, {
      brief:
        message`what deno task reproduce has come to, from its folder of results, as one page with its figures`,
    }),
    runs,
    {
      errors: {
        noMatch: RUN_OR_SUBJECT,
        unexpectedInput: (token) => [text(`Unexpected ${token}${didYouMean(token, ["--out"])}`)],
      },
    },
  ),
}, async (asked) => {
  switch (asked.what) {
    case "densities":
      return console.log(await drawDensities(asked.out));
    case "divergence":
      return console.log(await drawDivergence(asked.out));
    case "architecture":
      return console.log(await drawArchitecture(asked.run));
    case "reproduction":
      return console.log(await writeReproduction(asked.results, asked.out));
    case "runs":
      return console.log(await drawRuns(asked.runs, asked.page));
  }
});

async function drawDensities(folder: string): Promise<string> {
  return await writeFigurePage(folder, {
    name: "densities",
    figure: densities(),
    title: "Densities",
    summary: "The fewer degrees of freedom a Student-t distribution has, the heavier are its tails.",
    caption:
      "St(0, 1, df) and N(0, 1). On the right their logarithms: a value ten scales from loc is out of " +
      "the question for the normal, and nothing unusual where df is small.",
  });
}

async function drawDivergence(folder: string): Promise<string> {
  return await writeFigurePage(folder, {
    name: "divergence",
    figure: divergence(),
    title: "Divergence",
    summary: "The fewer degrees of freedom posterior and prior have, the less a displacement costs.",
    caption:
      "KL(St(loc, scale², df) ‖ St(0, I, df)) in eight dimensions. A joint t has the factor (df + 8)/2; with " +
      "the (df + 1)/2 of a single coordinate its formula gives something else, on the right less than nothing.",
  });
}

async function drawArchitecture(path: string): Promise<string> {
  const run = await openRun(path);
  return await writeFigurePage(join(run.path, "figures"), {
    name: "architecture",
    figure: architecture(modelOf(run.config)),
    title: basename(resolve(run.path)),
    summary: "What the model is made of.",
    caption:
      "Each layer with its settings, the shape that one example has after it, and how many parameters " +
      "it trains. z is drawn from the distribution that loc, scale and df describe.",
  });
}

async function drawRuns(paths: readonly string[], page?: string): Promise<string> {
  const [path, ...others] = paths;
  if (others.length > 0) return await writeComparison(paths, page ?? COMPARISON);
  if (page !== undefined) {
    throw new UsageError(
      `Cannot draw run ${path} into ${page}: its report goes into its folder; --out is for several runs`,
    );
  }
  try {
    return await writeReport(path);
  } catch (error) {
    if (error instanceof UsageError) {
      throw new UsageError(
        error.message + didYouMean(path, ["architecture", "densities", "divergence", "reproduction"]),
      );
    }
    throw error;
  }
}
