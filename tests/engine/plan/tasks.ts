/**
 * Small tasks that between them have everything a record can say.
 *
 * @module
 */

import type { Task } from "../../../lib/engine/plan/lower.ts";
import { ORIGINALS } from "../../../lib/model/originals.ts";
import { PRESETS } from "../../../lib/model/presets.ts";
import type { Latent, Layer, Likelihood, Model, Objective } from "../../../lib/model/record.ts";

const ELBO: Objective = { kind: "elbo", beta: 1 };
const BERNOULLI: Likelihood = { kind: "bernoulli" };
const T = { family: "student-t", size: 3, kl: "exact" } as const;
const SMALL = { input: [4, 4], hidden: [6, 5, 4], likelihood: BERNOULLI };
const FIXED: Latent = { ...T, df: { fixed: 5 } };
const AMORTISED = { ...T, df: { amortised: true } } as const;

/** Every latent that a plan differs for. */
export const LATENTS: Readonly<Record<string, Latent>> = {
  "gaussian": { family: "gaussian", size: 3, kl: "closed" },
  "gaussian, sampled": { family: "gaussian", size: 3, kl: "monte-carlo" },
  "gaussian, sampled twice": { family: "gaussian", size: 3, kl: "monte-carlo", klSample: "second" },
  "fixed df": FIXED,
  "fixed df, prior of others": { ...FIXED, priorDf: 3 },
  "fixed df, sampled": { ...FIXED, kl: "monte-carlo", priorDf: 3 },
  "learned df": { ...T, df: { learned: "global" } },
  "learned df, tied": { ...T, df: { learned: "global" }, priorDf: "tied" },
  "learned df, sampled": { ...T, df: { learned: "global" }, kl: "monte-carlo" },
  "df per dimension": { ...T, df: { learned: "per-dimension" }, priorDf: 7 },
  "df per dimension, tied, sampled twice": {
    ...T,
    df: { learned: "per-dimension" },
    priorDf: "tied",
    kl: "monte-carlo",
    klSample: "second",
  },
  "amortised df": AMORTISED,
  "amortised df, tied": { ...AMORTISED, priorDf: "tied", generationDf: 3 },
  "amortised df, tied, sampled": { ...AMORTISED, priorDf: "tied", generationDf: 3, kl: "monte-carlo" },
  "amortised df, sampled twice": { ...AMORTISED, kl: "monte-carlo", klSample: "second" },
  "joint, fixed df": { ...FIXED, joint: true },
  "joint, prior of others, sampled": { ...FIXED, joint: true, priorDf: 3, kl: "monte-carlo" },
  "joint, learned df": { ...T, joint: true, df: { learned: "global" } },
  "joint, learned df, tied": { ...T, joint: true, df: { learned: "global" }, priorDf: "tied" },
  "joint, amortised df": { ...AMORTISED, joint: true, size: 4 },
  "joint, amortised df, sampled twice": { ...AMORTISED, joint: true, kl: "monte-carlo", klSample: "second" },
};

/** Every likelihood. */
export const LIKELIHOODS: Readonly<Record<string, Likelihood>> = {
  "bernoulli": BERNOULLI,
  "gaussian": { kind: "gaussian", scale: 0.4 },
  "gaussian, learned scale": { kind: "gaussian", scale: "learned" },
  "student-t": { kind: "student-t", df: 4, scale: 0.3 },
  "student-t, learned scale": { kind: "student-t", df: 4, scale: "learned" },
};

/** A dense net that takes no time. */
function tinyDense(latent: Latent, likelihood: Likelihood = BERNOULLI): Model {
  return PRESETS.fc({ input: [6], hidden: [7, 5], latent, likelihood });
}

