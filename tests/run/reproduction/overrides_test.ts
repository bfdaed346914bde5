import assert from "node:assert/strict";
import { overrideNotes, withOverrides } from "../../../lib/run/reproduction/overrides.ts";
import { STUDIES, STUDY_NAMES } from "../../../lib/run/reproduction/studies.ts";
import type { JsonObject } from "../../../lib/run/json.ts";
import { parseSweepFile } from "../../../lib/run/sweep/file.ts";
import { expandSweep, readSweepFile, type WholeSweepFile } from "../../../lib/run/sweep/sweep.ts";
import { STUDIES as DRAWN } from "../../../lib/plot/reproduction/records.ts";

const SEED = [0, 1, 2];

function study(base: JsonObject, cells: readonly object[]): WholeSweepFile {
  return { ...parseSweepFile({ cells, metric: "test.loss" }, "x.json"), base };
}

const DATASETS = study({ epochs: 500, validation: 0 }, [
  { dataset: ["mnist", "fashion-mnist"], "latent.family": ["gaussian"], seed: SEED },
]);

const OUTLIERS = study({ epochs: 30, dataset: "mnist" }, [
  { "latent.df": [3], seed: SEED },
  { "latent.df": [3, 30, "learned"], "outliers.fraction": [0.1], seed: SEED },
  { "outliers.dataset": ["fashion-mnist"], "outliers.fraction": [0.02, 0.1], seed: SEED },
]);

const grids = (file: WholeSweepFile, overrides: Parameters<typeof withOverrides>[1]) =>
  withOverrides(file, overrides, "x.json").grids;

Deno.test("withOverrides() changes nothing where nothing is to be otherwise", () => {
  assert.deepEqual(withOverrides(OUTLIERS, {}, "x.json"), OUTLIERS);
  assert.deepEqual(overrideNotes(OUTLIERS, {}, "x"), []);
  assert.deepEqual(overrideNotes(OUTLIERS, { epochs: 30, seeds: 3, missing: [] }, "x"), []);
});

Deno.test("withOverrides() cuts epochs, examples, seeds and values down, and says so", () => {
  const overrides = {
    epochs: 2,
    examples: 1,
    testExamples: 5000,
    seeds: 1,
    batchSize: 64,
    values: { "latent.df": ["learned"] },
  };
  const cut = withOverrides(OUTLIERS, overrides, "x.json");
  assert.deepEqual(cut.base, { epochs: 2, dataset: "mnist", examples: 1, testExamples: 5000, batchSize: 64 });
  assert.deepEqual(cut.grids, [
    { "latent.df": ["learned"], "outliers.fraction": [0.1], seed: [0] },
    { "outliers.dataset": ["fashion-mnist"], "outliers.fraction": [0.02, 0.1], seed: [0] },
  ]);
  assert.deepEqual(overrideNotes(OUTLIERS, overrides, "x"), [
    "Cut down in x: 2 epochs, not 30; the first 1 training example; the first 5,000 test examples; batches of 64; " +
    "1 seed, not 3; of latent.df learned alone.",
  ]);
  assert.throws(() => withOverrides(OUTLIERS, { seeds: 4 }, "x.json"), {
    name: "UsageError",
    message: "Cannot use study x.json: seeds must be at most 3, got 4",
  });
});

Deno.test("withOverrides() puts glyphs in place of data that are missing, once, and leaves outliers from them out", () => {
  const fashion = { missing: ["fashion-mnist"] }, both = { missing: ["mnist", "fashion-mnist"] };
  assert.deepEqual(grids(DATASETS, fashion)[0].dataset, ["mnist", "glyphs"]);
  assert.deepEqual(grids(DATASETS, both)[0].dataset, ["glyphs"]);
  assert.deepEqual(grids(OUTLIERS, fashion), OUTLIERS.grids.slice(0, 2));
  assert.equal(withOverrides(OUTLIERS, fashion, "x.json").base.dataset, "mnist");
  assert.equal(withOverrides(OUTLIERS, both, "x.json").base.dataset, "glyphs");
  assert.deepEqual(overrideNotes(DATASETS, fashion, "x"), [
    "fashion-mnist could not be had: glyphs, which this program draws, stands in for it.",
  ]);
  assert.deepEqual(overrideNotes(OUTLIERS, both, "x"), [
    "mnist could not be had: glyphs, which this program draws, stands in for it.",
    "fashion-mnist could not be had: outliers from it are left out.",
  ]);
});

Deno.test("every study of the reproduction can be cut down to --quick, with and without its data", async () => {
  assert.deepEqual(STUDY_NAMES, DRAWN);
  for (const name of STUDY_NAMES) {
    const { file, quick } = STUDIES[name];
    const whole = await readSweepFile(`${import.meta.dirname}/../../../docs/sweeps/reproduction/${file}`);
    const count = async (missing: readonly string[]) =>
      (await expandSweep(withOverrides(whole, { ...quick, missing }, file), file)).cells.length;
    const [all, none] = [await count([]), await count(["mnist", "fashion-mnist"])];
    assert.ok(all > 1 && all < 10, `${name} has ${all} cells`);
    assert.ok(none > 1 && none <= all, `${name} has ${none} cells of glyphs`);
  }
});
