import assert from "node:assert/strict";
import fc from "fast-check";
import { parseConfig } from "../../lib/run/config.ts";
import { assignKey, FLAGS } from "../../lib/run/flags.ts";
import { resolveConfig } from "../../lib/run/resolve.ts";
import { UsageError } from "../../lib/run/usage_error.ts";
import { WHOLE } from "./fixtures.ts";

Deno.test("parseConfig() fills in every default", () => {
  assert.deepEqual(parseConfig({}), {
    schemaVersion: 1,
    dataset: "glyphs",
    validation: 0,
    model: { preset: "fc" },
    latent: { family: "student-t", size: 3, df: { fixed: 5 }, kl: "exact" },
    objective: { kind: "elbo", beta: 1 },
    likelihood: { kind: "bernoulli" },
    optimizer: { learningRate: 5e-4 },
    batchSize: 512,
    epochs: 30,
    patience: 0,
    checkpointEvery: 1,
    seed: 0,
    backend: "auto",
    threads: 0,
  });
});

const SHORT_FORMS: readonly (readonly [short: unknown, long: unknown])[] = [
  [{ model: "fc" }, { model: { preset: "fc" } }],
  [{ model: { hidden: [256, 128] } }, { model: { preset: "fc", hidden: [256, 128] } }],
  [{ latent: { df: 7 } }, { latent: { family: "student-t", size: 3, df: { fixed: 7 }, kl: "exact" } }],
  ...[
    ["learned", { learned: "global" }],
    ["per-dimension", { learned: "per-dimension" }],
    ["amortised", { amortised: true }],
  ].map(([df, long]) =>
    [{ latent: { df } }, { latent: { df: long, dfInitial: 5, dfFloor: 2, priorDf: 5 } }] as const
  ),
  [{ latent: { df: "learned", joint: true } }, { latent: { joint: true, df: { learned: "global" } } }],
  [{ latent: { joint: false } }, { latent: {} }],
  [{ objective: "iwae" }, { objective: { kind: "iwae", samples: 5 } }],
  [{ objective: "elbo" }, { objective: { beta: 1 } }],
  [{ objective: "t3" }, { objective: { kind: "t3" } }],
  [{ likelihood: "student-t" }, { likelihood: { kind: "student-t", df: 5, scale: 1 } }],
  [{ latent: "gaussian" }, { latent: { family: "gaussian", size: 3, kl: "closed" } }],
  [{ likelihood: "gaussian" }, { likelihood: { kind: "gaussian", scale: 1 } }],
  [{ outliers: { fraction: 0.05 } }, { outliers: { fraction: 0.05, kind: "uniform" } }],
  [{ model: WHOLE }, { model: { name: "custom", ...WHOLE } }],
  [{ model: "cnn" }, { model: { preset: "cnn" }, optimizer: { learningRate: 3e-4 } }],
  [
    { model: { ...WHOLE, encoder: [{ kind: "conv", filters: 8 }, { kind: "batch-norm" }] } },
    {
      model: {
        ...WHOLE,
        encoder: [
          { kind: "conv", filters: 8, size: 3, stride: 1, activation: "linear", bias: true },
          { kind: "batch-norm", momentum: 0.9, epsilon: 1e-3 },
        ],
      },
    },
  ],
  [
    { model: { ...WHOLE, latent: { size: 2 }, likelihood: "gaussian" } },
    { model: WHOLE, latent: { size: 2 }, likelihood: { kind: "gaussian", scale: 1 } },
  ],
  [
    { model: { ...WHOLE, latent: { df: 5 } }, latent: { df: { fixed: 5 } } },
    { model: WHOLE, latent: {} },
  ],
];

/** What the original lets df do. */
const FLOORED = { dfFloor: 0.5 } as const;
const TIED = { df: { amortised: true }, priorDf: "tied", kl: "monte-carlo" } as const;
const SUMMED = { reduction: "sum-of-element-means" } as const;
const PENALISED = { amortised: true, l2: 1e-3, kernel: [2, 30] } as const;
const FROM_ZERO = { amortised: true, bias: 0 } as const;

