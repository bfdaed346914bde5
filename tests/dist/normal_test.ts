import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { Normal, uniformPair } from "../../lib/dist/mod.ts";
import * as normal from "../../lib/math/normal.ts";
import { assertClose, backendTest, read, readWithGradients, transpose } from "./backends.ts";

/** A handful of float32 roundings, relative to max(1, |reference|). */
const TOLERANCE = 2e-6;

const NOISE = { seed: 11, stream: "latent" } as const;

/** [x, loc, scale], exact in float32. */
const CASES = [0, 0.5, -3, 20].flatMap((x) =>
  [0, 1.25, -20].flatMap((loc) => [2 ** -10, 1, 96].map((scale) => [x, loc, scale]))
);

backendTest("normal.logProb() and its gradients match float64", async () => {
  const columns = transpose(CASES);
  const [value, dX, dLoc, dScale] = await readWithGradients(
    columns,
    (x, loc, scale) => Normal({ loc, scale }).logProb(x),
  );
  assertClose(value, CASES.map(([x, loc, scale]) => normal.logProb(x, { loc, scale })), {
    tolerance: TOLERANCE,
  });
  const slope = CASES.map(([x, loc, scale]) => (x - loc) / scale ** 2);
  assertClose(dX, slope.map((s) => -s), { tolerance: TOLERANCE });
  assertClose(dLoc, slope, { tolerance: TOLERANCE });
  const scales = columns[2].map((s) => 1 / s);
  const expected = CASES.map(([x, loc, scale]) => (((x - loc) / scale) ** 2 - 1) / scale);
  assertClose(dScale, expected, { tolerance: TOLERANCE, floor: scales });
});

backendTest("normal.entropy() matches float64 and has the parameters' broadcast shape", async () => {
  const scales = [1e-3, 0.5, 1, 40];
  const [value, number] = await read(() => {
    const entropy = Normal({ loc: tf.zeros([2, 1]), scale: tf.tensor1d(scales) }).entropy();
    assert.deepEqual(entropy.shape, [2, 4]);
    return [entropy, Normal({ loc: 0, scale: 2 }).entropy()];
  });
  const expected = scales.map((scale) => normal.entropy({ scale }));
  assertClose(value, [...expected, ...expected], { tolerance: TOLERANCE });
  assertClose(number, [normal.entropy({ scale: 2 })], { tolerance: TOLERANCE });
});

backendTest(
  "normal.rsample() draws what float64 draws from the same noise, and moves with loc and scale",
  async () => {
    const shape = { rows: 500, dimensions: 3 };
    const parameters = [[1, -2, 0], [0.5, 1, 8]];
    const [sample, dLoc, dScale] = await readWithGradients(
      parameters,
      (loc, scale) => Normal({ loc, scale }).rsample(uniformPair(NOISE, shape)),
    );
    const standard = Array.from(normal.sample(NOISE, shape));
    const expected = standard.map((z, i) => parameters[0][i % 3] + parameters[1][i % 3] * z);
    assertClose(sample, expected, { tolerance: TOLERANCE });
    assert.deepEqual(Array.from(dLoc), [500, 500, 500]);
    const sums = [0, 1, 2].map((k) => standard.filter((_, i) => i % 3 === k).reduce((sum, z) => sum + z, 0));
    assertClose(dScale, sums, { tolerance: TOLERANCE, floor: 500 });
  },
);

backendTest("normal gives NaN at NaN and at a negative scale", async () => {
  const results = await read(() => {
    const at = (loc: number, scale: number) => Normal({ loc: tf.scalar(loc), scale: tf.scalar(scale) });
    return [
      Normal({ loc: 0, scale: 1 }).logProb(NaN),
      at(NaN, 1).logProb(0),
      at(0, NaN).logProb(0),
      at(0, -1).logProb(0),
      at(0, NaN).entropy(),
      at(NaN, 1).rsample(uniformPair(NOISE, { rows: 1, dimensions: 1 })),
    ];
  });
  assert.deepEqual(results.map(([value]) => value), results.map(() => NaN));
});

Deno.test("Normal() names a parameter that is out of range, of the wrong type or of the wrong shape", () => {
  assert.throws(() => Normal({ loc: 0, scale: 0 }), {
    name: "RangeError",
    message: "Cannot create Normal: scale must be finite and > 0, got 0",
  });
  assert.throws(() => Normal({ loc: Infinity, scale: 1 }), {
    name: "RangeError",
    message: "Cannot create Normal: loc must be finite, got Infinity",
  });
  tf.tidy(() => {
    assert.throws(() => Normal({ loc: tf.tensor1d([1], "int32"), scale: 1 }), {
      name: "TypeError",
      message: "Cannot create Normal: loc must be a float32 tensor, got int32",
    });
    assert.throws(() => Normal({ loc: tf.zeros([2, 3]), scale: tf.ones([2]) }), {
      name: "TypeError",
      message: "Cannot create Normal: shapes do not broadcast together: loc [2, 3], scale [2]",
    });
    assert.throws(() => Normal({ loc: tf.zeros([3]), scale: 1 }).logProb(tf.zeros([2])), {
      name: "TypeError",
      message: "Cannot compute Normal logProb: shapes do not broadcast together: x [2], loc [3], scale []",
    });
  });
});
