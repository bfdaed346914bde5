import assert from "node:assert/strict";
import {
  generator,
  type NoiseKey,
  normals,
  permutation,
  philox4x32,
  STREAM,
  type Stream,
  uniform23,
  uniform53,
  uniformPairs,
} from "../../lib/math/philox.ts";
import * as normal from "../../lib/math/normal.ts";
import { kolmogorov, KOLMOGOROV_LIMIT, moments } from "./statistics.ts";

/** Standard errors allowed between a sample's moment and the exact one: one seed in 2 million fails at 5. */
const STANDARD_ERRORS = 5;

/** From `kat_vectors` of the Random123 library (philox 4x32, 10 rounds): counter, key, words. */
const KNOWN_ANSWERS: readonly [number[], number[], number[]][] = [
  [[0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

Deno.test("philox4x32() gives the known answers of Random123", () => {
  for (const [counter, key, expected] of KNOWN_ANSWERS) {
    assert.deepEqual([...philox4x32(counter, key)], expected);
  }
});

Deno.test("philox4x32() equals the definition in exact integers on its own output", () => {
  let counter = philox4x32([1, 2, 3, 4], [5, 6]);
  for (let i = 0; i < 200; i++) {
    const key = [counter[1], counter[2]];
    const next = philox4x32(counter, key);
    assert.deepEqual([...next], exactPhilox([...counter], key));
    counter = next;
  }
});

Deno.test("philox4x32() may write over its counter", () => {
  const words = Uint32Array.of(9, 8, 7, 6);
  const expected = philox4x32(words, [1, 2]);
  assert.equal(philox4x32(words, [1, 2], words), words);
  assert.deepEqual(words, expected);
});

Deno.test("STREAM numbers are the ones that existing runs were made with", () => {
  assert.deepEqual(Object.entries(STREAM), [
    ["initialWeights", 0],
    ["shuffle", 1],
    ["latent", 2],
    ["secondLatent", 3],
    ["evaluation", 4],
    ["generation", 5],
    ["data", 6],
    ["outliers", 7],
    ["search", 8],
  ]);
});

Deno.test("uniform23() is inside (0, 1), symmetric and exact in float32", () => {
  assert.equal(uniform23(0), 2 ** -24);
  assert.equal(uniform23(0xffffffff), 1 - 2 ** -24);
  assert.equal(uniform23(511), uniform23(0)); // the low 9 bits do not count
  for (const word of philox4x32([0, 0, 0, 0], [1, 0])) {
    assert.equal(Math.fround(uniform23(word)), uniform23(word));
    assert.equal(uniform23(~word), 1 - uniform23(word));
  }
});

Deno.test("uniform53() is inside (0, 1) and uses 53 bits", () => {
  assert.equal(uniform53(0, 0), 2 ** -54);
  assert.equal(uniform53(0, 64), 2 ** -53);
  assert.equal(uniform53(0xffffffff, 0xffffffff), 1 - 2 ** -53);
  assert.equal(uniform53(0x80000000, 0), 0.5);
});

Deno.test("uniformPairs() reads words 0 and 1 of block (row, step, stream, dimension + 2^16 draw)", () => {
  const seed = 3 * 2 ** 32 + 5, step = 2 ** 32 - 1;
  const rows = Uint32Array.of(2 ** 32 - 1, 7);
  const { u, v } = uniformPairs({ seed, stream: "evaluation", step, draw: 65535 }, { rows, dimensions: 3 });
  rows.forEach((row, i) => {
    for (let dimension = 0; dimension < 3; dimension++) {
      const words = philox4x32([row, step, 4, dimension + 65535 * 65536], [5, 3]);
      assert.equal(u[3 * i + dimension], uniform23(words[0]));
      assert.equal(v[3 * i + dimension], uniform23(words[1]));
    }
  });
});

Deno.test("uniformPairs() of a row does not depend on the rows and dimensions beside it", () => {
  const key: NoiseKey = { seed: 1, stream: "latent", step: 12 };
  const whole = uniformPairs(key, { rows: 6, dimensions: 4 });
  const part = uniformPairs(key, { rows: Uint32Array.of(5, 2), dimensions: 1 });
  assert.deepEqual([...part.u], [whole.u[20], whole.u[8]]);
  assert.deepEqual([...part.v], [whole.v[20], whole.v[8]]);
});

Deno.test("uniformPairs() of different seeds, streams, steps and draws are uncorrelated", () => {
  const rows = 20_000;
  const keys: NoiseKey[] = [
    { seed: 0, stream: "latent" },
    { seed: 1, stream: "latent" },
    { seed: 2 ** 32, stream: "latent" },
    { seed: 0, stream: "secondLatent" },
    { seed: 0, stream: "latent", step: 1 },
    { seed: 0, stream: "latent", draw: 1 },
  ];
  const series = keys.flatMap((key) => Object.values(uniformPairs(key, { rows, dimensions: 1 })));
  const limit = STANDARD_ERRORS / Math.sqrt(rows);
  series.forEach((a, i) => series.slice(0, i).forEach((b) => assert.ok(Math.abs(correlation(a, b)) < limit)));
});

Deno.test("normals() pass a Kolmogorov test and have mean 0 and variance 1", () => {
  const z = normals({ seed: 4, stream: "data" }, { rows: 20_000, dimensions: 2 });
  const { mean, square } = moments(z);
  assert.ok(kolmogorov(z, (x) => normal.cdf(x)) < KOLMOGOROV_LIMIT);
  assert.ok(Math.abs(mean) < STANDARD_ERRORS / Math.sqrt(z.length));
  assert.ok(Math.abs(square - 1) < STANDARD_ERRORS * Math.sqrt(2 / z.length));
});

Deno.test("generator() yields two 53-bit uniforms from each block of rows 0, 1, …", () => {
  const random = generator({ seed: 9, stream: "data", step: 3, draw: 1 });
  for (let row = 0; row < 3; row++) {
    const words = philox4x32([row, 3, 6, 65536], [9, 0]);
    assert.equal(random(), uniform53(words[0], words[1]));
    assert.equal(random(), uniform53(words[2], words[3]));
  }
});

Deno.test("generator() is uniform and serially uncorrelated", () => {
  const random = generator({ seed: 0, stream: "data" });
  const draws = Float64Array.from({ length: 40_000 }, random);
  assert.ok(kolmogorov(draws, (x) => x) < KOLMOGOROV_LIMIT);
  for (const lag of [1, 2, 3]) {
    const r = correlation(draws.subarray(lag), draws.subarray(0, -lag));
    assert.ok(Math.abs(r) < STANDARD_ERRORS / Math.sqrt(draws.length));
  }
});

Deno.test("permutation() holds every index once, depends on its key, and is repeatable", () => {
  const n = 10_007;
  const key: NoiseKey = { seed: 0, stream: "shuffle" };
  const order = permutation(n, key);
  assert.deepEqual(order.toSorted(), Uint32Array.from({ length: n }, (_, i) => i));
  assert.deepEqual(permutation(n, key), order);
  const other = permutation(n, { ...key, step: 1 });
  assert.ok(other.filter((x, i) => x === order[i]).length < 10); // a Poisson count with mean 1
  assert.deepEqual([...permutation(0, key)], []);
  assert.deepEqual([...permutation(1, key)], [0]);
});

Deno.test("permutation() gives each of the 24 orders of four equally often", () => {
  const CHI_SQUARE_LIMIT = 58.6; // 23 degrees of freedom, probability 6e-5
  const count = 24_000, expected = count / 24;
  const seen = new Map<string, number>();
  for (let step = 0; step < count; step++) {
    const order = permutation(4, { seed: 0, stream: "shuffle", step }).join();
    seen.set(order, (seen.get(order) ?? 0) + 1);
  }
  assert.equal(seen.size, 24);
  const chiSquare = [...seen.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
  assert.ok(chiSquare < CHI_SQUARE_LIMIT, `chi-square ${chiSquare}`);
});

Deno.test("philox functions reject numbers that do not fit the counter", () => {
  const key: NoiseKey = { seed: 0, stream: "data" };
  for (const seed of [-1, 0.5, 2 ** 53, NaN, Infinity]) {
    assert.throws(() => generator({ ...key, seed }), {
      name: "RangeError",
      message: `Cannot draw noise: seed must be an integer from 0 to 9007199254740991, got ${seed}`,
    });
  }
  generator({ ...key, seed: 2 ** 53 - 1 });
  assert.throws(() => generator({ ...key, step: 2 ** 32 }), RangeError);
  assert.throws(() => generator({ ...key, draw: 2 ** 16 }), RangeError);
  assert.throws(
    () => generator({ ...key, stream: "noise" as Stream }),
    /stream must be one of initialWeights/,
  );
  assert.throws(() => uniformPairs(key, { rows: 1, dimensions: 2 ** 16 + 1 }), RangeError);
  assert.throws(() => normals(key, { rows: -1, dimensions: 1 }), RangeError);
  assert.throws(() => permutation(2.5, key), RangeError);
});

/** Philox4x32-10 as the paper writes it, in integers without bounds. */
function exactPhilox(counter: number[], key: number[]): number[] {
  const mask = 0xffffffffn;
  let [a, b, c, d] = counter.map(BigInt);
  let [k0, k1] = key.map(BigInt);
  for (let round = 0; round < 10; round++) {
    const p = 0xd2511f53n * a, q = 0xcd9e8d57n * c;
    [a, b, c, d] = [(q >> 32n) ^ b ^ k0, q & mask, (p >> 32n) ^ d ^ k1, p & mask];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [a, b, c, d].map(Number);
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const meanA = moments(a).mean, meanB = moments(b).mean;
  const covariance = Array.from(a, (x, i) => (x - meanA) * (b[i] - meanB)).reduce((s, x) => s + x, 0) /
    a.length;
  return covariance / Math.sqrt(moments(a, meanA).square * moments(b, meanB).square);
}
