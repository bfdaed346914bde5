import assert from "node:assert/strict";
import { type Engine, ENGINE_NAMES, type EngineOptions } from "../../lib/engine/engine.ts";
import { createReferenceEngine } from "../../lib/engine/reference/engine.ts";
import { createWasmEngine } from "../../lib/engine/wasm/engine.ts";
import { generator } from "../../lib/math/philox.ts";
import { choice, optionsOf } from "./combinations.ts";
import { engineTest, rows, tinyImagePixels, tinyPixels, withEngine } from "./engines.ts";

/** float32 sums of a few hundred terms, taken in another order. */
const ENGINE_TOLERANCE = 1e-5;
/** Draws where any number shows it: a software GPU takes a second for a hundred. */
const FEW = 3;
/** Of estimates that differ by chance. */
const STANDARD_ERRORS = 5;

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    const bound = ENGINE_TOLERANCE * Math.max(1, Math.abs(expected[i]));
    assert.ok(Math.abs(actual[i] - expected[i]) <= bound, `${actual[i]} against ${expected[i]} at ${i}`);
  }
}

/**
 * x = z · W + b + s·ε with z ~ N(0, I) and orthogonal rows of W: p(z|x) is normal with the variances
 * vᵢ = 1/(1 + |Wᵢ|²/s²) and the means vᵢ (x − b)·Wᵢ/s², which a linear encoder gives. ln p(x) is
 *
 *     −½ Σᵢ ln(1 + |Wᵢ|²/s²) − n ln s − n/2 ln 2π − (|x − b|² − Σᵢ vᵢ ((x − b)·Wᵢ)²/s²)/(2 s²)
 */
const LINEAR = { W: [[1, 1, 0.5, 0], [0.6, -0.6, 0, 0.8]], b: [0.1, -0.2, 0.3, 0], s: 0.5 };

function linearOptions(): EngineOptions {
  return {
    model: {
      name: "linear",
      input: [4],
      encoder: [],
      latent: { family: "gaussian", size: 2, kl: "closed" },
      decoder: [{ kind: "dense", units: 4, activation: "linear" }],
      likelihood: { kind: "gaussian", scale: LINEAR.s },
    },
    objective: { kind: "elbo", beta: 1 },
    optimizer: { learningRate: 1e-3 },
    batchSize: 4,
    seed: 11,
  };
}

function dot(x: readonly number[], y: readonly number[]): number {
  return x.reduce((sum, value, i) => sum + value * y[i], 0);
}

/** Puts the linear model's decoder in, and p(z|x) as encoder, its scale `widened`. */
async function importLinear(engine: Engine, widened: number): Promise<void> {
  const { W, b, s } = LINEAR;
  const variances = W.map((row) => 1 / (1 + dot(row, row) / s ** 2));
  const kernel = b.map((_, j) => W.map((row, i) => variances[i] * row[j] / s ** 2));
  const values: Record<string, number[]> = {
    "latent/loc/kernel": kernel.flat(),
    "latent/loc/bias": W.map((row, i) => -variances[i] * dot(b, row) / s ** 2),
    "latent/scale/kernel": Array(8).fill(0),
    // The inverse of softplus; its floor is nothing beside these scales.
    "latent/scale/bias": variances.map((variance) => Math.log(Math.expm1(widened * Math.sqrt(variance)))),
    "decoder/0/kernel": W.flat(),
    "decoder/0/bias": b,
  };
  const { step, tensors } = await engine.exportState();
  await engine.importState({
    step,
    tensors: new Map(
      Array.from(tensors, ([name, { shape, data }]) => [
        name,
        { shape, data: values[name] === undefined ? data : Float32Array.from(values[name]) },
      ]),
    ),
  });
}

function exactLogLikelihood(x: readonly number[]): number {
  const { W, b, s } = LINEAR;
  const residual = x.map((value, j) => value - b[j]);
  const gain = W.map((row) => 1 + dot(row, row) / s ** 2);
  const explained = W.reduce((sum, row, i) => sum + (dot(residual, row) / s) ** 2 / gain[i], 0);
  const n = x.length;
  return -0.5 * gain.reduce((sum, g) => sum + Math.log(g), 0) - n * Math.log(s) -
    0.5 * n * Math.log(2 * Math.PI) - (dot(residual, residual) - explained) / (2 * s ** 2);
}

function linearData(): { readonly data: Float32Array; readonly exact: number[] } {
  const random = generator({ seed: 2, stream: "data" });
  const data = Float32Array.from({ length: 40 }, () => 3 * random() - 1.5);
  const exact = Array.from(
    { length: 10 },
    (_, i) => exactLogLikelihood([...data.subarray(4 * i, 4 * i + 4)]),
  );
  return { data, exact };
}

engineTest("logLikelihood() of a linear model is exact at any draw of its exact posterior", async (name) => {
  const { data, exact } = linearData();
  await withEngine(name, linearOptions(), async (engine) => {
    await importLinear(engine, 1);
    for (const samples of [1, 7]) {
      const { logLikelihood, effectiveSampleSize } = await engine.logLikelihood(data, rows(10), { samples });
      assertClose(logLikelihood, exact);
      assertClose(effectiveSampleSize, Array(10).fill(samples));
    }
  });
});

