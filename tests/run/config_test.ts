import assert from "node:assert/strict";
import fc from "fast-check";
import { parseConfig, readConfigFile } from "../../lib/run/config.ts";
import { assignKey, FLAGS } from "../../lib/run/flags.ts";
import { resolveConfig } from "../../lib/run/resolve.ts";
import { UsageError } from "../../lib/run/usage_error.ts";
import { temporaryFolder } from "./fixtures.ts";

/** What a whole model looks like. */
const WHOLE = {
  encoder: [{ kind: "dense", units: 8, activation: "relu" }],
  decoder: [{ kind: "dense", units: 784, activation: "linear" }],
};

function assertUsageError(run: () => unknown, message: RegExp): void {
  assert.throws(run, (error) => {
    assert(error instanceof UsageError, `${error}`);
    assert.match(error.message, message);
    assert(!error.message.includes("\n"));
    return true;
  });
}

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

const WRONG: readonly (readonly [input: unknown, message: RegExp])[] = [
  [[], /^Cannot use configuration: the configuration must be an object, got \[\]$/],
  [null, /must be an object, got null$/],
  [{ schemaVersion: 2 }, /schemaVersion must be 1, got 2$/],
  [
    { dataset: "mnits" },
    /^Unknown data set "mnits" for dataset; valid: glyphs, mnist, .*; did you mean mnist\?$/,
  ],
  [{ dataset: 3 }, /^Unknown data set 3/],
  [{ examples: 0 }, /examples must be a positive integer, got 0$/],
  [{ outliers: { fraction: 2 } }, /outliers.fraction must be from 0 to 1, got 2$/],
  [{ outliers: { kind: "salt" } }, /outliers.fraction is missing$/],
  [
    { outliers: { fraction: 0.1, kind: "salty" } },
    /^Unknown kind of outliers "salty" for outliers.kind; valid: uniform, heavy, salt, .*; did you mean salt\?$/,
  ],
  [
    { outliers: { fraction: 0.1, dataset: "mnist" } },
    /outliers.dataset has no meaning here, for only other-dataset has one/,
  ],
  [{ outliers: { fraction: 0.1, kind: "other-dataset" } }, /outliers.dataset is missing$/],
  [
    { outliers: { fraction: 0.1, kind: "other-dataset", dataset: "mnits" } },
    /^Unknown data set "mnits" for outliers.dataset; .*; did you mean mnist\?$/,
  ],
  [{ validation: -1 }, /validation must be an integer >= 0, got -1$/],
  [
    { model: "fcc" },
    /^Unknown model "fcc" for model.preset; valid: fc, cnn, original-fc, original-cnn; did you mean fc\?$/,
  ],
  [{ model: 1 }, /model must be a preset's name or an object, got 1$/],
  [
    { model: { preset: "cnn", hidden: [8] } },
    /model.hidden has no meaning here, for only fc and original-fc have hidden layers/,
  ],
  [{ model: { hidden: [128, 0] } }, /model.hidden.1 must be a positive integer, got 0$/],
  [{ model: { encoder: WHOLE.encoder } }, /model.decoder is missing$/],
  [
    { model: { ...WHOLE, encoder: [{ kind: "dense", activation: "relu" }] } },
    /model.encoder.0.units is missing$/,
  ],
  [
    { model: { ...WHOLE, encoder: [{ kind: "dense", unit: 3, units: 3, activation: "relu" }] } },
    /^Unknown key model.encoder.0.unit; valid here: kind, units, activation, l2; did you mean units\?$/,
  ],
  [
    { model: { ...WHOLE, encoder: [{ kind: "convolution" }] } },
    /^Unknown layer "convolution" for model.encoder.0.kind; valid: dense, conv, .*, reshape$/,
  ],
  [
    { model: { ...WHOLE, encoder: [{ kind: "conv", filters: 8, stride: 0 }] } },
    /model.encoder.0.stride must be a positive integer, got 0$/,
  ],
  [
    { model: { ...WHOLE, encoder: [{ kind: "batch-norm", momentum: 1 }] } },
    /model.encoder.0.momentum must be from 0 to below 1, got 1$/,
  ],
  [{ model: { ...WHOLE, encoder: [3] } }, /model.encoder.0 must be an object, got 3$/],
  [{ model: { ...WHOLE, name: "../x" } }, /model.name must be letters, .*, got "..\/x"$/],
  [{ model: { ...WHOLE, input: [] } }, /model.input must have at least one axis, got \[\]$/],
  [
    { model: { ...WHOLE, latent: { size: 2 } }, latent: { size: 3 } },
    /latent and model.latent must agree, got .*"size":3.* and .*"size":2/,
  ],
  [{ latent: { size: 0 } }, /latent.size must be a positive integer, got 0$/],
  [{ latent: { size: 2.5 } }, /latent.size must be a positive integer, got 2.5$/],
  [{ latent: { df: 0 } }, /latent.df must be finite and > 0, got 0$/],
  [{ latent: { df: NaN } }, /latent.df must be finite and > 0, got NaN$/],
  [{ latent: { df: -3 } }, /latent.df must be finite and > 0, got -3$/],
  [
    { latent: { df: "learnt" } },
    /latent.df must be finite and > 0, or learned, .*, got "learnt"; did you mean learned\?$/,
  ],
  [
    { latent: { df: { learned: "joint" } } },
    /^Unknown kind of df "joint" for latent.df.learned; valid: global, p/,
  ],
  [{ latent: { df: { learned: "global", l2: 1 } } }, /^Unknown key latent.df.l2; valid here: learned$/],
  [{ latent: { joint: "yes" } }, /latent.joint must be true or false, got "yes"$/],
  [{ latent: { family: "gaussian", joint: true } }, /latent.joint has no meaning here, for .* independent/],
  [
    { latent: { family: "gaussian", dfFloor: 1 } },
    /latent.dfFloor has no meaning here, for a Gaussian has no/,
  ],
  [{ latent: { dfInitial: 0 } }, /latent.dfInitial must be finite and > 0, got 0$/],
  [{ latent: { dfFloor: -1 } }, /latent.dfFloor must be finite and >= 0, got -1$/],
  [{ latent: { df: { fixed: Infinity } } }, /latent.df.fixed must be finite and > 0, got Infinity$/],
  [{ latent: { family: "gaussian", df: 5 } }, /latent.df has no meaning here, for a Gaussian has no degrees/],
  [
    { latent: { family: "cauchy" } },
    /^Unknown family "cauchy" for latent.family; valid: student-t, gaussian$/,
  ],
  [{ latent: { kl: "closed" } }, /^Unknown divergence "closed" for latent.kl; valid: exact, monte-carlo$/],
  [
    { latent: { sise: 3 } },
    /^Unknown key latent.sise; valid here: family, size, joint, df, .*; did you mean size\?$/,
  ],
  [{ latent: { df: { amortised: false } } }, /latent.df.amortised must be true, got false$/],
  [{ latent: { df: { amortised: true, l2: -1 } } }, /latent.df.l2 must be finite and >= 0, got -1$/],
  [{ latent: { df: { amortised: true, kernel: [2] } } }, /latent.df.kernel.1 is missing|kernel/],
  [{ latent: { priorDf: 0 } }, /latent.priorDf must be finite and > 0, got 0$/],
  [{ latent: { priorDf: "tie" } }, /latent.priorDf must be .*, or tied, got "tie"; did you mean tied\?$/],
  [{ latent: { family: "gaussian", priorDf: "tied" } }, /latent.priorDf has no meaning here, for a Gaussian/],
  [{ latent: { klSample: "third" } }, /^Unknown sample "third" for latent.klSample; valid: second$/],
  [{ latent: { generationDf: 0 } }, /latent.generationDf must be finite and > 0, got 0$/],
  [{ objective: { reduction: "sum" } }, /^Unknown reduction "sum" for objective.reduction; valid: mean, sum/],
  [
    { model: { ...WHOLE, encoder: [{ kind: "dense", units: 8, activation: "relu", l2: -1 }] } },
    /model.encoder.0.l2 must be finite and >= 0, got -1$/,
  ],
  [
    { model: "original-fc", latent: { family: "gaussian", df: "amortised" } },
    /latent.df has no meaning here, for a Gaussian has no degrees/,
  ],
  [{ model: "original-fc", latent: 3 }, /^Unknown family|latent/],
  [{ objective: { kind: "iwea" } }, /^Unknown objective "iwea" for objective.kind/],
  [{ objective: { beta: -1 } }, /objective.beta must be finite and >= 0, got -1$/],
  [{ objective: { freeBits: -1 } }, /objective.freeBits must be finite and >= 0, got -1$/],
  [{ objective: { samples: 5 } }, /objective.samples has no meaning here, for only iwae has/],
  [{ objective: { kind: "iwae", samples: 0 } }, /objective.samples must be a positive integer, got 0$/],
  [
    { objective: { kind: "iwae", beta: 2 } },
    /objective.beta has no meaning here, for only elbo has a weight/,
  ],
  [{ objective: { kind: "t3", freeBits: 1 } }, /objective.freeBits has no meaning here, for only elbo has/],
  [{ objective: { kind: "t3", samples: 5 } }, /objective.samples has no meaning here, for only iwae has/],
  [{ objective: [] }, /objective must be a name or an object, got \[\]$/],
  [{ likelihood: "bernouli" }, /^Unknown likelihood "bernouli" for likelihood.kind; .* mean bernoulli\?$/],
  [{ likelihood: { scale: 2 } }, /likelihood.scale has no meaning here, for a Bernoulli has no scale/],
  [{ likelihood: { df: 5 } }, /likelihood.df has no meaning here, for a Bernoulli has no degrees/],
  [{ likelihood: { kind: "gaussian", df: 5 } }, /likelihood.df has no meaning here, for a Gaussian has no/],
  [{ likelihood: { kind: "student-t", df: 0 } }, /likelihood.df must be finite and > 0, got 0$/],
  [
    { likelihood: { kind: "gaussian", scale: "learn" } },
    /likelihood.scale must be .*; did you mean learned\?$/,
  ],
  [{ likelihood: { kind: "gaussian", scale: 0 } }, /likelihood.scale must be finite and > 0, got 0$/],
  [{ optimizer: { learningRate: -1 } }, /optimizer.learningRate must be finite and > 0, got -1$/],
  [{ optimizer: { learningRate: Infinity } }, /optimizer.learningRate must be finite and > 0, got Infinity$/],
  [{ optimizer: { l2: 0 } }, /optimizer.l2 must be finite and > 0, got 0$/],
  [{ optimizer: { learningRate: "1" } }, /optimizer.learningRate must be finite and > 0, got "1"$/],
  [{ batchSize: 0 }, /batchSize must be a positive integer, got 0$/],
  [{ epochs: -1 }, /epochs must be a positive integer, got -1$/],
  [{ epochs: 1.5 }, /epochs must be a positive integer, got 1.5$/],
  [{ epochs: 0 }, /epochs must be a positive integer, got 0$/],
  [{ patience: 5 }, /patience must be 0 without a validation set, .*, got 5; set validation/],
  [{ checkpointEvery: 0 }, /checkpointEvery must be a positive integer, got 0$/],
  [{ seed: -1 }, /seed must be an integer from 0 to 2\^53 - 1, got -1$/],
  [{ seed: 2 ** 53 }, /seed must be an integer from 0 to 2\^53 - 1, got 9007199254740992$/],
  [
    { backend: "cuda" },
    /^Unknown engine "cuda" for backend; valid: auto, wasm, tfjs-webgpu, tfjs-wasm, tfjs-cpu$/,
  ],
  [{ backend: "tfjs-wsm" }, /; did you mean tfjs-wasm\?$/],
  [{ batchsize: 3 }, /^Unknown key batchsize; valid here: .*; did you mean batchSize\?$/],
  [{ learningRate: 1 }, /^Unknown key learningRate; .*; did you mean optimizer.learningRate\?$/],
  [JSON.parse('{"__proto__": {"seed": 1}}'), /^Unknown key __proto__; /],
];

for (const [input, message] of WRONG) {
  Deno.test(`parseConfig() rejects ${JSON.stringify(input, (_, x) => typeof x === "number" && !Number.isFinite(x) ? `${x}` : x)}`, () => {
    assertUsageError(() => parseConfig(input), message);
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

Deno.test("readConfigFile() reads an object and rejects all else in one line", async () => {
  await using folder = await temporaryFolder();
  const path = folder.in("config.json");
  await Deno.writeTextFile(path, '{"seed": 3}');
  assert.deepEqual(await readConfigFile(path), { seed: 3 });
  const wrong = [['{"seed":\n 3,}', /it is not valid JSON: .* \(line 2 column/], [
    "[1]",
    /JSON object, got \[1\]$/,
  ]] as const;
  for (const [text, message] of wrong) {
    await Deno.writeTextFile(path, text);
    await assert.rejects(readConfigFile(path), (error: Error) => {
      assertUsageError(() => {
        throw error;
      }, message);
      assert(error.message.includes(path));
      return true;
    });
  }
  await assert.rejects(readConfigFile(folder.in("absent.json")), UsageError);
});
