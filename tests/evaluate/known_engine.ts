/**
 * An engine whose measures can be worked out by hand.
 *
 * @module
 */

import type { Split } from "../../lib/data/dataset.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { sample } from "../../lib/math/student_t.ts";
import { fc } from "../../lib/model/presets.ts";
import type { Model, StudentTLatent } from "../../lib/model/record.ts";

const NOISE = { seed: 9, stream: "latent" } as const;

/** An engine with known answers: latents alternate in dimension 0 and stand still in dimension 1. */
export const known: Engine = {
  name: "tfjs-cpu",
  device: "known answers",
  threads: 1,
  batchSize: 4,
  stepsPerCall: 1,
  step: 0,
  trainSteps: () => Promise.reject(new Error("evaluate() must not train")),
  objectiveParts: (_, indices) => {
    const examples = indices.length;
    const klPerDimension = Float64Array.of(3 * examples, 0.5 * examples);
    return Promise.resolve({
      examples,
      loss: 13.5 * examples,
      reconstruction: 10 * examples,
      kl: 3.5 * examples,
      klPerDimension,
      perExample: {
        reconstruction: new Float32Array(examples).fill(10),
        kl: Float32Array.from({ length: 2 * examples }, (_, i) => i % 2 === 0 ? 3 : 0.5),
      },
    });
  },
  encode: (_, indices) =>
    Promise.resolve({
      loc: Float32Array.from(
        { length: 2 * indices.length },
        (_, i) => i % 2 === 1 ? 4 : i % 4 === 0 ? 1 : -1,
      ),
      scale: new Float32Array(2 * indices.length).fill(1),
    }),
  logLikelihood: (_, indices, { samples }) =>
    Promise.resolve({
      logLikelihood: new Float64Array(indices.length).fill(-12),
      effectiveSampleSize: new Float64Array(indices.length).fill(samples / 4),
    }),
  sampleLatent: (_, indices) =>
    Promise.resolve(Float32Array.from(sample(NOISE, { rows: indices, dimensions: 2, df: 5, scale: 2 }))),
  decode: (latent) => Promise.resolve(new Float32Array(latent.length / 2 * 6).fill(latent[0])),
  learnedDf: () => Promise.resolve(undefined),
  exportState: () => Promise.reject(new Error("not used")),
  importState: () => Promise.reject(new Error("not used")),
  close: () => Promise.resolve(),
};

/** Two t of 5 degrees of freedom. */
export const LATENT: StudentTLatent = { family: "student-t", size: 2, df: { fixed: 5 }, kl: "exact" };

/** What the engine stands for. */
export const MODEL: Model = fc({
  input: [6],
  hidden: [4],
  latent: LATENT,
  likelihood: { kind: "bernoulli" },
});

/** What it is measured on. */
export const SPLIT: Split = { values: new Uint8Array(48).fill(51), count: 8 };
