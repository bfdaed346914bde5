/**
 * Several runs on one page and as files.
 *
 * @module
 */

import type { Figure } from "../figure.ts";
import { opensLate } from "../loss_panels.ts";
import { type FigureExhibit, page } from "../page.ts";
import { nats } from "../tables.ts";
import { type Comparability, comparability } from "./comparability.ts";
import { lossComparison, SPLITS } from "./loss_comparison.ts";
import type { ComparedRun } from "./records.ts";
import { type RunSurvival, survivalComparison } from "./survival_comparison.ts";
import { commonSettings, evaluationTables, lastEpochTables, settingsTables } from "./tables.ts";

/** A comparison of runs. */
export interface Comparison {
  /** One interactive page that works from a file and without a network. */
  readonly html: string;
  /** What Plotly draws, by name; `static/mod.ts` makes pictures of them. */
  readonly figures: ReadonlyMap<string, Figure>;
}

/**
 * Makes a comparison of runs: page and figures. What was not recorded is left out, and what does not compare is said.
 *
 * Pure: the same records give the same bytes.
 *
 * @param runs what is known of each, at least one
 * @returns the page, and what is on it for files of their own
 *
 * @example
 * ```ts
 * import { comparison } from "./report.ts";
 *
 * const runs = [5, 30].map((df) => ({
 *   name: `df-${df}`,
 *   config: [["latent.size", "3"], ["latent.df.fixed", `${df}`]] as const,
 *   dataset: "mnist",
 *   latent: { family: "gaussian", size: 3, kl: "closed" } as const,
 *   objective: { kind: "elbo", beta: 1 } as const,
 *   likelihood: "bernoulli" as const,
 *   metrics: [{ epoch: 1, step: 118, seconds: 2, train: { loss: 140 + df, reconstruction: 132 + df, kl: 8 } }],
 * }));
 * const { html, figures } = comparison(runs);
 * console.log(html.length, [...figures.keys()]); // ["loss_comparison"]
 * ```
 */
export function comparison(runs: readonly ComparedRun[]): Comparison {
  const compared = comparability(runs);
  const pictures = [...lossExhibits(runs, compared), ...tailExhibits(runs)];
  const html = page({
    title: `Comparison of ${runs.length} runs`,
    summary: summary(runs, compared),
    numbers: [
      ...settingsTables(runs),
      ...lastEpochTables(runs, compared.measure),
      ...evaluationTables(runs),
    ],
    exhibits: pictures,
    entries: [{ title: "Settings in common", rows: commonSettings(runs) }],
  });
  return { html, figures: new Map(pictures.map(({ name, figure }) => [name, figure])) };
}

/** What does not compare, and which run ends best if that can be said. */
function summary(
  runs: readonly ComparedRun[],
  { measure: { name, unit, of, split }, cautions, ranked }: Comparability,
): string {
  const ends = runs.flatMap(({ name, metrics }) => {
    const means = metrics.at(-1)?.[split];
    return means === undefined ? [] : [{ run: name, value: of(means).loss }];
  });
  if (ends.length === 0) return [...cautions, "No epoch has been recorded."].join(" ");
  if (!ranked) return cautions.join(" ");
  const best = ends.reduce((best, end) => end.value < best.value ? end : best);
  const end = `Lowest ${name} ${SPLITS[split]} after the last epoch: ${
    nats(best.value)
  } ${unit}, ${best.run}.`;
  return [...cautions, end].join(" ");
}

function lossExhibits(
  runs: readonly ComparedRun[],
  { measure: { name } }: Comparability,
): FigureExhibit[] {
  if (runs.every(({ metrics }) => metrics.length === 0)) return [];
  const late = runs.some(({ metrics }) => opensLate(metrics));
  return [{
    kind: "figure",
    wide: true,
    name: "loss_comparison",
    figure: lossComparison(runs),
    caption: "Means after every epoch. " +
      (name === "loss"
        ? "Loss is what training minimises; lower is better."
        : "Minus the ELBO is reconstruction + KL divergence, whatever training minimises; lower is better.") +
      (late ? " Double-click a panel to see its first epochs too." : ""),
  }];
}

function tailExhibits(runs: readonly ComparedRun[]): FigureExhibit[] {
  const measured = runs.flatMap(({ name, tails }) => tails === undefined ? [] : [{ name, tails }]);
  if (measured.length < runs.length) return [];
  const of = (quantity: "x" | "z"): RunSurvival[] =>
    measured.map(({ name, tails }) => ({ name, ...tails[quantity] }));
  const source =
    "from each run's own prior, of the objective t3 its alternative one. A line ends where nothing is left";
  return [
    {
      kind: "figure",
      wide: true,
      name: "survival_x",
      figure: survivalComparison(of("x"), { title: "Tails of examples", quantity: "|x|" }),
      caption:
        `How often the Euclidean norm of an example exceeds r: in the test set, and of new examples x ~ p(x|z) with z ${source}.`,
    },
    {
      kind: "figure",
      wide: true,
      name: "survival_z",
      figure: survivalComparison(of("z"), { title: "Tails of latents", quantity: "|z|" }),
      caption:
        `The same of latents: dotted, z ~ q(z|x) of the test set; solid, those of new examples, ${source}.`,
    },
  ];
}