/** Configurations beside what they are to mean, the latent's size and the objective's kind and beta apart. */
const ORIGINALS: readonly (readonly [written: Record<string, unknown>, latent: object, objective: object])[] =
  [
    ...[undefined, "amortised"].map((df) =>
      [
        { model: "original-fc", ...(df && { latent: { df } }) },
        { ...TIED, ...FLOORED, df: PENALISED, generationDf: 3 },
        SUMMED,
      ] as const
    ),
    [{ model: "original-fc", latent: "gaussian" }, { family: "gaussian", kl: "monte-carlo" }, SUMMED],
    [
      { model: "original-cnn" },
      { ...TIED, ...FLOORED, df: FROM_ZERO, klSample: "second", generationDf: 4 },
      {},
    ],
    [{ model: "original-cnn", latent: { df: "learned" } }, {
      df: { learned: "global" },
      dfInitial: 5,
      dfFloor: 2,
      priorDf: 5,
      kl: "monte-carlo",
      klSample: "second",
      generationDf: 4,
    }, {}],
    [
      { model: "original-fc", objective: "iwae" },
      { ...TIED, ...FLOORED, df: PENALISED, generationDf: 3 },
      { kind: "iwae", samples: 5 },
    ],
    [
      { model: "original-cnn", objective: { kind: "iwae", samples: 2 } },
      { ...TIED, ...FLOORED, df: FROM_ZERO, generationDf: 4 },
      { kind: "iwae", samples: 2 },
    ],
    [{ model: { preset: "original-cnn" }, latent: { family: "gaussian" } }, {
      family: "gaussian",
      kl: "monte-carlo",
    }, {}],
    [{ model: "original-cnn", latent: { df: 7 } }, {
      df: { fixed: 7 },
      kl: "monte-carlo",
      klSample: "second",
      generationDf: 4,
    }, {}],
    [
      { model: "original-cnn", latent: { kl: "exact" }, objective: SUMMED },
      { df: FROM_ZERO, ...FLOORED, priorDf: "tied", kl: "exact", generationDf: 4 },
      SUMMED,
    ],
    [
      { latent: { ...TIED, df: "amortised", generationDf: 2 } },
      { ...TIED, dfInitial: 5, dfFloor: 2, generationDf: 2 },
      {},
    ],
  ];

for (const [written, latent, objective] of ORIGINALS) {
  Deno.test(`parseConfig() fills in the original's training for ${JSON.stringify(written)}`, () => {
    const config = parseConfig(written);
    assert.deepEqual(config.latent, { family: "student-t", size: 3, ...latent });
    assert.deepEqual(
      config.objective,
      "kind" in objective ? objective : { kind: "elbo", beta: 1, ...objective },
    );
    assert.deepEqual(parseConfig(config), config);
    const resolved = resolveConfig(config, { input: [8, 8], backend: "tfjs-cpu" });
    assert.deepEqual(parseConfig(JSON.parse(JSON.stringify(resolved))), resolved);
  });
}

Deno.test("parseConfig() has the original's learning rates", () => {
  const rate = (model: string) => parseConfig({ model }).optimizer.learningRate;
  assert.deepEqual([rate("original-fc"), rate("original-cnn")], [5e-4, 3e-4]);
});

for (const [short, long] of SHORT_FORMS) {
  Deno.test(`parseConfig() takes the short form ${JSON.stringify(short)}`, () => {
    assert.deepEqual(parseConfig(short), parseConfig(long));
  });
}

for (const dataset of ["mnist", "my.idx", "dir/my.idx.gz", "train-images-idx3-ubyte.gz", "a.npy", "B.CSV"]) {
  Deno.test(`parseConfig() takes data set ${dataset}`, () => {
    assert.equal(parseConfig({ dataset }).dataset, dataset);
  });
}

Deno.test("parseConfig() either gives what it would give again, or one line", () => {
  const keys = [
    "seed",
    "latent",
    "model",
    "likelihood.scale",
    "model.encoder",
    ...FLAGS.map(({ key }) => key),
  ];
  const value = fc.oneof(
    fc.constantFrom("fc", "gaussian", "bernoulli", "elbo", "tfjs-cpu", "mnist"),
    fc.constant(WHOLE),
    fc.nat(),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...keys), value), { maxLength: 4 }), (assignments) => {
      try {
        const config = parseConfig(assignments.reduce(assignKey, {}));
        assert.deepEqual(parseConfig(JSON.parse(JSON.stringify(config))), config);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        assert(!error.message.includes("\n"));
      }
    }),
  );
});
