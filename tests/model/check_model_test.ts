import assert from "node:assert/strict";
import {
  type BatchNorm,
  checkModel,
  type Conv,
  fc,
  type Latent,
  type Likelihood,
  type Model,
  modelShapes,
  type StudentTLatent,
} from "../../lib/model/mod.ts";

const MODEL: Model = fc({
  input: [7],
  hidden: [4],
  latent: { family: "student-t", size: 2, df: { fixed: 5 }, kl: "exact" },
  likelihood: { kind: "gaussian", scale: 1 },
});

const CONV: Conv = { kind: "conv", filters: 2, size: 3, stride: 2, activation: "relu", bias: true };
const BATCH_NORM: BatchNorm = { kind: "batch-norm", momentum: 0.9, epsilon: 1e-3 };

Deno.test("modelShapes() follows odd images, strides and channels", () => {
  const shapes = modelShapes({
    ...MODEL,
    input: [5, 7],
    encoder: [
      BATCH_NORM,
      CONV,
      { kind: "leaky-relu", slope: 0.3 },
      { ...CONV, kind: "conv-transpose", filters: 3 },
      { kind: "reshape", shape: [2, 72] },
      { kind: "dense", units: 4, activation: "relu" },
    ],
  });
  assert.deepEqual(shapes.encoder, [
    [5, 7],
    [5, 7, 1],
    [3, 4, 2],
    [3, 4, 2],
    [6, 8, 3],
    [2, 72],
    [4],
  ]);
  assert.deepEqual(shapes.decoder, [[2], [4], [7]]);
});

Deno.test("checkModel() accepts a model without an encoder", () => {
  checkModel({ ...MODEL, encoder: [] });
});

const AMORTISED: Latent = {
  family: "student-t",
  size: 2,
  df: { amortised: true },
  priorDf: "tied",
  kl: "exact",
  generationDf: 5,
};

/** Df that move, and the prior left to its default. */
const moving = (df: StudentTLatent["df"]): StudentTLatent => ({
  family: "student-t",
  size: 2,
  df,
  kl: "exact",
});
const LEARNED = moving({ learned: "global" });

const GOOD: Readonly<Record<string, readonly Latent[]>> = {
  "a tied prior beside df of every kind": [
    AMORTISED,
    { ...AMORTISED, kl: "monte-carlo", klSample: "second" },
    { ...LEARNED, priorDf: "tied" },
    { ...moving({ fixed: 3 }), priorDf: "tied" },
  ],
  "a prior of its own beside df of every kind": [
    moving({ amortised: true }),
    { ...moving({ amortised: true }), priorDf: 3 },
    { ...LEARNED, priorDf: 3 },
    { ...moving({ fixed: 5 }), priorDf: 3 },
  ],
  "joint latents of one df": [
    { ...moving({ fixed: 5 }), joint: true },
    { ...LEARNED, joint: true },
    { ...moving({ amortised: true }), joint: true },
    { ...moving({ learned: "per-dimension" }), joint: false },
  ],
  "any floor below where df start": [
    { ...LEARNED, dfFloor: 0, dfInitial: 1e-3 },
    { ...LEARNED, dfFloor: 10, dfInitial: 10.5 },
    // A head that starts elsewhere may have any floor.
    { ...moving({ amortised: true, kernel: [2, 30] }), dfFloor: 10 },
    { ...moving({ amortised: true, bias: -3 }), dfFloor: 10 },
  ],
};

for (const [what, latents] of Object.entries(GOOD)) {
  Deno.test(`checkModel() accepts ${what}`, () => {
    for (const latent of latents) checkModel({ ...MODEL, latent });
  });
}

Deno.test("checkModel() accepts learned scales and a Student's t likelihood", () => {
  const likelihoods: readonly Likelihood[] = [
    { kind: "gaussian", scale: "learned" },
    { kind: "student-t", df: 5, scale: "learned" },
    { kind: "student-t", df: 0.5, scale: 2 },
  ];
  for (const likelihood of likelihoods) checkModel({ ...MODEL, likelihood });
});

