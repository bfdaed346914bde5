import assert from "node:assert/strict";
import { summarise } from "../../../../lib/run/sweep/summary.ts";
import { writeMetrics } from "../../../../lib/run/metrics.ts";
import { cellPaths } from "../../../../lib/run/sweep/directory.ts";
import { collectSweep } from "../../../../scripts/cli/sweep/collect.ts";
import { rankingTable, stateCounts } from "../../../../scripts/cli/sweep/ranking_table.ts";
import { rankGroups } from "../../../../lib/run/sweep/ranking.ts";
import { list, temporaryFolder } from "../../../run/fixtures.ts";
import { exampleSweep, metricsLine } from "../../../run/sweep/summary_fixtures.ts";

const FILE = { grid: { "latent.df": [3, 5], seed: [0, 1] } };
const DONE = [[9, 8, 7], [9, 8, 7.5], [9, 6, 5], [9, 6, 5.5]].map((losses) =>
  ({ state: "done", losses }) as const
);

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

Deno.test("collectSweep() of a sweep that has not begun has a row for each cell and no figure", async () => {
  await using folder = await temporaryFolder();
  const sweep = await exampleSweep(folder.in("sweep"), FILE, []);
  const text = await collectSweep(sweep);
  assert.match(text, /^ +– +3 +0 +2 waiting$/m);
  assert.ok(!(await list(sweep.path)).includes("figures"));
  const csv = await Deno.readTextFile(folder.in("sweep", "summary.csv"));
  assert.equal(csv.trimEnd().split("\n").length, 5);
});
