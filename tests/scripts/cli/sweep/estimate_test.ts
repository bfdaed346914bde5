import assert from "node:assert/strict";
import { parameterTable } from "../../../../lib/model/parameters.ts";
import { parseConfig } from "../../../../lib/run/config.ts";
import { modelOf, resolveConfig, type ResolvedConfig } from "../../../../lib/run/resolve.ts";
import {
  cellCost,
  measurePace,
  paceKey,
  poolSeconds,
  sizesOf,
} from "../../../../scripts/cli/sweep/estimate.ts";

const config = (keys: object = {}): ResolvedConfig =>
  resolveConfig(parseConfig({ model: { hidden: [4] }, ...keys }), { input: [6], backend: "tfjs-cpu" });

const SIZES = { train: 1000, validation: 200, test: 100, input: 6 };
const PACE = { train: 0.01, measure: 0.001 };

Deno.test("cellCost() counts every epoch's training and measuring", () => {
  const seconds = (keys: object) => cellCost(config(keys), SIZES, PACE).seconds;
  const epoch = 1000 * 0.01 + 300 * 0.001;
  assert.ok(Math.abs(seconds({ epochs: 7 }) - seconds({ epochs: 3 }) - 4 * epoch) < 1e-9);
  const statistics = resolveConfig(parseConfig({ model: "cnn", epochs: 2 }), {
    input: [28, 28],
    backend: "tfjs-cpu",
  });
  const once = resolveConfig(parseConfig({ model: "cnn", epochs: 1 }), {
    input: [28, 28],
    backend: "tfjs-cpu",
  });
  const both = cellCost(statistics, SIZES, PACE).seconds - cellCost(once, SIZES, PACE).seconds;
  assert.ok(Math.abs(both - epoch - 100 * 0.001) < 1e-9, "batch norm measures the test set twice");
});

Deno.test("cellCost() counts parameters and two moments, in two checkpoints where there is a best one", () => {
  const [small, large] = [config(), config({ model: { hidden: [40] } })];
  const count = (of: ResolvedConfig) => parameterTable(modelOf(of)).reduce((sum, { size }) => sum + size, 0);
  const more = (sizes: typeof SIZES) =>
    cellCost(large, sizes, PACE).bytes - cellCost(small, sizes, PACE).bytes;
  assert.equal(more(SIZES), 2 * 12 * (count(large) - count(small)));
  assert.equal(more({ ...SIZES, validation: 0 }), 12 * (count(large) - count(small)));
});

Deno.test("cellCost() counts the examples and pictures that an evaluation stores", () => {
  const bytes = (input: readonly number[], values: number) =>
    cellCost(
      resolveConfig(parseConfig({ model: { hidden: [4] } }), { input, backend: "tfjs-cpu" }),
      { ...SIZES, input: values },
      PACE,
    ).bytes;
  const perNumber = (input: readonly number[]) => (bytes(input, 7) - bytes(input, 6)) / 4;
  // 64 samples, and inputs beside reconstructions: 16 of numbers, two of each class of images.
  assert.equal(perNumber([6]), 64 + 2 * 16);
  // Of three latent dimensions: traversals, the grid of the manifold, and interpolations.
  assert.equal(perNumber([2, 3]), 64 + 2 * 20 + 3 * 11 + 15 * 15 + 5 * 10);
});

Deno.test("paceKey() tells apart what is not equally fast, and nothing else", () => {
  const same = [{ seed: 3 }, { latent: { df: 7 } }, { epochs: 2 }, { optimizer: { learningRate: 0.1 } }, {
    objective: { beta: 4 },
  }];
  const different = [
    { latent: { df: "learned" } },
    { latent: { size: 2 } },
    { latent: "gaussian" },
    { batchSize: 3 },
    { model: { hidden: [5] } },
    { dataset: "mnist" },
    { objective: "iwae" },
    { objective: { kind: "iwae", samples: 6 } },
    { likelihood: { kind: "gaussian" } },
    { likelihood: { kind: "gaussian", scale: "learned" } },
    { optimizer: { clipNorm: 1 } },
  ];
  const key = paceKey(config());
  for (const keys of same) assert.equal(paceKey(config(keys)), key, JSON.stringify(keys));
  assert.equal(new Set([key, ...different.map((keys) => paceKey(config(keys)))]).size, different.length + 1);
});

Deno.test("poolSeconds() begins a cell when another one ends", () => {
  assert.equal(poolSeconds([3, 1, 1, 1], 1), 6);
  assert.equal(poolSeconds([3, 1, 1, 1], 2), 3);
  assert.equal(poolSeconds([1, 1, 1, 3], 2), 4);
  assert.equal(poolSeconds([2], 8), 2);
});

Deno.test("measurePace() measures with fewer examples than a batch, too", async () => {
  const values = Float32Array.from({ length: 30 * 6 }, (_, i) => (i % 7) / 7);
  const split = (count: number) => ({ values: values.slice(0, count * 6), count });
  const dataset = { name: "rows", shape: [6], train: split(20), test: split(10), sha256: {} };
  const pace = await measurePace(config(), { dataset, threads: 1 });
  assert.ok(pace.train > 0 && pace.measure > 0);
  assert.ok(Number.isFinite(pace.train + pace.measure));
  assert.deepEqual(sizesOf(dataset), { train: 20, validation: 0, test: 10, input: 6 });
});
