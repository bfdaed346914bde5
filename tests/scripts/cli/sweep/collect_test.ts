import assert from "node:assert/strict";
import { summarise } from "../../../../lib/run/sweep/summary.ts";
import { type StoredArrays, writeEvaluation } from "../../../../lib/run/evaluation.ts";
import { writeMetrics } from "../../../../lib/run/metrics.ts";
import { cellPaths } from "../../../../lib/run/sweep/directory.ts";
import { collectSweep } from "../../../../scripts/cli/sweep/collect.ts";
import { rankingTable, stateCounts } from "../../../../scripts/cli/sweep/ranking_table.ts";
import { sweepTails } from "../../../../scripts/cli/sweep/tails.ts";
import { rankGroups } from "../../../../lib/run/sweep/ranking.ts";
import { list, temporaryFolder } from "../../../run/fixtures.ts";
import { exampleSweep, metricsLine } from "../../../run/sweep/summary_fixtures.ts";

const FILE = { grid: { "latent.df": [3, 5], seed: [0, 1] } };
const DONE = [[9, 8, 7], [9, 8, 7.5], [9, 6, 5], [9, 6, 5.5]].map((losses) =>
  ({ state: "done", losses }) as const
);

const RECORD = {
  dataset: "glyphs",
  split: "test",
  examples: 4,
  checkpoint: "last",
  step: 3,
  metrics: {},
} as const;

/** What an evaluation of tails at two radii stores. */
function tails(prior: readonly number[]): StoredArrays {
  const of = (folder: string, data: string) =>
    Object.entries({ radius: [1, 2], [data]: [1, 0.5], prior }).map(([name, values]) =>
      [`${folder}/${name}`, { shape: [2], data: Float32Array.from(values) }] as const
    );
  return new Map([...of("survival", "data"), ...of("latentSurvival", "posterior-test")]);
}

Deno.test("rankingTable() ranks what is done and says what is not", async () => {
  await using folder = await temporaryFolder();
  const { sweep, ...rest } = await exampleSweep(folder.in("sweep"), {
    grid: { "latent.df": [3, 5, 7], seed: [0, 1] },
  }, [...DONE.slice(0, 3), { state: "failed", losses: [9] }]);
  const rows = await summarise({ sweep, ...rest });
  assert.deepEqual(rankingTable(rankGroups(rows, sweep.direction), sweep).split("\n"), [
    "rank  latent.df  validation.loss      95 %  cells  others",
    "   1          5           5.0000                1  1 failed",
    "   2          3           7.2500  ± 3.1766      2",
    "   –          7                                 0  2 waiting",
  ]);
  assert.equal(stateCounts(rows), "3 done, 2 waiting, 1 failed");
});

Deno.test("collectSweep() leaves summary, figures and report, and draws again only what has changed", async () => {
  await using folder = await temporaryFolder();
  const sweep = await exampleSweep(folder.in("sweep"), FILE, DONE);
  const text = await collectSweep(sweep);
  assert.match(text, /^ +1 +5 +5\.2500 +± 3\.1766 +2$/m);
  assert.ok(text.includes(folder.in("sweep", "report.html")));
  const made = ["figures", "report.html", "summary.csv", "summary.json", "summary.parquet"];
  const files = await list(sweep.path);
  assert.ok(made.every((name) => files.includes(name)), String(files));
  const figures = ["best_and_worst", "marginal_effects", "parallel_coordinates"];
  assert.deepEqual(
    await list(folder.in("sweep", "figures")),
    figures.flatMap((name) => ["json", "png", "svg"].map((ending) => `${name}.${ending}`)),
  );

  await Deno.remove(folder.in("sweep", "figures"), { recursive: true });
  assert.equal(await collectSweep(sweep), text);
  assert.ok(!(await list(sweep.path)).includes("figures"), "nothing has changed");
  const run = { path: cellPaths(sweep, sweep.sweep.cells[0]).run };
  await writeMetrics(run, [9, 8, 4].map(metricsLine));
  assert.match(await collectSweep(sweep), /^ +2 +3 +5\.7500/m);
  assert.ok((await list(sweep.path)).includes("figures"));
});

Deno.test("sweepTails() joins the cells of a configuration that are done and have tails, the best one first", async () => {
  await using folder = await temporaryFolder();
  const sweep = await exampleSweep(folder.in("sweep"), FILE, [...DONE.slice(0, 3), {
    state: "failed",
    losses: [9],
  }]);
  const groups = async () => rankGroups(await summarise(sweep), sweep.sweep.direction);
  assert.equal(await sweepTails(sweep, await groups()), undefined);

  for (const [i, prior] of [[0.5, 0.25], [1, 0.25], [0.25, 0], [1, 1]].entries()) {
    const run = { path: cellPaths(sweep, sweep.sweep.cells[i]).run };
    await writeEvaluation(run, { record: RECORD, arrays: tails(prior) });
  }
  const { x, z } = (await sweepTails(sweep, await groups()))!;
  assert.deepEqual(x.map(({ settings }) => settings), [{ "latent.df": 5 }, { "latent.df": 3 }]);
  const prior = (groups: typeof x) =>
    groups.map(({ curves: [, { survival, low, high }] }) =>
      [survival, low, high].map((values) => [...values!])
    );
  // Of df 5, the second cell has failed; of df 3, both are done.
  const expected = [[[0.25, 0], [0.25, 0], [0.25, 0]], [[0.75, 0.25], [0.5, 0.25], [1, 0.25]]];
  assert.deepEqual(prior(x), expected);
  assert.deepEqual(prior(z), expected);
});

Deno.test("collectSweep() of a sweep that has not begun has a row for each cell and no figure", async () => {
  await using folder = await temporaryFolder();
  const sweep = await exampleSweep(folder.in("sweep"), FILE, []);
  const text = await collectSweep(sweep);
  assert.match(text, /^ +– +3 +0 +2 waiting$/m);
  assert.ok(!(await list(sweep.path)).includes("figures"));
  const csv = await Deno.readTextFile(folder.in("sweep", "summary.csv"));
  assert.equal(csv.trimEnd().split("\n").length, 5);
});
