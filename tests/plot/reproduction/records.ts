/** Made-up studies: curves that fall as real ones do, the same for the same arguments. */

import { PRESETS } from "../../../lib/model/mod.ts";
import { mosaic } from "../../../lib/plot/mod.ts";
import {
  type StudyCell,
  type StudyCurve,
  type StudyName,
  type StudyRecords,
} from "../../../lib/plot/reproduction/records.ts";
import type { Settings } from "../../../lib/plot/sweep/records.ts";
import { ramp } from "../records.ts";

/** How much there is of a study. */
export interface Extent {
  readonly epochs?: number;
  readonly seeds?: number;
  readonly datasets?: readonly string[];
}

/** Where losses go after very many epochs, in nats. */
const FLOORS: Readonly<Record<string, number>> = { "mnist": 131, "fashion-mnist": 248, "glyphs": 60 };

const KL = 8;

/** The weight of the divergence in a dense original's loss. */
const BETA = 784 / 512;

/** Numbers between -1 and 1 that look like chance. */
function noise(...places: readonly number[]): number {
  const x = Math.sin(places.reduce((sum, place, i) => sum + place * (12.9898 + 65.719 * i), 1)) * 43758.5453;
  return 2 * (x - Math.floor(x)) - 1;
}

function curveOf(
  floor: number,
  { epochs, seed, beta }: Record<"epochs" | "seed" | "beta", number>,
): StudyCurve {
  const epoch = Array.from({ length: epochs }, (_, i) => i + 1);
  const level = floor + 0.5 * noise(seed, floor);
  const loss = epoch.map((n) => level + 45 / n ** 0.62 + 0.35 * noise(n, seed, floor));
  return {
    epoch,
    trainLoss: loss.map((loss, i) => loss - 1.5 + 40 / (i + 1) ** 2),
    testLoss: loss,
    testReconstruction: loss.map((loss) => loss - beta * KL),
    testKl: loss.map((_, i) => KL + 0.1 * noise(i, seed)),
  };
}

function cellOf(study: StudyName, settings: Settings, epochs: number): StudyCell {
  const seed = Number(settings.seed);
  const studentT = settings["latent.family"] === "student-t";
  const { "latent.df": df, "outliers.fraction": fraction = 0 } = settings;
  const floor = FLOORS[String(settings.dataset ?? "mnist")] - (study.includes("cnn") ? 4 : 0) -
    (studentT ? 0.6 + 6 * Number(fraction) : 0) + 40 * Number(fraction) +
    (typeof df === "number" ? 6 / df : 0);
  const curve = curveOf(floor, { epochs, seed, beta: study === "original-fc" ? BETA : 1 });
  const learned = df === "learned";
  return {
    settings,
    seconds: 2.5 * epochs,
    curve: learned ? { ...curve, df: curve.epoch.map((n) => 5 + (4 + seed) * (1 - 1 / n ** 0.3)) } : curve,
    metrics: {
      elbo: -curve.testLoss[epochs - 1],
      logLikelihood: 2 - curve.testLoss[epochs - 1] + 0.3 * noise(seed, floor, 2),
      reconstruction: curve.testReconstruction[epochs - 1],
      kl: curve.testKl[epochs - 1],
      klPerDimension: [2.6, 2.7, 2.7],
      activeUnits: 3,
      tailIndex: [0, 1, 2].map((i) => (studentT ? 8 : 12) + 2 * noise(i, seed, Number(df) || 0)),
      priorTailIndex: [0, 1, 2].map((i) => (studentT ? 4 + 0.1 * (Number(df) || 0) : 8) + noise(i, seed)),
      nearestNeighborAccuracy: 0.72 + 0.01 * noise(seed, floor) + (studentT ? 0.01 : 0),
      linearProbeAccuracy: 0.7 + 0.02 * noise(floor, seed),
      mmd: 0.03 + 0.002 * noise(seed, floor, 1),
      mmdPValue: 0.005,
    },
  };
}

const FAMILIES = ["gaussian", "student-t"];

const DFS = [2.5, 3, 5, 10, 30, "learned", "amortised"];

function settingsOf(study: StudyName, datasets: readonly string[]): Settings[] {
  const families = (settings: Settings) =>
    FAMILIES.map((family) => ({ ...settings, "latent.family": family }));
  if (study === "df") {
    return [
      { "latent.family": "gaussian" },
      ...DFS.flatMap((df) =>
        [false, true].map((joint) => ({
          "latent.family": "student-t",
          "latent.df": df,
          "latent.joint": joint,
        }))
      ),
    ];
  }
  if (study === "outliers") {
    const outliers: readonly Settings[] = [
      { "outliers.kind": "uniform" },
      { "outliers.kind": "other-dataset", "outliers.dataset": "fashion-mnist" },
    ];
    return [
      {},
      ...outliers.flatMap((kind) =>
        [0.02, 0.05, 0.1].map((fraction) => ({ "outliers.fraction": fraction, ...kind }))
      ),
    ].flatMap(families);
  }
  return datasets.flatMap((dataset) => families({ dataset }));
}

const KEYS: Partial<Record<StudyName, readonly string[]>> = {
  df: ["latent.family", "seed", "latent.df", "latent.joint"],
  outliers: ["latent.family", "seed", "outliers.fraction", "outliers.kind", "outliers.dataset"],
};

/** A study of which everything has been trained and measured. */
export function study(
  name: StudyName,
  { epochs = 3, seeds = 2, datasets = ["mnist", "fashion-mnist"] }: Extent = {},
): StudyRecords {
  const all = settingsOf(name, datasets);
  const cells = all.flatMap((settings) =>
    Array.from({ length: seeds }, (_, seed) => cellOf(name, { ...settings, seed }, epochs))
  );
  const model = name === "df" || name === "outliers" ? "fc" : name;
  const ofFamilies = model === name;
  return {
    study: name,
    command: `deno task reproduce --only ${name}`,
    notes: [],
    keys: KEYS[name] ?? ["dataset", "latent.family", "seed"],
    total: cells.length,
    cells,
    metrics: {
      elbo: { unit: "nats per example", definition: "a lower bound of ln p(x)" },
      activeUnits: { unit: "latent dimensions of 3", definition: "in use" },
      mmd: { unit: "squared maximum mean discrepancy", definition: "between samples | and test examples" },
    },
    ...((name === "fc" || name === "cnn") && {
      model: PRESETS[model]({
        input: [28, 28],
        latent: { family: "gaussian", size: 3, kl: "closed" },
        likelihood: { kind: "bernoulli" },
      }),
    }),
    config: [
      ...(ofFamilies ? [] : [["dataset", "mnist"]] as const),
      ["model.name", model],
      ["epochs", String(epochs)],
      ["batchSize", "512"],
      ["optimizer.learningRate", "0.0005"],
    ],
    provenance: [["engine", "wasm"], ["threads", "1"]],
    images: ofFamilies
      ? all.map((settings) => ({
        settings: { ...settings, seed: 0 },
        png: mosaic({ images: ramp(64 * 784), shape: [28, 28], columns: 8, scale: 2, gap: 4 }),
      }))
      : [],
  };
}
