import assert from "node:assert/strict";
import { expandSweep, type Sweep } from "../../../../lib/run/sweep/sweep.ts";
import { parseSweepFile } from "../../../../lib/run/sweep/file.ts";
import { datasetLoader, selectSweepEngine, sweepPath } from "../../../../scripts/cli/sweep/folder.ts";

async function sweepOf(grid: object): Promise<Sweep> {
  return await expandSweep({ ...parseSweepFile({ grid }, "x.json"), base: { validation: 100 } }, "x.json");
}

Deno.test("sweepPath() is a folder in runs/ with the file's name, whatever that is", () => {
  const path = (file: string) => sweepPath({ file, run: undefined });
  assert.equal(path("sweeps/df.json"), "runs/df");
  assert.equal(path("df.v2.json"), "runs/df.v2");
  assert.equal(path("...json"), "runs/sweep");
  assert.equal(path(".hidden.json"), "runs/hidden");
  assert.equal(sweepPath({ file: "df.json", run: "elsewhere" }), "elsewhere");
});

const SOURCES = { file: "x.json", datasets: datasetLoader({}) };

Deno.test("selectSweepEngine() chooses for the cells that ask for auto, one engine that trains them all", async () => {
  const forced = await selectSweepEngine(await sweepOf({ backend: ["tfjs-cpu", "wasm"] }), SOURCES);
  assert.deepEqual(forced, { backend: "tfjs-cpu", reason: "forced" });
  const { backend } = await selectSweepEngine(await sweepOf({ "objective.kind": ["elbo", "iwae"] }), SOURCES);
  assert.match(backend, /^tfjs-w/);
  assert.equal(
    (await selectSweepEngine(await sweepOf({ "objective.kind": ["iwae", "elbo"] }), SOURCES)).backend,
    backend,
  );
});