/** A layer of every kind, one after another that it behaves differently behind, on images of 4 × 6 pixels. */
export function tinyImages(latent: Latent = FIXED): Model {
  const conv = { size: 3, stride: 2, activation: "relu", bias: true } as const;
  const batchNorm = { kind: "batch-norm", momentum: 0.9, epsilon: 1e-3 } as const;
  const leaky = { kind: "leaky-relu", slope: 0.3 } as const;
  const encoder: readonly Layer[] = [
    batchNorm,
    leaky,
    { ...conv, kind: "conv", filters: 3 },
    { ...conv, kind: "conv", filters: 4, stride: 1, size: 2 },
    batchNorm,
    leaky,
    leaky,
    { kind: "dense", units: 9, activation: "relu" },
    batchNorm,
  ];
  const decoder: readonly Layer[] = [
    { kind: "dense", units: 12, activation: "relu", l2: 0.01 },
    { kind: "reshape", shape: [2, 3, 2] },
    { ...conv, kind: "conv-transpose", filters: 2, size: 4 },
    leaky,
    { ...conv, kind: "conv-transpose", filters: 3, stride: 1 },
    { ...conv, kind: "conv", filters: 2, stride: 1, activation: "linear", bias: false },
    batchNorm,
    { kind: "leaky-relu", slope: 0 },
    { ...conv, kind: "conv", filters: 1, stride: 1, activation: "linear" },
  ];
  return { name: "tiny-images", input: [4, 6], encoder, latent, decoder, likelihood: BERNOULLI };
}

/** What is left of a net when everything optional is gone: heads on the data, one layer with a ReLU at the end. */
function tinyBare(): Model {
  return {
    name: "tiny-bare",
    input: [6],
    encoder: [],
    latent: FIXED,
    decoder: [{ kind: "dense", units: 6, activation: "relu" }],
    likelihood: { kind: "gaussian", scale: 1 },
  };
}

/** Tasks by name. */
export const TASKS: Readonly<Record<string, Task>> = {
  ...all("latent", LATENTS, (latent) => task(tinyDense(latent))),
  ...all("likelihood", LIKELIHOODS, (likelihood) => task(tinyDense(FIXED, likelihood))),
  "layers of every kind": task(tinyImages()),
  "bare": task(tinyBare()),
  "beta 0.3": task(tinyDense(FIXED), { ...ELBO, beta: 0.3 }),
  "sums of element means": task(tinyDense(FIXED), { ...ELBO, reduction: "sum-of-element-means" }),
  "free bits": task(tinyDense(AMORTISED), { ...ELBO, freeBits: 0.2 }),
  "free bits, sampled": task(tinyDense({ ...AMORTISED, kl: "monte-carlo" }), { ...ELBO, freeBits: 0.2 }),
  "free bits, joint": task(tinyDense({ ...FIXED, joint: true }), { ...ELBO, freeBits: 0.05 }),
  "free bits, joint, all free": task(tinyDense({ ...FIXED, joint: true }), { ...ELBO, freeBits: 5 }),
  "t3": task(tinyDense({ ...FIXED, joint: true }, LIKELIHOODS.gaussian), { kind: "t3" }),
  "t3, sampled": task(tinyDense({ ...FIXED, joint: true, kl: "monte-carlo" }, LIKELIHOODS.gaussian), {
    kind: "t3",
  }),
  "clipped": { ...task(tinyDense(FIXED)), optimizer: { learningRate: 1e-2, clipNorm: 0.1 } },
  "decayed": { ...task(tinyDense(FIXED)), optimizer: { learningRate: 1e-2, l2: 0.05 } },
  ...all("preset", PRESETS, (preset) => task(preset({ ...SMALL, latent: FIXED }))),
  ...all("original latent of", ORIGINALS, ({ studentT, objective }, name) => {
    const latent: Latent = { family: "student-t", size: 3, ...studentT };
    return task(PRESETS[name]({ ...SMALL, latent }), { ...ELBO, ...objective });
  }),
};

function task(model: Model, objective: Objective = ELBO): Task {
  return { model, objective, optimizer: { learningRate: 1e-2 } };
}

/** A task for each case, under its name behind a prefix. */
function all<K extends string, T>(
  prefix: string,
  cases: Readonly<Record<K, T>>,
  make: (value: T, name: K) => Task,
): Record<string, Task> {
  const entries = Object.entries(cases) as [K, T][];
  return Object.fromEntries(entries.map(([name, value]) => [`${prefix} ${name}`, make(value, name)]));
}
