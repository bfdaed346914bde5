import assert from "node:assert/strict";
import type { Engine } from "../../lib/engine/engine.ts";
import { type GenerationMeasures, generationMetrics } from "../../lib/evaluate/generation_metrics.ts";
import { latentSource } from "../../lib/evaluate/latent_source.ts";
import type { Metric } from "../../lib/evaluate/metric.ts";
import { tailMetrics } from "../../lib/evaluate/tail_metrics.ts";
import { cdf, sample } from "../../lib/math/normal.ts";
import type { LatentSourceName } from "../../lib/model/latent_sources.ts";
import { fc } from "../../lib/model/presets.ts";
import type { Objective } from "../../lib/model/record.ts";
import { near } from "../math/closeness.ts";

/** Exceeded by a right estimate with a probability of 6e-5. */
const STANDARD_ERRORS = 4;

/** Values are float32. */
const FLOAT32 = 1e-6;

/** The 0.1, 1, 99 and 99.9 % quantiles of N(0, 1). */
const NORMAL_QUANTILES = [-3.0902323061678136, -2.3263478740408408, 2.3263478740408408, 3.0902323061678136];

/** x ~ N(2 z, 1.5²) with z ~ N(0, 1): x ~ N(0, 2.5²). */
const MODEL = fc({
  input: [1],
  hidden: [4],
  latent: { family: "gaussian", size: 1, kl: "closed" },
  likelihood: { kind: "gaussian", scale: 1.5 },
});
const SCALE = 2.5;

const engine = {
  learnedDf: () => Promise.resolve(undefined),
  exportState: () => Promise.resolve({ step: 0, tensors: new Map() }),
  decode: (z: Float32Array) => Promise.resolve(z.map((each) => 2 * each)),
  // Latents of examples are a third of them.
  sampleLatent: (data: Float32Array, rows: Uint32Array) =>
    Promise.resolve(Float32Array.from(rows, (row) => data[row] / 3)),
} as Partial<Engine> as Engine;

function split(seed: number, { count = 20_000, scale = SCALE } = {}) {
  const values = Float32Array.from(sample({ seed, stream: "data" }, { rows: count, dimensions: 1, scale }));
  return { values, count };
}

const TEST = split(1);

async function measure(
  { latents = ["prior"], test = TEST, ...measures }: GenerationMeasures & {
    latents?: readonly LatentSourceName[];
    test?: typeof TEST;
  },
) {
  const objective: Objective = { kind: "elbo", beta: 1 };
  const of = { model: MODEL, objective, seed: 0 };
  const train = split(2);
  const sources = await Promise.all(latents.map((name) => latentSource(engine, { ...of, name, train })));
  const posterior = TEST.values.map((x) => x / 3);
  return generationMetrics(engine, { ...of, sources, test, posterior, ...measures });
}

function isWithin(metric: Metric, expected: number | readonly number[]): void {
  const [values, errors, numbers] = [metric.value, metric.standardError!, expected].map((each) =>
    [each].flat()
  );
  assert.equal(values.length, numbers.length);
  values.forEach((value, i) => {
    assert.ok(
      Math.abs(value - numbers[i]) < STANDARD_ERRORS * errors[i],
      `${value} ± ${errors[i]} instead of ${numbers[i]}`,
    );
  });
}

Deno.test("generationMetrics() measures nothing unless it is asked to", async () => {
  assert.deepEqual(await measure({}), { entries: [] });
});

Deno.test("generationMetrics() finds a model that has the data's distribution as far out as they are", async () => {
  const { entries: [{ latents, definition, metrics }] } = await measure({
    tails: { radius: 5, draws: 50_000 },
  });
  assert.deepEqual([latents, definition], ["prior", "z ~ p(z), which is N(0, I)"]);
  for (const name of ["tailRatio", "tailRatioBelow", "tailRatioAbove"]) isWithin(metrics[name], 1);
  isWithin(metrics.quantileError, [0, 0, 0, 0]);
  isWithin(metrics.linearMmd, 0);
  assert.ok((metrics.linearMmdPValue.value as number) > 0.005);
  assert.match(
    metrics.tailRatio.definition,
    /^the part of 50000 draws .* \|x\| > 5 \(\d+ of them\) .* 20000 /,
  );
  assert.match(metrics.tailRatioBelow.definition, /\|x\| > 5 and x < 0 /);
  assert.ok(!("mmd" in metrics));
});

