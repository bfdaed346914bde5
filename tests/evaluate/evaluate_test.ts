import assert from "node:assert/strict";
import type { Engine } from "../../lib/engine/engine.ts";
import { evaluate, type EvaluateOptions } from "../../lib/evaluate/evaluate.ts";
import { generateLatents } from "../../lib/model/generate_latents.ts";
import type { Model, StudentTLatent } from "../../lib/model/record.ts";
import { known, LATENT, MODEL, SPLIT } from "./known_engine.ts";

/** Metrics by name of the known engine, with some of its answers changed. */
async function metricsOf(options: Partial<EvaluateOptions>, change: Partial<Engine> = {}) {
  const { metrics } = await evaluate({ ...known, ...change }, SPLIT, { model: MODEL, seed: 0, ...options });
  return metrics;
}

const t = (latent: Partial<StudentTLatent>): { model: Model } => ({
  model: { ...MODEL, latent: { ...LATENT, ...latent } },
});

Deno.test("evaluate() reports means over examples with unit and definition", async () => {
  const { examples, metrics } = await evaluate(known, SPLIT, { model: MODEL, seed: 0 });
  assert.equal(examples, 8);
  assert.deepEqual(
    Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value])),
    { elbo: -13.5, reconstruction: 10, kl: 3.5, klPerDimension: [3, 0.5], activeUnits: 1 },
  );
  for (const { unit, definition } of Object.values(metrics)) {
    assert.ok(unit.length > 0 && definition.length > 0);
  }
});

Deno.test("evaluate() has the importance-weighted log-likelihood where it is asked for", async () => {
  const { logLikelihood, effectiveSampleSize } = await metricsOf({ iwae: { samples: 20 } });
  assert.deepEqual([logLikelihood.value, effectiveSampleSize.value], [-12, 5]);
  assert.ok(!("logLikelihood" in await metricsOf({})));

  const told: number[] = [];
  const { logLikelihoodAuroc } = await metricsOf({
    iwae: { samples: 20, onProgress: (done) => void told.push(done) },
    against: { name: "elsewhere", split: { values: new Uint8Array(24), count: 4 } },
  });
  assert.equal(logLikelihoodAuroc.value, 0.5); // all the same
  assert.deepEqual(told, [4, 8, 12]);
});

Deno.test("evaluate() has standard errors over the examples, summed over dimensions before", async () => {
  const perExample = {
    reconstruction: Float32Array.of(10, 12, 10, 12, 10, 12, 10, 12),
    kl: Float32Array.from({ length: 16 }, (_, i) => [3, 0.5, 1, 2.5][i % 4]),
  };
  const { elbo, kl, reconstruction, klPerDimension, activeUnits } = await metricsOf({}, {
    objectiveParts: async (data, indices) => ({ ...await known.objectiveParts(data, indices), perExample }),
  });
  // Eight values at 1 from their mean: squares add up to 8. KL is 3.5 of every example.
  const one = Math.sqrt(1 / 7);
  assert.deepEqual([elbo.standardError, reconstruction.standardError, kl.standardError], [one, one, 0]);
  assert.deepEqual(klPerDimension.standardError, [one, one]);
  assert.equal(activeUnits.standardError, undefined);
});

/** As many examples as tails are measured of. */
const MANY = { values: new Uint8Array(6 * 400), count: 400 };

Deno.test("evaluate() compares the aggregate posterior with what new examples are generated from", async () => {
  const { metrics } = await evaluate(known, MANY, { model: MODEL, seed: 0 });
  for (const name of ["tailIndex", "priorTailIndex"]) {
    const { value, standardError, definition } = metrics[name];
    assert.deepEqual([value, standardError].map((each) => (each as number[]).length), [2, 2]);
    // A t with df = 5 and twice its scale; Hill's estimate of 400 draws is too low.
    assert.ok((value as number[]).every((index) => index > 1.5 && index < 6), `${name} ${value}`);
    assert.match(definition, /from the 20 draws .* of 400 /);
  }
  const expected = { lowerQuantileDifference: -3.365, medianDifference: 0, upperQuantileDifference: 3.365 };
  for (const [name, difference] of Object.entries(expected)) {
    const { value, standardError } = metrics[name] as Record<"value" | "standardError", readonly number[]>;
    value.forEach((each, i) => {
      assert.ok(Math.abs(each - difference) < 4 * standardError[i], `${name} ${each} ± ${standardError[i]}`);
    });
  }
});

