import assert from "node:assert/strict";
import { sha256 } from "../../lib/data/hash.ts";
import { parseConfig } from "../../lib/run/config.ts";
import { checkResumable, configHash, engineOptions, modelOf, resolveConfig } from "../../lib/run/resolve.ts";
import { UsageError } from "../../lib/run/usage_error.ts";
import { exampleConfig } from "./fixtures.ts";

const MACHINE = { input: [28, 28], backend: "tfjs-cpu" } as const;

Deno.test("resolveConfig() gives a whole model and one engine, and parses back unchanged", () => {
  const inputs = [
    {},
    { likelihood: "gaussian" },
    { latent: { family: "gaussian", size: 2 } },
    { latent: { df: "learned", joint: true }, likelihood: { kind: "student-t", scale: "learned" } },
    { latent: { df: "per-dimension", priorDf: "tied", dfFloor: 0 } },
    { latent: { df: { amortised: true, kernel: [0, 1] } }, objective: "iwae" },
    { latent: { joint: true }, likelihood: "gaussian", objective: "t3" },
  ];
  for (const input of inputs) {
    const config = resolveConfig(parseConfig(input), MACHINE);
    assert.equal(config.backend, "tfjs-cpu");
    assert.deepEqual(config.model.input, [28, 28]);
    assert.deepEqual(
      config.model.encoder,
      [128, 64, 32].map((units) => ({ kind: "dense", units, activation: "relu" })),
    );
    const again = parseConfig(JSON.parse(JSON.stringify(config)));
    assert.deepEqual(again, config);
    assert.deepEqual(resolveConfig(again, MACHINE), config);
  }
});

Deno.test("resolveConfig() of cnn has layers of every kind, and parses back unchanged", () => {
  const config = resolveConfig(parseConfig({ model: "cnn" }), MACHINE);
  assert.deepEqual(
    new Set([...config.model.encoder, ...config.model.decoder].map(({ kind }) => kind)),
    new Set(["conv", "batch-norm", "leaky-relu", "dense", "reshape", "conv-transpose"]),
  );
  assert.equal(config.optimizer.learningRate, 3e-4);
  assert.deepEqual(resolveConfig(parseConfig(JSON.parse(JSON.stringify(config))), MACHINE), config);
});

Deno.test("resolveConfig() refuses cnn for vectors and for images that cannot be halved twice", () => {
  for (const [input, got] of [[[784], "[784]"], [[30, 28], "[30, 28]"]] as const) {
    assert.throws(
      () => resolveConfig(parseConfig({ model: "cnn" }), { input, backend: "tfjs-cpu" }),
      (error: Error) => error instanceof UsageError && error.message.includes(`got ${got}`),
    );
  }
});

Deno.test("modelOf() is the record that engines take", () => {
  const { model, latent, likelihood } = exampleConfig();
  assert.deepEqual(modelOf(exampleConfig()), { ...model, latent, likelihood });
  assert.deepEqual(Object.keys(modelOf(exampleConfig())).sort(), [
    "decoder",
    "encoder",
    "input",
    "latent",
    "likelihood",
    "name",
  ]);
});

Deno.test("resolveConfig() rejects a whole model that does not fit the data", () => {
  const model = {
    encoder: [],
    decoder: [{ kind: "dense", units: 10, activation: "linear" }],
  };
  assert.throws(
    () => resolveConfig(parseConfig({ model }), MACHINE),
    /^UsageError: Cannot build model custom: .* 784 elements, as many as the input \[28, 28\], got \[10\]$/,
  );
  assert.throws(
    () => resolveConfig(parseConfig({ model: { ...model, input: [10] } }), MACHINE),
    /^UsageError: .*model.input must be the shape of the examples of glyphs, \[28, 28\], got \[10\]$/,
  );
});

Deno.test("resolveConfig() leaves nothing of moving df to later defaults, and adds nothing to fixed ones", () => {
  const latent = (df: unknown) => resolveConfig(parseConfig({ latent: { df } }), MACHINE).latent;
  const rest = { family: "student-t", size: 3, kl: "exact" };
  assert.deepEqual(latent(7), { ...rest, df: { fixed: 7 } });
  const started = { dfInitial: 5, dfFloor: 2, priorDf: 5 };
  assert.deepEqual(latent("learned"), { ...rest, df: { learned: "global" }, ...started });
  assert.deepEqual(latent("amortised"), { ...rest, df: { amortised: true }, ...started });
});

