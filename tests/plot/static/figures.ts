/** Every kind of figure, from made-up records. */

import { ORIGINALS, PRESETS } from "../../../lib/model/mod.ts";
import {
  architecture,
  densities,
  dfCurves,
  type EpochRecord,
  type Figure,
  klPerDimension,
  latentSpace,
  lossComparison,
  lossCurves,
  lossDecomposition,
  survival,
  survivalComparison,
  vectorReconstructions,
  vectorSamples,
} from "../../../lib/plot/mod.ts";
import { sweepReport } from "../../../lib/plot/sweep/report.ts";
import { meanSurvival } from "../../../lib/plot/sweep/mean_survival.ts";
import { survivalPanels } from "../../../lib/plot/sweep/survival_panels.ts";
import { reproductionReport } from "../../../lib/plot/reproduction/report.ts";
import { compared, worse } from "../compare/records.ts";
import { epochs, ramp } from "../records.ts";
import { study } from "../reproduction/records.ts";
import { tails } from "../survival_records.ts";
import { finished, GRID, RANDOM, sweep, UNION } from "../sweep/records.ts";

/** As many points as make a cloud. */
const POINTS = 2500;

const latents = (latentSize: number, classes = 10) => {
  const labels = Uint8Array.from({ length: POINTS }, (_, i) => i % classes);
  return latentSpace({ loc: ramp(POINTS * latentSize), latentSize, labels });
};
const MODEL = { input: [28, 28], likelihood: { kind: "gaussian", scale: 0.1 } } as const;
const LATENT = { family: "student-t", size: 3 } as const;
const vectors = (size: number) => ({
  shape: [size],
  samples: ramp(8 * size),
  inputs: ramp(9 * size),
  reconstructions: ramp(10 * size).subarray(size),
});

const SWEEPS = { grid: GRID, union: UNION, random: RANDOM, single: finished([{ seed: 1 }], () => 99) };
const ofSweeps = Object.entries(SWEEPS).flatMap(([name, cells]) =>
  [...sweepReport(sweep(cells)).figures].flatMap(([figure, drawn]) =>
    // Curves are curves, whatever was varied.
    name === "grid" || figure !== "best_and_worst" ? [[`${figure}_of_${name}`, drawn] as const] : []
  )
);

const BELOW_ZERO = epochs(12).map((record, i) => ({
  ...record,
  test: { loss: -400 - 5 * i, reconstruction: -430 - 5 * i, kl: 30 },
}));

/** Degrees of freedom that go their own ways. */
function learnedDf(lines: number, count: number): EpochRecord[] {
  return epochs(count).map((record, epoch) => ({
    ...record,
    df: Array.from({ length: lines }, (_, i) => 5 * Math.exp((i - 2) * epoch / 80)),
  }));
}

/** More than there are colours. */
const RUNS = Array.from(
  { length: 7 },
  (_, i) => compared(`mnist-fc-student-t-${i + 1}`, { metrics: worse(i, 12 + 4 * i) }),
);

const TAILED = [3, 9].map((df) => ({
  name: `mnist-fc-student-t-${df}`,
  ...tails(df).z,
  curves: tails(df, { shift: df / 30 }).z.curves,
}));

/** Six configurations of five seeds each. */
const TAILS = [3, 5, 9, 15, 20, 30].map((df) => ({
  settings: { "objective.kind": df < 10 ? "t3" : "elbo", "latent.df": df, "likelihood.kind": "gaussian" },
  ...meanSurvival([-0.15, 0, 0.05, 0.12, 0.2].map((shift) => tails(df, { shift }).z)),
}));

/** What was cut down, and what was trained for long; the others are drawn elsewhere. */
const REPRODUCED = [
  ...reproductionReport([
    study("fc", { epochs: 100, seeds: 3 }),
    study("original-fc", { epochs: 2, seeds: 1, datasets: ["glyphs"] }),
    study("df", { epochs: 30, seeds: 3 }),
    study("outliers"),
  ]).figures,
].filter(([name]) => /^(losses|df|learned|outliers)/.test(name)).map(([name, figure]) =>
  [`reproduction_${name}`, figure] as const
);

export const FIGURES: ReadonlyMap<string, Figure> = new Map([
  ["kl_per_dimension", klPerDimension([2.9, 3.1, 0.01])],
  ["kl_of_20_dimensions", klPerDimension(ramp(20).map((x) => 1000 * x) as unknown as number[])],
  ["loss_curves", lossCurves(epochs(3))],
  ["loss_curves_long", lossCurves(epochs(40))],
  ["loss_decomposition", lossDecomposition(epochs(40))],
  ["loss_decomposition_below_zero", lossDecomposition(BELOW_ZERO)],
  ["df", dfCurves(learnedDf(3, 12))!],
  ["df_of_20_dimensions", dfCurves(learnedDf(20, 40))!],
  ["loss_comparison", lossComparison(RUNS)],
  [
    "survival_comparison",
    survivalComparison(TAILED, { title: "Tails of latents", quantity: "|z|" }),
  ],
  ["latent_space_1", latents(1)],
  ["latent_space_2", latents(2)],
  ["latent_space_3", latents(3)],
  ["latent_space_of_47_labels", latents(3, 47)],
  ["samples_1", vectorSamples(vectors(1))],
  ["samples_2", vectorSamples(vectors(2))],
  ["reconstructions", vectorReconstructions(vectors(7))],
  ["densities", densities()],
  [
    "architecture",
    architecture(PRESETS.fc({ ...MODEL, latent: { ...LATENT, df: { fixed: 5 }, kl: "exact" } })),
  ],
  [
    "architecture_of_images",
    architecture(PRESETS["original-cnn"]({
      ...MODEL,
      latent: { ...LATENT, ...ORIGINALS["original-cnn"].studentT },
    })),
  ],
  ["survival", survival({ title: "Tails of examples", quantity: "|x|", ...tails().x })],
  [
    "survival_panels",
    survivalPanels(TAILS, {
      title: "Tails of latents",
      quantity: "|z|",
      keys: ["objective.kind", "latent.df", "likelihood.kind"],
    }),
  ],
  ...ofSweeps,
  ...REPRODUCED,
]);
