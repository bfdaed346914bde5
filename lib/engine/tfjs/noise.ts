/**
 * Which noise an engine draws, and for what.
 *
 * @module
 */

import { type Noise, uniformPair } from "../../dist/mod.ts";
import type { NoiseKey } from "../../math/philox.ts";
import { noiseDimensions } from "../../model/latent.ts";
import type { EngineOptions } from "../engine.ts";
import type { BatchInputs } from "./objective.ts";

/** For the z that is decoded and, where the divergence has a sample of its own, for that. */
export type ObjectiveNoise = Pick<BatchInputs, "noise" | "secondNoise">;

/** What all noise of an engine depends on. */
export type NoiseOptions = Pick<EngineOptions, "model" | "objective" | "seed">;

/**
 * Noise of a training step: a function of the step and each example's place in the batch.
 *
 * @param options seed, model and objective
 * @param at `step`, from 0, and `rows` in the batch
 * @returns uniforms for each draw of the objective
 */
export function trainingNoise(
  options: NoiseOptions,
  { step, rows }: { readonly step: number; readonly rows: number },
): ObjectiveNoise {
  return noises(options, {
    rows,
    first: { stream: "latent", step },
    second: { stream: "secondLatent", step },
  });
}

/**
 * Noise of an evaluation: a function of each example's index alone.
 *
 * @param options seed, model and objective
 * @param rows indices of the examples
 * @returns uniforms for each draw of the objective
 */
export function evaluationNoise(options: NoiseOptions, rows: Uint32Array): ObjectiveNoise {
  return noises(options, {
    rows,
    first: { stream: "evaluation" },
    second: { stream: "evaluation", draw: 1 },
  });
}

/**
 * One draw of an evaluation, by default the first one of {@linkcode evaluationNoise}, whatever the objective.
 *
 * @param options seed and model
 * @param of `rows`, the indices of the examples, and which `draw`
 * @returns uniforms, `[rows, noiseDimensions]` each
 */
export function evaluationDraw(
  { seed, model }: NoiseOptions,
  { rows, draw = 0 }: { readonly rows: Uint32Array; readonly draw?: number },
): Noise {
  return uniformPair({ seed, stream: "evaluation", draw }, {
    rows,
    dimensions: noiseDimensions(model.latent),
  });
}

type Key = Omit<NoiseKey, "seed">;

function noises(
  { model: { latent }, objective, seed }: NoiseOptions,
  { rows, first, second }: { rows: number | Uint32Array; first: Key; second: Key },
): ObjectiveNoise {
  const shape = { rows, dimensions: noiseDimensions(latent) };
  const samples = objective.kind === "iwae" ? { samples: objective.samples } : {};
  return {
    noise: uniformPair({ seed, ...first }, { ...shape, ...samples }),
    ...(latent.klSample === "second" ? { secondNoise: uniformPair({ seed, ...second }, shape) } : {}),
  };
}
