import assert from "node:assert/strict";
import { parseConfig } from "../../../lib/run/config.ts";
import type { JsonObject } from "../../../lib/run/json.ts";
import { expandSweep, readSweep, type Sweep } from "../../../lib/run/sweep/sweep.ts";
import { parseSweepFile } from "../../../lib/run/sweep/file.ts";
import { UsageError } from "../../../lib/run/usage_error.ts";
import { temporaryFolder } from "../fixtures.ts";

async function expand(file: JsonObject): Promise<Sweep> {
  return await expandSweep(
    { ...parseSweepFile(file, "x.json"), base: (file.base ?? {}) as JsonObject },
    "x.json",
  );
}

async function refuses(file: JsonObject, message: RegExp): Promise<void> {
  await assert.rejects(expand(file), (error) => {
    assert(error instanceof UsageError, String(error));
    assert.match(error.message, /^Cannot use sweep x\.json[^\n]*$/);
    assert.match(error.message, message);
    return true;
  });
}

Deno.test("expandSweep() joins grids in order, and random cells after them", async () => {
  const { keys, cells } = await expand({
    base: { epochs: 2 },
    cells: [
      { "latent.family": ["gaussian"], seed: [0, 1] },
      { "latent.df": [3, "learned"], seed: [0, 1] },
    ],
    random: { trials: 2, space: { "optimizer.learningRate": { min: 1e-4, max: 1e-2, log: true } } },
  });
  assert.deepEqual(keys, ["latent.family", "seed", "latent.df", "optimizer.learningRate"]);
  assert.deepEqual(cells.map(({ index }) => index), [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(cells.slice(0, 6).map(({ settings }) => settings), [
    { "latent.family": "gaussian", seed: 0 },
    { "latent.family": "gaussian", seed: 1 },
    { "latent.df": 3, seed: 0 },
    { "latent.df": 3, seed: 1 },
    { "latent.df": "learned", seed: 0 },
    { "latent.df": "learned", seed: 1 },
  ]);
  assert.deepEqual(
    cells[5].config,
    parseConfig({ epochs: 2, validation: 5000, latent: { df: "learned" }, seed: 1 }),
  );
});

Deno.test("expandSweep() sets keys on the base's short forms", async () => {
  const { cells } = await expand({
    base: { latent: "student-t", likelihood: "gaussian", validation: 100 },
    grid: { "likelihood.scale": [0.5, 2] },
  });
  assert.deepEqual(cells.map(({ config }) => config.likelihood), [
    { kind: "gaussian", scale: 0.5 },
    { kind: "gaussian", scale: 2 },
  ]);
  assert.equal(cells[0].config.validation, 100);
});

Deno.test("a cell's name follows from its index and its configuration, not from threads or folders", async () => {
  const names = async (file: JsonObject) => (await expand(file)).cells.map(({ name }) => name);
  const grid = { "latent.df": [3, 5] };
  const known = await names({ grid });
  assert.match(known[0], /^0000-[0-9a-f]{8}$/);
  assert.match(known[1], /^0001-[0-9a-f]{8}$/);
  assert.notEqual(known[0].slice(5), known[1].slice(5));
  assert.deepEqual(await names({ grid, base: { threads: 3 } }), known);
  assert.deepEqual(await names({ grid, base: { latent: { size: 3 }, epochs: 30 } }), known);
  assert.notDeepEqual(await names({ grid, base: { epochs: 31 } }), known);
  const data = (dataset: string) => names({ grid, base: { dataset } });
  assert.deepEqual(await data("a/rows.csv"), await data("../b/rows.csv"));
  assert.notDeepEqual(await data("a/rows.csv"), await data("a/lines.csv"));
});

Deno.test("expandSweep() refuses a bad cell, naming it", async () => {
  const grid = { "latent.df": [3, 5, -1], seed: [0, 1] };
  await refuses(
    { grid },
    /, cell 4 \{"latent\.df":-1,"seed":0\}: latent\.df must be finite and > 0, got -1$/,
  );
  await refuses({ grid: { "latent.dff": [3] } }, /, cell 0 .*Unknown key latent\.dff; .* did you mean df\?/);
  await refuses(
    { base: { latent: "gaussian" }, grid: { "latent.df": [3] } },
    /, cell 0 .*latent\.df has no meaning here/,
  );
  await refuses({ base: { epochs: 0 }, grid: { seed: [0] } }, /, cell 0 .*epochs must be a positive integer/);
});

Deno.test("expandSweep() refuses cells that are the same, naming both", async () => {
  await refuses(
    { grid: { seed: [0, 1, 0] } },
    /, cell 2 \{"seed":0\}: it is the same as cell 0 \{"seed":0\}; leave one of them out$/,
  );
  await refuses(
    { cells: [{ "latent.df": [3] }, { "latent.df": [{ fixed: 3 }] }] },
    /cell 1 .* the same as cell 0/,
  );
  // Threads change no result, and neither does the folder that a file of data is in.
  await refuses({ grid: { dataset: ["a/rows.csv", "b/rows.csv"] } }, /cell 1 .* the same as cell 0/);
});

Deno.test("expandSweep() refuses a metric of examples that are not held out", async () => {
  const grid = { validation: [100, 0] };
  await refuses(
    { grid },
    /, cell 1 \{"validation":0\}: validation must be > 0 for the metric validation\.loss/,
  );
  assert.equal((await expand({ grid, metric: "train.loss" })).cells.length, 2);
});

Deno.test("expandSweep() refuses more cells than anyone means", async () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
  await refuses(
    { grid: { seed: hundred, "latent.df": hundred, "latent.size": hundred } },
    /: it must have at most 10000 cells, got 1000000; split it into several$/,
  );
});

Deno.test("readSweep() reads a base beside the file, and says which file is at fault", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(folder.in("sweeps"));
  const file = folder.in("sweeps", "df.json");
  await Deno.writeTextFile(file, JSON.stringify({ base: "../base.json", grid: { seed: [0, 1] } }));
  await assert.rejects(readSweep(file), (error) => {
    assert(error instanceof UsageError);
    assert.equal(error.message, `Cannot read configuration ${folder.in("base.json")}: there is no such file`);
    return true;
  });
  await Deno.writeTextFile(folder.in("base.json"), JSON.stringify({ epochs: 7 }));
  const { cells } = await readSweep(file);
  assert.deepEqual(cells.map(({ config }) => [config.epochs, config.seed]), [[7, 0], [7, 1]]);
  await assert.rejects(
    readSweep(folder.in("absent.json")),
    /Cannot read sweep .*absent\.json: there is no such file/,
  );
  await Deno.writeTextFile(file, '{"grid": ');
  await assert.rejects(readSweep(file), (error) => {
    assert(error instanceof UsageError);
    assert.match(error.message, /df\.json: it is not valid JSON/);
    return true;
  });
});