Deno.test("evaluate() tells classes from latents where both sets have labels", async () => {
  const labels = Uint8Array.from({ length: 400 }, (_, i) => i % 2);
  const labelled = { ...MANY, labels };
  const { metrics } = await evaluate(known, labelled, { model: MODEL, seed: 0, train: labelled });
  for (const name of ["nearestNeighborAccuracy", "linearProbeAccuracy"]) {
    assert.deepEqual([metrics[name].value, metrics[name].standardError], [1, 0]); // dimension 0 is the class
    assert.match(metrics[name].definition, /first 400 test examples, .* first 400 training examples/);
  }
  for (const [test, train] of [[labelled, MANY], [MANY, labelled]]) {
    const { metrics } = await evaluate(known, test, { model: MODEL, seed: 0, train });
    assert.ok(!("linearProbeAccuracy" in metrics));
  }
});

Deno.test("evaluate() measures MMD of new examples where it is asked to, from the sources it is asked of", async () => {
  const engine = {
    ...known,
    decode: (latent: Float32Array) => Promise.resolve(new Float32Array(latent.length * 3)),
  };
  const options = { model: MODEL, seed: 0 };
  const { generation: [entry, ...rest], metrics } = await evaluate(engine, MANY, { ...options, mmd: 50 });
  assert.deepEqual([entry.latents, rest.length], ["prior", 0]);
  const { mmd, mmdPValue } = entry.metrics;
  assert.deepEqual([mmd.value, mmdPValue.value], [0, 1]); // black images, drawn and real
  assert.match(mmd.definition, /50 new examples, .* first 50 test examples/);
  assert.ok(!("mmd" in metrics));

  const { generation } = await evaluate(engine, MANY, {
    ...options,
    mmd: 50,
    train: MANY,
    latents: ["posterior", "prior"],
  });
  assert.deepEqual(generation.map(({ latents }) => latents), ["posterior", "prior"]);
  assert.deepEqual((await evaluate(known, SPLIT, options)).generation, []);
});

Deno.test("evaluate() leaves MMD out, and nothing else, where new examples are not finite", async () => {
  const engine = {
    ...known,
    decode: (latent: Float32Array) => Promise.resolve(new Float32Array(latent.length * 3).fill(NaN)),
  };
  const { generation, metrics } = await evaluate(engine, MANY, { model: MODEL, seed: 0, mmd: 50 });
  assert.deepEqual(generation.map(({ latents, metrics }) => [latents, metrics]), [["prior", {}]]);
  assert.equal(metrics.elbo.value, -13.5);
});

Deno.test("evaluate() tells examples of another data set by their ELBO", async () => {
  const others = { values: new Uint8Array(6 * 4), count: 4 };
  const engine: Engine = {
    ...known,
    objectiveParts: async (data, indices) => {
      const parts = await known.objectiveParts(data, indices);
      if (data !== others.values) return parts;
      const { kl } = parts.perExample; // 13.5 nats together with the reconstruction, as the test examples
      return { ...parts, perExample: { kl, reconstruction: Float32Array.of(9, 10, 11, 12) } };
    },
  };
  const { metrics: { elboAuroc } } = await evaluate(engine, SPLIT, {
    model: MODEL,
    seed: 0,
    against: { name: "elsewhere", split: others },
  });
  assert.equal(elboAuroc.value, (0 + 0.5 + 1 + 1) / 4);
  assert.ok((elboAuroc.standardError as number) > 0);
  assert.match(elboAuroc.definition, /one of the 4 test examples of elsewhere .* one of the 8 test examples/);
});