engineTest(
  "logLikelihood() of a linear model goes to the exact one as draws of a wide q increase",
  async (name) => {
    const { data, exact } = linearData();
    await withEngine(name, linearOptions(), async (engine) => {
      await importLinear(engine, 1.5);
      const gaps: number[] = [];
      for (const samples of [1, 10, 300]) {
        const { logLikelihood, effectiveSampleSize } = await engine.logLikelihood(data, rows(10), {
          samples,
        });
        gaps.push(logLikelihood.reduce((sum, value, i) => sum + exact[i] - value, 0) / 10);
        if (samples < 300) continue;
        logLikelihood.forEach((value, i) => {
          assert.ok(effectiveSampleSize[i] > 0.2 * samples && effectiveSampleSize[i] < 0.95 * samples);
          const error = Math.sqrt((samples / effectiveSampleSize[i] - 1) / samples);
          assert.ok(Math.abs(value - exact[i]) < STANDARD_ERRORS * error, `${value} against ${exact[i]}`);
        });
      }
      assert.ok(gaps[0] > gaps[1] && gaps[1] > Math.abs(gaps[2]), `${gaps}`);
    });
  },
  ["wasm", "tfjs-cpu"],
);

/** Latents, likelihoods and objectives whose estimates take another way. */
const CHOICES = [
  choice({ kl: "sampled KL" }),
  choice({ kl: "sampled KL", latent: "gaussian", likelihood: "normal of learned scale" }),
  choice({
    kl: "sampled KL",
    latent: "t, learned df of dimensions",
    likelihood: "t likelihood",
    network: "convolutions",
  }),
  choice({ kl: "sampled KL", latent: "t, amortised df", prior: "tied prior", likelihood: "normal" }),
  choice({ kl: "sampled KL", latent: "joint t, amortised df", likelihood: "t likelihood of learned scale" }),
  choice({ kl: "sampled KL", latent: "joint t, learned df", prior: "prior df 7", network: "convolutions" }),
  choice({ kl: "sampled KL", latent: "joint t, fixed df", objective: "t3", likelihood: "normal" }),
];

/** A batch and a shorter one. */
const COUNT = 6;

for (const chosen of CHOICES) {
  const { latent, prior, likelihood, network } = chosen;
  const options = optionsOf(chosen);
  const data = network === "dense" ? tinyPixels() : tinyImagePixels();
  const title = `${latent}, ${prior}, ${likelihood}, ${chosen.objective}, ${network}`;

  engineTest(
    `logLikelihood() of one draw is the ELBO of each example, and as the reference has it: ${title}`,
    async (name) => {
      const reference = createReferenceEngine(options);
      await withEngine(name, options, async (engine) => {
        const { perExample: { reconstruction, kl } } = await engine.objectiveParts(data, rows(COUNT));
        const columns = kl.length / COUNT;
        const elbo = Array.from(
          reconstruction,
          (value, row) =>
            -kl.subarray(row * columns, (row + 1) * columns).reduce((sum, part) => sum + part, value),
        );
        const one = await engine.logLikelihood(data, rows(COUNT), { samples: 1 });
        assertClose(one.logLikelihood, elbo);
        assert.deepEqual([...one.effectiveSampleSize], Array(COUNT).fill(1));

        const several = await engine.logLikelihood(data, rows(COUNT), { samples: FEW });
        const expected = await reference.logLikelihood(data, rows(COUNT), { samples: FEW });
        assertClose(several.logLikelihood, expected.logLikelihood);
        assert.ok(several.effectiveSampleSize.every((size) => size > 1 && size < FEW));
      });
      await reference.close();
    },
  );
}

engineTest("logLikelihood() of iwae estimates what the ELBO's model does", async (name) => {
  const estimate = (objective: EngineOptions["objective"]) =>
    withEngine(
      name,
      { ...optionsOf(choice({})), objective },
      async (engine) => (await engine.logLikelihood(tinyPixels(), rows(10), { samples: FEW })).logLikelihood,
    );
  assert.deepEqual(await estimate({ kind: "iwae", samples: 3 }), await estimate({ kind: "elbo", beta: 1 }));
}, ENGINE_NAMES.filter((name) => name !== "wasm"));

engineTest(
  "logLikelihood() of an example does not depend on those beside it, and changes nothing",
  async (name) => {
    const estimate = (batchSize: number, indices: Uint32Array) =>
      withEngine(name, { ...optionsOf(choice({})), batchSize }, async (engine) => {
        const before = await engine.exportState();
        const estimates = await engine.logLikelihood(tinyPixels(), indices, { samples: FEW });
        assert.deepEqual(await engine.exportState(), before);
        return estimates.logLikelihood;
      });
    const all = await estimate(4, rows(10));
    assertClose(await estimate(3, rows(10)), all);
    assertClose(await estimate(4, Uint32Array.of(8, 1)), [all[8], all[1]]);
  },
);

Deno.test("wasm: logLikelihood() has the same bits with any number of threads", async () => {
  const estimates = [];
  for (const threads of [1, 3]) {
    const engine = await createWasmEngine({ ...optionsOf(choice({ network: "convolutions" })), threads });
    estimates.push(await engine.logLikelihood(tinyImagePixels(), rows(10), { samples: FEW }));
    await engine.close();
  }
  assert.deepEqual(estimates[0], estimates[1]);
});

engineTest(
  "logLikelihood() refuses a number of draws that noise does not have",
  (name) =>
    withEngine(name, optionsOf(choice({})), async (engine) => {
      for (const samples of [0, 1.5, 65537]) {
        await assert.rejects(engine.logLikelihood(tinyPixels(), rows(2), { samples }), {
          name: "RangeError",
          message:
            `Cannot estimate the log-likelihood: samples must be an integer from 1 to 65536, got ${samples}`,
        });
      }
    }),
);