Deno.test("resolveConfig() rejects what the model or its objective rejects, with the reason", () => {
  const wrong: readonly (readonly [Record<string, unknown>, RegExp])[] = [
    [{ latent: { joint: true, df: "per-dimension" } }, /Cannot build model fc: latent\.df .* share one df/],
    [
      { latent: { df: "learned", dfFloor: 5 } },
      /latent\.dfInitial must be finite and > latent\.dfFloor, 5, got 5/,
    ],
    [{ latent: { df: 5, dfFloor: 1 } }, /latent\.dfFloor must be left out where latent\.df is fixed/],
    [{ objective: "iwae" }, /Cannot train on objective iwae with the engine wasm: .*--backend tfjs-wasm/],
    [{ objective: "t3" }, /Cannot train model fc: latent\.joint must be true for the objective t3/],
  ];
  for (const [keys, message] of wrong) {
    assert.throws(
      () => resolveConfig(parseConfig(keys), { ...MACHINE, backend: "wasm" }),
      (error: Error) => error instanceof UsageError && message.test(error.message),
    );
  }
});

Deno.test("engineOptions() has what training is to be like, and all threads where it says 0", () => {
  const optimizer = { learningRate: 0.1, clipNorm: 2 };
  const config = exampleConfig({ optimizer, batchSize: 3, seed: 4 });
  const { objective } = config;
  const expected = { model: modelOf(config), objective, optimizer, batchSize: 3, seed: 4 };
  assert.deepEqual(engineOptions(config), expected);
  assert.deepEqual(engineOptions({ ...config, threads: 2 }), { ...expected, threads: 2 });
});

Deno.test("configHash() is the SHA-256 of sorted JSON without epochs, patience and threads", async () => {
  const config = resolveConfig(
    parseConfig({ model: { hidden: [] }, latent: { family: "gaussian", size: 1 }, epochs: 7 }),
    { input: [2], backend: "tfjs-wasm" },
  );
  const text = '{"backend":"tfjs-wasm","batchSize":512,"checkpointEvery":1,"dataset":"glyphs",' +
    '"latent":{"family":"gaussian","kl":"closed","size":1},"likelihood":{"kind":"bernoulli"},' +
    '"model":{"decoder":[{"activation":"linear","kind":"dense","units":2}],"encoder":[],"input":[2],"name":"fc"},' +
    '"objective":{"beta":1,"kind":"elbo"},"optimizer":{"learningRate":0.0005},"schemaVersion":1,"seed":0,' +
    '"validation":0}';
  assert.equal(await configHash(config), await sha256(new TextEncoder().encode(text)));
});

Deno.test("configHash() tells every other change", async () => {
  const hash = (keys: Record<string, unknown>) => configHash(exampleConfig(keys));
  const original = await hash({ validation: 5 });
  assert.equal(await hash({ validation: 5, epochs: 3, patience: 2, threads: 3 }), original);
  for (
    const keys of [{ seed: 1 }, { optimizer: { clipNorm: 1 } }, { latent: { df: 5.5 } }, { batchSize: 8 }, {
      model: { hidden: [5] },
    }]
  ) {
    assert.notEqual(await hash({ validation: 5, ...keys }), original);
  }
});

Deno.test("checkResumable() lets epochs, patience and threads change and names any other key with both values", () => {
  const run = exampleConfig({ validation: 5 });
  checkResumable(run, exampleConfig({ validation: 5, epochs: 80, patience: 3, threads: 2 }));
  const wrong: readonly (readonly [Record<string, unknown>, RegExp])[] = [
    [{ batchSize: 8 }, /only epochs, patience, threads may change, but batchSize was 512 and is to be 8;/],
    [{ latent: { df: 6 } }, /latent.df.fixed was 5 and is to be 6;/],
    [{ latent: "gaussian" }, /latent.family was "student-t" and is to be "gaussian";/],
    [{ likelihood: "gaussian" }, /likelihood.kind was "bernoulli" and is to be "gaussian";/],
    [{ model: { hidden: [4, 4] } }, /model.encoder was \[{.*}\] and is to be \[{.*…;/],
  ];
  for (const [keys, message] of wrong) {
    assert.throws(() => checkResumable(run, exampleConfig({ validation: 5, ...keys })), (error) => {
      assert(error instanceof UsageError);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("checkResumable() sees a difference that is too long to be shown", () => {
  const hidden = [100, 100, 100, 100, 100];
  assert.throws(
    () =>
      checkResumable(
        exampleConfig({ model: { hidden } }),
        exampleConfig({ model: { hidden: [...hidden, 100] } }),
      ),
    UsageError,
  );
});