Deno.test("evaluate() tells examples of another data set by their log-likelihood where that is measured", async () => {
  const others = { values: new Uint8Array(6 * 4), count: 4 };
  const engine: Engine = {
    ...known,
    logLikelihood: (data, indices) =>
      Promise.resolve({
        logLikelihood: new Float64Array(indices.length).fill(data === others.values ? -20 : -13),
        effectiveSampleSize: new Float64Array(indices.length).fill(2),
      }),
  };
  const seen: number[] = [];
  const { metrics } = await evaluate(engine, SPLIT, {
    model: MODEL,
    seed: 0,
    against: { name: "elsewhere", split: others },
    iwae: { samples: 3, onProgress: (done) => void seen.push(done) },
  });
  assert.equal(metrics.logLikelihoodAuroc.value, 1);
  assert.equal(metrics.elboAuroc.value, 0.5);
  assert.match(metrics.logLikelihoodAuroc.definition, /lower estimate of log p\(x\) than/);
  assert.deepEqual(seen, [4, 8, 12]); // four in a batch, the own eight first
});

Deno.test("evaluate() leaves out what is infinite of a collapsed model", async () => {
  const { metrics } = await evaluate(
    { ...known, sampleLatent: (_, indices) => Promise.resolve(new Float32Array(2 * indices.length)) },
    MANY,
    { model: MODEL, seed: 0 },
  );
  assert.ok(!("tailIndex" in metrics) && "priorTailIndex" in metrics);
});

Deno.test("evaluate() gives arrays for figures: samples, inputs as numbers, reconstructions, latents", async () => {
  const { arrays } = await evaluate(known, SPLIT, {
    model: MODEL,
    seed: 0,
    samples: 5,
    reconstructions: 3,
  });
  const { samples, inputs, reconstructions, loc } = arrays;
  assert.deepEqual([samples.length, inputs.length, reconstructions.length, loc.length], [30, 18, 18, 16]);
  assert.ok(inputs.every((value) => value === Math.fround(0.2)));
  assert.equal(reconstructions[0], loc[0]); // decoded from the posterior's loc
});

Deno.test("evaluate() chooses images to show by their classes, and has pictures of images only", async () => {
  const model: Model = { ...MODEL, input: [2, 3] };
  const split = {
    values: Uint8Array.from({ length: 48 }, (_, i) => 51 * (Math.floor(i / 6) % 5)),
    count: 8,
    labels: Uint8Array.of(5, 5, 5, 5, 1, 5, 1, 1),
  };
  const { inputs, inputLabels, reconstructions, pictures } =
    (await evaluate(known, split, { model, seed: 0 })).arrays;
  assert.deepEqual(inputLabels, Uint8Array.of(1, 5, 1, 5));
  assert.deepEqual([0, 6, 12, 18].map((i) => inputs[i]), [0.8, 0, 0.2, 0.2].map(Math.fround));
  assert.equal(reconstructions.length, 24);
  assert.deepEqual(pictures!.manifold!.shape, [15, 15, 6]);
  assert.deepEqual(pictures!.interpolations!.shape, [2, 10, 6]);

  const { arrays: ofVectors } = await evaluate(known, split, { model: MODEL, seed: 0 });
  assert.equal(ofVectors.inputs.length, 48);
  assert.ok(!("inputLabels" in ofVectors) && !("pictures" in ofVectors));
});

Deno.test("evaluate() leaves the divergence of each dimension out where there is none", async () => {
  const { klPerDimension: _, ...together } = await known.objectiveParts(new Uint8Array(), new Uint32Array(8));
  const metrics = await metricsOf(t({ joint: true }), { objectiveParts: () => Promise.resolve(together) });
  assert.ok(!("klPerDimension" in metrics));
  assert.equal(metrics.kl.value, 3.5);
  assert.match(
    metrics.kl.definition,
    /of all latent dimensions together; p\(z\) is one multivariate t, with 5 deg/,
  );
});

