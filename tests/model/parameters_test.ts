import assert from "node:assert/strict";
import { philox4x32, uniform23 } from "../../lib/math/philox.ts";
import {
  cnn,
  fc,
  initialParameters,
  initialStatistics,
  type Latent,
  type Model,
  originalCnn,
  originalFc,
  ORIGINALS,
  parameterTable,
  PRESETS,
  SCALE_FLOOR,
  SCALE_INITIAL,
  statisticsTable,
  type StudentTLatent,
} from "../../lib/model/mod.ts";

const MODEL: Model = fc({
  input: [28, 28],
  latent: { family: "student-t", size: 3, df: { fixed: 5 }, kl: "exact" },
  likelihood: { kind: "bernoulli" },
});

const CNN: Model = cnn({ input: MODEL.input, latent: MODEL.latent, likelihood: MODEL.likelihood });

/** A uniform variable's standard errors of mean and variance are known; five of them pass by chance once in 10⁶. */
const STANDARD_ERRORS = 5;

Deno.test("fc() is the same network forth and back", () => {
  const relu = (units: number) => ({ kind: "dense", units, activation: "relu" });
  assert.deepEqual(MODEL.encoder, [128, 64, 32].map(relu));
  assert.deepEqual(MODEL.decoder, [
    ...[32, 64, 128].map(relu),
    { kind: "dense", units: 784, activation: "linear" },
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

Deno.test("parameterTable() of cnn has kernels as tfjs wants them, and no biases before batch norm", () => {
  const table = parameterTable(CNN);
  const norm = (
    name: string,
    channels: number,
  ) => [`${name}/gamma [${channels}]`, `${name}/beta [${channels}]`];
  assert.deepEqual(table.map(({ name, shape }) => `${name} [${shape}]`), [
    "encoder/0/kernel [3,3,1,32]",
    ...norm("encoder/1", 32),
    "encoder/3/kernel [3,3,32,64]",
    ...norm("encoder/4", 64),
    "encoder/6/kernel [3,3,64,64]",
    ...norm("encoder/7", 64),
    "latent/loc/kernel [3136,3]",
    "latent/loc/bias [3]",
    "latent/scale/kernel [3136,3]",
    "latent/scale/bias [3]",
    "decoder/0/kernel [3,3136]",
    "decoder/0/bias [3136]",
    "decoder/2/kernel [3,3,64,64]",
    ...norm("decoder/3", 64),
    "decoder/5/kernel [3,3,32,64]",
    ...norm("decoder/6", 32),
    "decoder/8/kernel [3,3,32,32]",
    ...norm("decoder/9", 32),
    "decoder/11/kernel [3,3,1,32]",
    "decoder/11/bias [1]",
  ]);
  const last = table.at(-1)!;
  assert.equal(last.offset + last.size, 152_327);
});

Deno.test("parameterTable() counts a convolution's fans over its receptive field", () => {
  const initialiser = (name: string) => parameterTable(CNN).find((entry) => entry.name === name)!.initialiser;
  assert.deepEqual(initialiser("encoder/3/kernel"), {
    kind: "glorot-uniform",
    fanIn: 9 * 32,
    fanOut: 9 * 64,
  });
  assert.deepEqual(initialiser("decoder/5/kernel"), {
    kind: "glorot-uniform",
    fanIn: 9 * 64,
    fanOut: 9 * 32,
  });
});

Deno.test("statisticsTable() has mean and variance of each batch norm, in a buffer of their own", () => {
  assert.deepEqual(statisticsTable(MODEL), []);
  const table = statisticsTable(CNN);
  assert.deepEqual(
    table.map(({ name, shape }) => `${name} [${shape}]`),
    ["encoder/1 32", "encoder/4 64", "encoder/7 64", "decoder/3 64", "decoder/6 32", "decoder/9 32"].flatMap(
      (entry) => {
        const [layer, channels] = entry.split(" ");
        return [`${layer}/mean [${channels}]`, `${layer}/variance [${channels}]`];
      },
    ),
  );
  assert.equal(table[3].offset, 32 + 32 + 64);
  for (const [name, values] of initialStatistics(CNN)) {
    assert(values.every((x) => x === (name.endsWith("variance") ? 1 : 0)), name);
  }
});

Deno.test("cnn() refuses what is no image and what cannot be halved twice", () => {
  assert.throws(() => cnn({ ...MODEL, input: [784] }), {
    name: "TypeError",
    message: /model fc: its input must be an image, .*, got \[784\]; the preset fc/,
  });
  assert.throws(() => cnn({ ...MODEL, input: [28, 30] }), {
    name: "RangeError",
    message: /height and width must be divisible by 4, got \[28, 30\]; the preset fc/,
  });
  assert.equal(parameterTable(cnn({ ...MODEL, input: [8, 12, 3] })).at(-1)!.size, 3);
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

for (const model of [MODEL, CNN]) {
  Deno.test(`initialParameters() of ${model.name} draws kernels uniformly within the Glorot limit, and nothing else`, () => {
    const values = initialParameters(model, { seed: 0 });
    for (const { name, size, initialiser } of parameterTable(model)) {
      const data = values.get(name)!;
      assert.equal(data.length, size);
      if (initialiser.kind !== "glorot-uniform") {
        assert(data.every((x) => x === (initialiser.kind === "ones" ? 1 : 0)), name);
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
}

Deno.test("parameterTable() of original-fc has a third head, penalised like the hidden kernels, that starts on (2, 30)", () => {
  const latent: Latent = { family: "student-t", size: 3, ...ORIGINALS["original-fc"].studentT };
  const model = originalFc({ input: [28, 28], latent, likelihood: { kind: "bernoulli" } });
  const table = parameterTable(model);
  const names = table.flatMap(({ name, l2 }) => l2 === 1e-3 ? [name] : []);
  assert.deepEqual(
    names,
    ["encoder/0", "encoder/1", "encoder/2", "latent/df", "decoder/0", "decoder/1", "decoder/2"].map((name) =>
      `${name}/kernel`
    ),
  );
  assert(table.every(({ l2 }) => l2 === undefined || l2 === 1e-3));
  const kernel = initialParameters(model, { seed: 0 }).get("latent/df/kernel")!;
  assert.equal(kernel.length, 96);
  assert(kernel.every((x) => x > 2 && x < 30));
  const mean = kernel.reduce((sum, x) => sum + x, 0) / 96;
  assert(Math.abs(mean - 16) < STANDARD_ERRORS * 28 / Math.sqrt(12 * 96), `${mean}`);
});

Deno.test("originalCnn() has the original's layers", () => {
  const latent: Latent = { family: "student-t", size: 3, ...ORIGINALS["original-cnn"].studentT };
  const model = originalCnn({ input: [28, 28], latent, likelihood: { kind: "bernoulli" } });
  const convolutions = [...model.encoder, ...model.decoder].flatMap((layer) =>
    "filters" in layer ? [`${layer.kind} ${layer.filters} ${layer.stride}`] : []
  );
  assert.deepEqual(convolutions, [
    "conv 32 1",
    "conv 64 2",
    "conv 64 2",
    "conv 64 1",
    "conv-transpose 64 1",
    "conv-transpose 64 2",
    "conv-transpose 32 2",
    "conv-transpose 1 1",
  ]);
  const others = [...model.encoder, ...model.decoder].map(({ kind }) => kind).filter((kind) =>
    !/^conv/.test(kind)
  );
  assert.deepEqual(others.sort(), ["dense", ...Array(7).fill("leaky-relu"), "reshape"]);
  assert(parameterTable(model).some(({ name }) => name === "encoder/0/bias"));
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

const table = (change: Partial<Model>) => {
  const model: Model = { ...MODEL, ...change };
  const values = initialParameters(model, { seed: 0 });
  return parameterTable(model).map(({ name, shape }) => ({
    name,
    entry: `${name} [${shape}]`,
    values: values.get(name)!,
  }));
};
const t = (df: StudentTLatent["df"], more: Partial<StudentTLatent> = {}): StudentTLatent => ({
  family: "student-t",
  size: 3,
  df,
  kl: "exact",
  ...more,
});
const softplus = (x: number) => Math.log1p(Math.exp(x));

/** Weights are float32: half a unit in the last place of numbers below 8. */
const FLOAT32 = 2 ** -22;

const DF: readonly (readonly [what: string, latent: StudentTLatent, entries: string[], start: number])[] = [
  ["learned globally", t({ learned: "global" }), ["latent/df [1]"], 5],
  ["learned for each dimension", t({ learned: "per-dimension" }), ["latent/df [3]"], 5],
  ["learned jointly", t({ learned: "global" }, { joint: true }), ["latent/df [1]"], 5],
  ["learned from a start of their own", t({ learned: "global" }, { dfInitial: 3, dfFloor: 0 }), [
    "latent/df [1]",
  ], 3],
  ["amortised", t({ amortised: true }), ["latent/df/kernel [32,3]", "latent/df/bias [3]"], 5],
  ["amortised jointly", t({ amortised: true }, { joint: true }), [
    "latent/df/kernel [32,1]",
    "latent/df/bias [1]",
  ], 5],
  ["amortised with a bias", t({ amortised: true, bias: 0 }), [
    "latent/df/kernel [32,3]",
    "latent/df/bias [3]",
  ], 2 + Math.LN2],
  ["amortised with a kernel", t({ amortised: true, kernel: [0, 1] }), [
    "latent/df/kernel [32,3]",
    "latent/df/bias [3]",
  ], 2 + Math.LN2],
];

for (const [what, latent, entries, start] of DF) {
  Deno.test(`parameterTable() has df ${what} between the heads and the decoder, starting where the record says`, () => {
    const rows = table({ latent });
    const place = rows.findIndex(({ name }) => name === "latent/scale/bias") + 1;
    assert.deepEqual(rows.slice(place, place + entries.length).map(({ entry }) => entry), entries);
    assert.equal(rows[place + entries.length].name, "decoder/0/kernel");
    for (const x of rows[place + entries.length - 1].values) {
      assert(Math.abs((latent.dfFloor ?? 2) + softplus(x) - start) < FLOAT32, `${x}`);
    }
  });
}

Deno.test("parameterTable() has nothing of fixed df, joint or not", () => {
  assert.deepEqual(
    parameterTable({ ...MODEL, latent: t({ fixed: 5 }, { joint: true }) }),
    parameterTable(MODEL),
  );
});

for (const kind of ["gaussian", "student-t"] as const) {
  Deno.test(`parameterTable() of a ${kind} likelihood ends in its learned scale, which starts at 1`, () => {
    const likelihood = (scale: number | "learned") =>
      kind === "gaussian" ? { kind, scale } : { kind, df: 5, scale };
    const { entry, values } = table({ likelihood: likelihood("learned") }).at(-1)!;
    assert.equal(entry, "likelihood/scale [1]");
    assert(Math.abs(SCALE_FLOOR + softplus(values[0]) - SCALE_INITIAL) < FLOAT32);
    assert.deepEqual(parameterTable({ ...MODEL, likelihood: likelihood(2) }), parameterTable(MODEL));
  });
}

Deno.test("initialParameters() starts the original's df heads without a bias", () => {
  for (const name of ["original-fc", "original-cnn"] as const) {
    const latent: Latent = { family: "student-t", size: 3, ...ORIGINALS[name].studentT };
    const model = PRESETS[name]({ input: [28, 28], latent, likelihood: { kind: "bernoulli" } });
    assert.deepEqual(initialParameters(model, { seed: 0 }).get("latent/df/bias"), new Float32Array(3));
  }
});