const BAD: readonly (readonly [change: Partial<Model>, error: typeof RangeError, message: RegExp])[] = [
  [{ input: [] }, RangeError, /model fc: input must be a shape of at least one axis, got \[\]/],
  [{ input: [28, 0] }, RangeError, /input\[1\] must be a positive integer, got 0/],
  [
    { encoder: [{ kind: "dense", units: 1.5, activation: "relu" }] },
    RangeError,
    /encoder\[0\]\.units.*got 1\.5/,
  ],
  [{ latent: { family: "gaussian", size: 0, kl: "closed" } }, RangeError, /latent\.size.*got 0/],
  [
    { latent: { family: "student-t", size: 1, df: { fixed: NaN }, kl: "exact" } },
    RangeError,
    /latent\.df must be > 0 and <= 1e12, .*, got NaN/,
  ],
  [{ latent: { ...LEARNED, priorDf: 0 } }, RangeError, /latent\.priorDf must be > 0 and <= 1e12, .*, got 0/],
  [
    { latent: { ...LEARNED, dfInitial: 1e13 } },
    RangeError,
    /latent\.dfInitial must be .* <= 1e12, .*, got 1/,
  ],
  [
    { latent: { ...moving({ learned: "per-dimension" }), joint: true } },
    RangeError,
    /latent\.df must be learned globally where latent\.joint is true, as .* share one df, got per-dimension/,
  ],
  [
    { latent: { ...LEARNED, dfInitial: 2 } },
    RangeError,
    /latent\.dfInitial must be finite and > latent\.dfFloor, 2, got 2/,
  ],
  [
    { latent: { ...LEARNED, dfFloor: 6 } },
    RangeError,
    /latent\.dfInitial must be finite and > latent\.dfFloor, 6, got 5/,
  ],
  [{ latent: { ...LEARNED, dfFloor: -1 } }, RangeError, /latent\.dfFloor must be finite and >= 0, got -1/],
  [{ latent: { ...LEARNED, dfInitial: Infinity } }, RangeError, /latent\.dfInitial .* got Infinity/],
  ...(["dfInitial", "dfFloor"] as const).map((key) =>
    [
      { latent: { ...moving({ fixed: 5 }), [key]: 3 } },
      RangeError,
      new RegExp(`latent\\.${key} must be left out where latent\\.df is fixed and nothing moves it, got 3`),
    ] as const
  ),
  ...[{ kernel: [2, 30] } as const, { bias: 0 }].map((start) =>
    [
      { latent: { ...moving({ amortised: true, ...start }), dfInitial: 5 } },
      RangeError,
      new RegExp(`latent\\.dfInitial must be left out where latent\\.df\\.${Object.keys(start)[0]} decides`),
    ] as const
  ),
  [
    { latent: moving({ amortised: true, bias: NaN }) },
    RangeError,
    /latent\.df\.bias must be finite, got NaN/,
  ],
  [
    { latent: { ...AMORTISED, generationDf: undefined } },
    RangeError,
    /latent\.generationDf must be given where latent\.priorDf is tied to amortised df, .*got nothing/,
  ],
  [{ latent: { ...AMORTISED, generationDf: -1 } }, RangeError, /latent\.generationDf.*got -1/],
  [
    { latent: { ...AMORTISED, df: { amortised: true, l2: NaN } } },
    RangeError,
    /latent\.df\.l2 must be finite and >= 0, got NaN/,
  ],
  [
    { latent: { ...AMORTISED, df: { amortised: true, kernel: [30, 2] } } },
    RangeError,
    /latent\.df\.kernel must be two finite numbers in order, got \[30, 2\]/,
  ],
  [
    { latent: { ...AMORTISED, klSample: "second" } },
    RangeError,
    /latent\.klSample must be left out where latent\.kl is exact/,
  ],
  [
    { encoder: [{ kind: "dense", units: 4, activation: "relu", l2: -1 }] },
    RangeError,
    /encoder\[0\]\.l2 must be finite and >= 0, got -1/,
  ],
  [{ likelihood: { kind: "gaussian", scale: -1 } }, RangeError, /likelihood\.scale.*got -1/],
  [{ likelihood: { kind: "student-t", df: 5, scale: NaN } }, RangeError, /likelihood\.scale.*got NaN/],
  [
    { likelihood: { kind: "student-t", df: 0, scale: "learned" } },
    RangeError,
    /likelihood\.df must be > 0 and <= 1e12, .*, got 0/,
  ],
  [
    { decoder: [{ kind: "dense", units: 6, activation: "linear" }] },
    TypeError,
    /output must have 7 elements, as many as the input \[7\], got \[6\]/,
  ],
  [
    { latent: { family: "gaussian", size: 2 ** 27, kl: "closed" } },
    RangeError,
    /at most 268435456 weights, got 1610612.*make latent\.size or its layers smaller/,
  ],
  [
    { latent: { ...moving({ amortised: true }), size: 2 ** 25 } },
    RangeError,
    // Heads for loc, scale and df, and the decoder's first layer, 4 wide each; 28 of the two outer layers.
    new RegExp(`at most 268435456 weights, got ${4 * 4 * 2 ** 25 + 56};`),
  ],
  [
    { latent: { ...moving({ amortised: true }), size: 2 ** 25, joint: true } },
    RangeError,
    new RegExp(`got ${3 * 4 * 2 ** 25 + 4 + 56};`),
  ],
  [
    { input: [1, 7], encoder: [CONV, { ...CONV, filters: 2 ** 24 }] },
    RangeError,
    /at most 268435456 weights, got/,
  ],
  [{ decoder: [] }, TypeError, /must have 7 elements.*got no layer/],
  [
    { input: [28, 28], encoder: [{ ...CONV, size: 0 }] },
    RangeError,
    /encoder\[0\]\.size must be a positive integer, got 0/,
  ],
  [{ input: [28, 28], encoder: [{ ...CONV, stride: 0.5 }] }, RangeError, /encoder\[0\]\.stride.*got 0\.5/],
  [{ encoder: [{ ...BATCH_NORM, momentum: 1 }] }, RangeError, /\.momentum must be from 0 to below 1, got 1/],
  [{ encoder: [{ ...BATCH_NORM, epsilon: 0 }] }, RangeError, /\.epsilon must be finite and > 0, got 0/],
  [{ encoder: [{ kind: "leaky-relu", slope: -0.1 }] }, RangeError, /\.slope must be from 0 to 1, got -0\.1/],
  [{ encoder: [{ kind: "reshape", shape: [] }] }, RangeError, /encoder\[0\]\.shape.*at least one axis/],
  [{ encoder: [{ kind: "reshape", shape: [7, 1.5] }] }, RangeError, /encoder\[0\]\.shape\[1\].*got 1\.5/],
  [
    { encoder: [{ kind: "reshape", shape: [2, 3] }] },
    TypeError,
    /model fc: encoder\[0\] must have an input of 6 elements for its shape \[2, 3\], got \[7\]/,
  ],
  [{ encoder: [CONV] }, TypeError, /encoder\[0\] must have an image as input, .*, got \[7\]/],
  [
    { decoder: [{ kind: "dense", units: 4, activation: "relu" }, { ...CONV, kind: "conv-transpose" }] },
    TypeError,
    /decoder\[1\] must have an image as input, .*, got \[4\]/,
  ],
  [
    { encoder: [{ kind: "reshape", shape: [1, 7, 1, 1] }, BATCH_NORM] },
    TypeError,
    /encoder\[1\] must have a vector or an image as input .*, got \[1, 7, 1, 1\]/,
  ],
];

for (const [change, error, message] of BAD) {
  Deno.test(`checkModel() rejects ${JSON.stringify(change)}`, () => {
    assert.throws(() => checkModel({ ...MODEL, ...change }), (thrown) => {
      assert(thrown instanceof error);
      assert.match(thrown.message, message);
      return true;
    });
  });
}
