/**
 * Measures a trained run on its test set.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { withDefault } from "@optique/core/modifiers";
import { flag } from "@optique/core/primitives";
import type { Dataset } from "../lib/data/dataset.ts";
import { openRun, type Run } from "../lib/run/directory.ts";
import { checkData } from "../lib/run/provenance.ts";
import { modelOf } from "../lib/run/resolve.ts";
import { restoreEngine } from "../lib/run/restore.ts";
import { UsageError } from "../lib/run/usage_error.ts";
import { runCommand } from "./cli/command.ts";
import { readDataset, WHOLE } from "./cli/dataset.ts";
import { evaluateRun } from "./cli/evaluation.ts";
import { checkMeasures, evaluateOptions } from "./cli/evaluate_options.ts";
import { checkOutliers } from "./cli/outlier_options.ts";
import { RUN_MISSING, runArgument, threadsOption } from "./cli/run_argument.ts";
import { runWide } from "./cli/wide_simd.ts";

await runCommand(
  {
    name: "evaluate",
    brief: "Measures a trained run on its test set.",
    description:
      "Prints a table and writes evaluation.json (metrics with unit, definition and standard error) and " +
      "evaluation.safetensors (what figures are drawn from) into the run directory.",
    examples: [
      "deno task evaluate runs/mnist-fc-student-t-1",
      "deno task evaluate runs/mnist-fc-student-t-1 --iwae 500",
      "deno task evaluate runs/mnist-fc-student-t-1 --mmd 1000",
      "deno task evaluate runs/mnist-fc-student-t-1 --against fashion-mnist",
      "deno task evaluate runs/heavy-tail-1d-fc-student-t-1 --tails 6 --latents prior --latents ex-post-t",
      "deno task evaluate runs/mnist-fc-student-t-1 --checkpoint last --backend tfjs-cpu",
      "deno task evaluate runs/mnist-fc-student-t-1 --outliers 0.05 --outlier-kind salt",
    ],
    parser: object(
      {
        path: runArgument,
        given: evaluateOptions,
        threads: threadsOption,
        definitions: withDefault(
          flag("--definitions", {
            description: message`also print what each metric is, and how it was measured`,
          }),
          false,
        ),
      },
      { errors: { endOfInput: RUN_MISSING } },
    ),
  },
  async ({ path, threads, given, definitions }) => {
    const { measures, wideSimd, mirror, testOutliers, backend } = given;
    const code = await runWide("evaluate", wideSimd);
    if (code !== undefined) return code;
    const run = await openRun(path);
    checkMeasures(measures, run.config);
    const outliers = checkOutliers(testOutliers);
    const dataset = await readDataset(run.config, { mirror, testOutliers: outliers });
    await checkData(run, dataset);
    const { against: name } = measures;
    const against = name === undefined ? undefined : await readOthers(run, { name, mirror });
    const { engine, checkpoint } = await restoreEngine(run, {
      checkpoint: given.checkpoint,
      backend,
      threads,
    });
    try {
      console.log(
        await evaluateRun(run, { engine, dataset, checkpoint, outliers, measures, against, definitions }),
      );
    } finally {
      await engine.close();
    }
  },
);

/** A data set of examples that the run's model takes. */
async function readOthers(
  { path, config }: Run,
  { name, mirror }: { readonly name: string; readonly mirror: string | undefined },
): Promise<Dataset> {
  const others = await readDataset({ ...config, ...WHOLE, dataset: name }, { mirror });
  const [ours, theirs] = [modelOf(config).input, others.shape].map((shape) => `[${shape.join(", ")}]`);
  if (ours === theirs) return others;
  throw new UsageError(
    `Cannot measure ${path} against ${name}: its examples must have shape ${ours}, got ${theirs}`,
  );
}
