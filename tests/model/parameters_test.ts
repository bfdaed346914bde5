import assert from "node:assert/strict";
import { philox4x32, uniform23 } from "../../lib/math/philox.ts";
import { fc, initialParameters, type Model, parameterTable } from "../../lib/model/mod.ts";

const MODEL: Model = fc({
  input: [28, 28],
  latent: { family: "student-t", size: 3, df: { fixed: 5 }, kl: "exact" },
  likelihood: { kind: "bernoulli" },
});

/** A uniform variable's standard errors of mean and variance are known; five of them pass by chance once in 10⁶. */
const STANDARD_ERRORS = 5;

Deno.test("fc() is the same network forth and back", () => {
  assert.deepEqual(MODEL.encoder.map(({ units, activation }) => [units, activation]), [
    [128, "relu"],
    [64, "relu"],
    [32, "relu"],
  ]);
  assert.deepEqual(MODEL.decoder.map(({ units, activation }) => [units, activation]), [
    [32, "relu"],
    [64, "relu"],
    [128, "relu"],
    [784, "linear"],
  ]);
});

Deno.test("parameterTable() lists encoder, heads and decoder, kernels before biases", () => {
  const table = parameterTable(MODEL);
  assert.deepEqual(table.map(({ name, shape }) => `${name} [${shape}]`), [
    "encoder/0/kernel [784,128]",
    "encoder/0/bias [128]",
    "encoder/1/kernel [128,64]",
    "encoder/1/bias [64]",
    "encoder/2/kernel [64,32]",
    "encoder/2/bias [32]",
    "latent/loc/kernel [32,3]",
    "latent/loc/bias [3]",
    "latent/scale/kernel [32,3]",
    "latent/scale/bias [3]",
    "decoder/0/kernel [3,32]",
    "decoder/0/bias [32]",
    "decoder/1/kernel [32,64]",
    "decoder/1/bias [64]",
    "decoder/2/kernel [64,128]",
    "decoder/2/bias [128]",
    "decoder/3/kernel [128,784]",
    "decoder/3/bias [784]",
  ]);
});

Deno.test("parameterTable() packs a flat buffer without gaps", () => {
  const table = parameterTable(MODEL);
  table.slice(1).forEach(({ offset }, i) => assert.equal(offset, table[i].offset + table[i].size));
  assert.equal(table[0].offset, 0);
  const last = table.at(-1)!;
  assert.equal(last.offset + last.size, 222_710);
});

Deno.test("parameterTable() puts the heads on the input where there is no encoder", () => {
  const [loc] = parameterTable({ ...MODEL, encoder: [] });
  assert.deepEqual([loc.name, loc.shape], ["latent/loc/kernel", [784, 3]]);
});

Deno.test("parameterTable() rejects a model that cannot be built", () => {
  assert.throws(() => parameterTable({ ...MODEL, input: [28, 27] }), TypeError);
});

Deno.test("initialParameters() is Philox at (element, 0, initialWeights, parameter), word 0", () => {
  const seed = 2 ** 40 + 3;
  const limit = Math.sqrt(6 / (128 + 64));
  const kernel = initialParameters(MODEL, { seed }).get("encoder/1/kernel")!;
  for (const i of [0, 1, 63, 64, 8191]) {
    const [word] = philox4x32([i, 0, 0, 2], [3, 256]);
    assert.equal(kernel[i], Math.fround((2 * uniform23(word) - 1) * limit));
  }
});

Deno.test("initialParameters() draws kernels uniformly within the Glorot limit, and no biases", () => {
  const values = initialParameters(MODEL, { seed: 0 });
  for (const { name, size, initialiser } of parameterTable(MODEL)) {
    const data = values.get(name)!;
    assert.equal(data.length, size);
    if (initialiser.kind === "zeros") {
      assert(data.every((x) => x === 0), name);
      continue;
    }
    const limit = Math.sqrt(6 / (initialiser.fanIn + initialiser.fanOut));
    assert(data.every((x) => Math.abs(x) < limit), name);
    const unit = Array.from(data, (x) => x / limit);
    const mean = unit.reduce((sum, x) => sum + x, 0) / size;
    const square = unit.reduce((sum, x) => sum + x * x, 0) / size;
    assert(Math.abs(mean) < STANDARD_ERRORS * Math.sqrt(1 / 3 / size), name);
    assert(Math.abs(square - 1 / 3) < STANDARD_ERRORS * Math.sqrt((1 / 5 - 1 / 9) / size), name);
  }
});

Deno.test("initialParameters() depends on the seed alone", () => {
  const kernel = (seed: number) => initialParameters(MODEL, { seed }).get("decoder/0/kernel");
  assert.deepEqual(kernel(7), kernel(7));
  assert.notDeepEqual(kernel(7), kernel(8));
  assert.notDeepEqual(kernel(7), kernel(7 + 2 ** 32));
});

for (const seed of [-1, 0.5, 2 ** 53, NaN]) {
  Deno.test(`initialParameters() rejects seed ${seed}`, () => {
    assert.throws(() => initialParameters(MODEL, { seed }), RangeError);
  });
}
