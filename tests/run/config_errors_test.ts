import assert from "node:assert/strict";
import { parseConfig, readConfigFile } from "../../lib/run/config.ts";
import { UsageError } from "../../lib/run/usage_error.ts";
import { temporaryFolder, WHOLE } from "./fixtures.ts";

function assertUsageError(run: () => unknown, message: RegExp): void {
  assert.throws(run, (error) => {
    assert(error instanceof UsageError, `${error}`);
    assert.match(error.message, message);
    assert(!error.message.includes("\n"));
    return true;
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