Deno.test("generationMetrics() finds how much farther out a model's draws are", async () => {
  const [ours, theirs] = [SCALE, 2];
  const { entries: [{ metrics }] } = await measure({
    test: split(3, { scale: theirs }),
    tails: { radius: 4, draws: 50_000 },
  });
  const ratio = cdf(-4, { scale: ours }) / cdf(-4, { scale: theirs });
  for (const name of ["tailRatio", "tailRatioBelow", "tailRatioAbove"]) isWithin(metrics[name], ratio);
  isWithin(
    metrics.quantileError,
    NORMAL_QUANTILES.map((quantile) => (ours - theirs) * quantile),
  );
  assert.ok((metrics.linearMmdPValue.value as number) < 0.05);
});

Deno.test("generationMetrics() has survival curves of x and z for the data and every source", async () => {
  const { entries, survival, latentSurvival } = await measure({
    latents: ["posterior", "prior"],
    tails: { radius: 5, draws: 20_000 },
  });
  assert.deepEqual(entries.map(({ latents }) => latents), ["posterior", "prior"]);
  assert.deepEqual(Object.keys(survival!.curves), ["data", "posterior", "prior"]);
  assert.deepEqual(Object.keys(latentSurvival!.curves), ["posterior-test", "posterior", "prior"]);
  const ends = ({ radius }: { radius: Float32Array }) => [radius.length, radius[0], radius[63]];
  assert.deepEqual(ends(survival!), [64, 0.5, 50]);
  assert.deepEqual(ends(latentSurvival!), [64, Math.fround(0.1), 100]);

  const follows = (curve: Float32Array, { radius, scale }: { radius: Float32Array; scale: number }) =>
    curve.forEach((share, i) => {
      const exact = 2 * cdf(-radius[i], { scale });
      const error = Math.sqrt(exact * (1 - exact) / 20_000) + 1 / 20_000;
      assert.ok(Math.abs(share - exact) < STANDARD_ERRORS * error, `${share} instead of ${exact}`);
    });
  // Of latents a third of N(0, 2.5²) examples are drawn, 2/3 of their scale and 1.5.
  const posterior = Math.hypot(2 / 3 * SCALE, 1.5);
  const { radius, curves } = survival!;
  follows(curves.data, { radius, scale: SCALE });
  follows(curves.prior, { radius, scale: SCALE });
  follows(curves.posterior, { radius, scale: posterior });
  const { radius: latentRadius, curves: latentCurves } = latentSurvival!;
  follows(latentCurves["posterior-test"], { radius: latentRadius, scale: SCALE / 3 });
  follows(latentCurves.posterior, { radius: latentRadius, scale: SCALE / 3 });
  follows(latentCurves.prior, { radius: latentRadius, scale: 1 });
});

Deno.test("generationMetrics() leaves out what is not finite where no datum or no draw is far out", async () => {
  const { entries: [{ metrics }] } = await measure({ tails: { radius: 1000, draws: 100 } });
  assert.deepEqual(Object.keys(metrics), ["quantileError", "linearMmd", "linearMmdPValue"]);
  const { entries: [none] } = await measure({ tails: { radius: 9, draws: 10 } });
  const { value, standardError } = none.metrics.tailRatio;
  assert.deepEqual([value, standardError], [0, undefined]);
});

Deno.test("tailMetrics() has four quantiles of each column in turn, and counts by norm", () => {
  const data = split(4, { count: 10_000, scale: 1 }).values;
  const draws = data.map((x, i) => i % 2 === 0 ? x + 1 : 2 * x);
  const { quantileError, tailRatio } = tailMetrics({ draws, data }, { dimensions: 2, radius: 3, seed: 0 });
  const second = data.filter((_, i) => i % 2 === 1).sort();
  const errors = quantileError.value as readonly number[];
  assert.equal(errors.length, 8);
  errors.slice(0, 4).forEach((error) => near(error, 1, FLOAT32));
  // Place 4,999 · 0.01 of the ordered values, between the 50th and the 51st.
  near(errors[5], second[49] * 0.01 + second[50] * 0.99, FLOAT32);
  assert.match(quantileError.definition, /0\.1, 1, 99, 99\.9 % quantiles .* each column in turn$/);
  assert.match(tailRatio.definition, /the norm of x > 3/);
});

Deno.test("tailMetrics() counts a draw that is no number as far out, and has no MMD then", () => {
  const data = split(5, { count: 100, scale: 1 }).values;
  const draws = Float32Array.of(NaN, 0, 0, 0);
  const metrics = tailMetrics({ draws, data }, { dimensions: 1, radius: 1, seed: 0 });
  const beyond = data.filter((x) => Math.abs(x) > 1).length / 100;
  near(metrics.tailRatio.value as number, 0.25 / beyond, FLOAT32);
  assert.ok(!("linearMmd" in metrics));
});
