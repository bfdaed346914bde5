import assert from "node:assert/strict";
import type { Engine } from "../../lib/engine/engine.ts";
import { logLikelihood, logLikelihoodMetrics } from "../../lib/evaluate/log_likelihood.ts";
import { fc } from "../../lib/model/presets.ts";

const MODEL = fc({
  input: [6],
  hidden: [4],
  latent: { family: "student-t", size: 2, df: { fixed: 5 }, kl: "exact" },
  likelihood: { kind: "bernoulli" },
});
const OBJECTIVE = { kind: "elbo", beta: 1 } as const;

/** Tells each example's index as its log-likelihood. */
const counting = {
  batchSize: 4,
  logLikelihood: (_, indices, { samples }) =>
    Promise.resolve({
      logLikelihood: Float64Array.from(indices),
      effectiveSampleSize: Float64Array.from(indices, () => samples / 2),
    }),
} satisfies Partial<Engine> as Partial<Engine> as Engine;

Deno.test("logLikelihood() measures every example in its place and tells of each batch", async () => {
  const told: number[] = [];
  const split = { values: new Uint8Array(54), count: 9 };
  const onProgress = (done: number) => void told.push(done);
  const estimates = await logLikelihood(counting, split, { samples: 10, onProgress });
  assert.deepEqual([...estimates.logLikelihood], [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual([...estimates.effectiveSampleSize], Array(9).fill(5));
  assert.deepEqual(told, [4, 8, 9]);
});

Deno.test("logLikelihoodMetrics() has means over the examples with their standard errors", () => {
  const estimates = {
    logLikelihood: Float64Array.of(-1, -3),
    effectiveSampleSize: Float64Array.of(2, 4),
  };
  const metrics = logLikelihoodMetrics(estimates, { model: MODEL, objective: OBJECTIVE, samples: 500 });
  const { logLikelihood, effectiveSampleSize } = metrics;
  assert.deepEqual([logLikelihood.value, logLikelihood.standardError], [-2, 1]);
  assert.deepEqual([effectiveSampleSize.value, effectiveSampleSize.standardError], [3, 1]);
  assert.equal(effectiveSampleSize.unit, "draws of 500");
  assert.match(
    logLikelihood.definition,
    /over 500 draws z ~ q\(z\|x\) per example, a lower bound of log p\(x\)/,
  );
});

Deno.test("logLikelihoodMetrics() says where the prior makes it no estimate", () => {
  const latent = { ...MODEL.latent, df: { amortised: true }, priorDf: "tied", generationDf: 3 } as const;
  const { logLikelihood } = logLikelihoodMetrics(
    { logLikelihood: Float64Array.of(-1), effectiveSampleSize: Float64Array.of(1) },
    { model: { ...MODEL, latent: latent as typeof MODEL.latent }, objective: OBJECTIVE, samples: 1 },
  );
  assert.match(
    logLikelihood.definition,
    /over one draw z ~ q\(z\|x\) per example, NOT an estimate of log p\(x\)/,
  );
});