Deno.test("evaluate() reports learned df, one number or one for each dimension", async () => {
  const learned = (...df: number[]) => ({ learnedDf: () => Promise.resolve(Float32Array.from(df)) });
  const one = await metricsOf(t({ df: { learned: "global" } }), learned(4.5));
  assert.equal(one.df.value, 4.5);
  assert.equal(one.df.unit, "degrees of freedom");
  assert.match(one.df.definition, /for q\(z\|x\)$/);
  const two = await metricsOf(t({ df: { learned: "per-dimension" }, priorDf: "tied" }), learned(4.5, 3));
  assert.deepEqual(two.df.value, [4.5, 3]);
  assert.match(two.df.definition, /for q\(z\|x\) and p\(z\), for each latent dimension$/);
  assert.ok(!("df" in await metricsOf({})));
});

const PRIORS: readonly (readonly [latent: Partial<StudentTLatent>, definition: RegExp])[] = [
  [{}, /an independent t in each latent dimension, with 5 degrees of freedom$/],
  [{ joint: true, priorDf: 3 }, /one multivariate t, with 3 degrees of freedom$/],
  [{ df: { amortised: true } }, /each latent dimension, with 5 degrees of freedom$/],
  [{ df: { amortised: true }, priorDf: "tied", generationDf: 3 }, /, with the df of q\(z\|x\)$/],
];

for (const [latent, definition] of PRIORS) {
  Deno.test(`evaluate() says what the prior of ${JSON.stringify(latent)} is, and whether there is a bound`, async () => {
    const { kl, elbo } = await metricsOf(t(latent));
    assert.match(kl.definition, definition);
    assert.equal(/NOT a bound/.test(elbo.definition), latent.priorDf === "tied");
  });
}

const LIKELIHOODS: readonly (readonly [likelihood: Model["likelihood"], definition: RegExp])[] = [
  [{ kind: "bernoulli" }, /p\(x\|z\) is Bernoulli in each element$/],
  [{ kind: "gaussian", scale: 0.1 }, /p\(x\|z\) is normal in each element, with scale 0\.1$/],
  [{ kind: "gaussian", scale: "learned" }, /normal in each element, with a learned scale$/],
  [{ kind: "student-t", df: 4, scale: "learned" }, /t in each element, with 4 degrees .* a learned scale$/],
];

for (const [likelihood, definition] of LIKELIHOODS) {
  Deno.test(`evaluate() says what the likelihood ${JSON.stringify(likelihood)} is`, async () => {
    const { reconstruction } = await metricsOf({ model: { ...MODEL, likelihood } });
    assert.match(reconstruction.definition, definition);
  });
}

Deno.test("evaluate() has the ELBO of any objective, and says what the model was trained on", async () => {
  const iwae = await metricsOf({ objective: { kind: "iwae", samples: 5 } });
  assert.equal(iwae.elbo.value, -13.5);
  assert.match(iwae.elbo.definition, /5 z ~ q.*trained on the importance-weighted bound of 5 samples$/);
  const likelihood = { kind: "gaussian", scale: 0.1 } as const;
  const model: Model = { ...MODEL, latent: { ...LATENT, joint: true }, likelihood };
  const t3 = await metricsOf({ model, objective: { kind: "t3" } });
  assert.equal(t3.elbo.value, -13.5);
  assert.match(t3.elbo.definition, /trained on the power divergence/);
  assert.match(
    t3.reconstruction.definition,
    /one multivariate t with 7 degrees of freedom and scale 0\.1 · √\(\(5 \+ \|z\|²\)\/7\)$/,
  );
});

Deno.test("evaluate() decodes what the model generates from", async () => {
  const learnedDf = Float32Array.of(3, 9);
  const { model } = t({ df: { learned: "per-dimension" }, priorDf: "tied" });
  const decoded: Float32Array[] = [];
  const engine: Engine = {
    ...known,
    learnedDf: () => Promise.resolve(learnedDf),
    decode: (latent) => {
      decoded.push(latent);
      return known.decode(latent);
    },
  };
  await evaluate(engine, SPLIT, { model, seed: 4, samples: 5 });
  const objective = { kind: "elbo", beta: 1 } as const;
  assert.deepEqual(decoded[0], generateLatents(model, { objective, learnedDf, count: 5, seed: 4 }));
});
