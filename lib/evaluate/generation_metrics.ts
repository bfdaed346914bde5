/**
 * How much new examples are like real ones, by where their latents come from.
 *
 * @module
 */

import type { Split } from "../data/dataset.ts";
import type { Engine } from "../engine/engine.ts";
import { sampleExamples } from "../engine/sample_examples.ts";
import type { LatentSourceName } from "../model/latent_sources.ts";
import type { Model, Objective } from "../model/record.ts";
import { asNumbers } from "./as_numbers.ts";
import type { LatentSource } from "./latent_source.ts";
import { finiteMetrics, type Metrics } from "./metric.ts";
import { sampleMetrics } from "./sample_metrics.ts";
import { logSpaced, norms, survival } from "./survival.ts";
import { tailMetrics } from "./tail_metrics.ts";

/** Which tails to measure. */
export interface Tails {
  /** A norm of x, finite and > 0: what is above it is far out. */
  readonly radius: number;
  /** Draws x ~ p(x|z) of each source of latents, two or more. */
  readonly draws: number;
}

/** What to measure of new examples; nothing where both are absent. */
export interface GenerationMeasures {
  /** Draws, and test examples, that MMD compares; absent where it is not to be measured, as it takes seconds. */
  readonly mmd?: number;
  /** Tails to be measured of a model of numbers; absent where they are not. */
  readonly tails?: Tails;
}

/** What {@linkcode generationMetrics} works on. */
export interface GenerationOptions extends GenerationMeasures {
  /** The record that the engine was made with. */
  readonly model: Model;
  /** What the engine was made to train on. */
  readonly objective: Objective;
  /** Where latents come from. */
  readonly sources: readonly LatentSource[];
  /** Real examples that the model was not trained on. */
  readonly test: Split;
  /** One z ~ q(z|x) for each of them, `[examples, latentSize]`. */
  readonly posterior: Float32Array;
  /** Decides the draws. */
  readonly seed: number;
}

/** What was measured of new examples from one source of latents. */
export interface GenerationEntry {
  /** Where their latents come from. */
  readonly latents: LatentSourceName;
  /** The same in one line for people. */
  readonly definition: string;
  /** `mmd` and `mmdPValue` of {@linkcode sampleMetrics}, and those of {@linkcode tailMetrics}, as asked for. */
  readonly metrics: Metrics;
}

/** P(norm > r) at the same radii r of several distributions. */
export interface SurvivalCurves {
  /** r, increasing. */
  readonly radius: Float32Array;
  /** By name, each as long as `radius`. */
  readonly curves: Readonly<Record<string, Float32Array>>;
}

/** What was measured of new examples. */
export interface Generation {
  /** One entry for each source of latents; none where nothing was asked for. */
  readonly entries: readonly GenerationEntry[];
  /** Norms of x: of the test set, `data`, and of draws by their source; only where tails were measured. */
  readonly survival?: SurvivalCurves;
  /** Norms of z: of one z ~ q(z|x) for each test example, `posterior-test`, and by source; only beside `survival`. */
  readonly latentSurvival?: SurvivalCurves;
}

/** Points of a survival curve. */
const RADII = 64;

/** Survival curves go from the radius of tails divided by this to its product with it. */
const SPREAD = 10;

/** Where survival curves of latents begin and end. */
const LATENT_RADII = { from: 0.1, to: 100, count: RADII };

/**
 * Draws new examples from each source of latents, and measures how much they are like real ones.
 *
 * MMD takes the mean of p(x|z) as the new example, tails a draw x ~ p(x|z).
 *
 * @param engine the trained model
 * @param options what to measure, of which sources, beside which examples
 * @returns metrics by source, and survival curves
 */
export async function generationMetrics(engine: Engine, options: GenerationOptions): Promise<Generation> {
  const { sources, test, seed, mmd, tails } = options;
  if (mmd === undefined && tails === undefined) return { entries: [] };
  const beside = tails && tailsBeside(engine, { ...options, tails });
  const entries: GenerationEntry[] = [];
  for (const source of sources) {
    const metrics: Metrics = {
      ...(mmd !== undefined &&
        await sampleMetrics(engine, { split: test, latents: source.sample({ count: mmd, seed }), seed })),
      ...await beside?.measure(source),
    };
    const { name, definition } = source;
    entries.push({ latents: name, definition, metrics: finiteMetrics(metrics) });
  }
  return { entries, ...beside?.curves };
}

/** The test set's tails, and what measures those of one source after the other beside them. */
function tailsBeside(
  engine: Engine,
  { model, objective, test, posterior, seed, tails }: GenerationOptions & { readonly tails: Tails },
): {
  readonly curves: Required<Pick<Generation, "survival" | "latentSurvival">>;
  /** Adds the source's curves, and gives its metrics. */
  measure(source: LatentSource): Promise<Metrics>;
} {
  const { size } = model.latent;
  const dimensions = test.values.length / test.count;
  const data = asNumbers(test.values);
  const radius = logSpaced({ from: tails.radius / SPREAD, to: tails.radius * SPREAD, count: RADII });
  const latentRadius = logSpaced(LATENT_RADII);
  const curves: Record<string, Float32Array> = { data: survival(norms(data, dimensions), radius) };
  const latentCurves: Record<string, Float32Array> = {
    "posterior-test": survival(norms(posterior, size), latentRadius),
  };
  return {
    curves: { survival: { radius, curves }, latentSurvival: { radius: latentRadius, curves: latentCurves } },
    async measure({ name, sample }) {
      const latents = sample({ count: tails.draws, seed });
      const draws = await sampleExamples(engine, { model, objective, latents, seed });
      curves[name] = survival(norms(draws, dimensions), radius);
      latentCurves[name] = survival(norms(latents, size), latentRadius);
      return tailMetrics({ draws, data }, { dimensions, radius: tails.radius, seed });
    },
  };
}
