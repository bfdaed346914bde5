import assert from "node:assert/strict";
import type { SweepEvaluations } from "../../../../lib/run/sweep/evaluations.ts";
import { writeEvaluations } from "../../../../lib/run/sweep/evaluations_files.ts";
import { summarise } from "../../../../lib/run/sweep/summary.ts";
import { type StoredArrays, writeEvaluation } from "../../../../lib/run/evaluation.ts";
import { writeMetrics } from "../../../../lib/run/metrics.ts";
import { cellPaths } from "../../../../lib/run/sweep/directory.ts";
import { collectSweep } from "../../../../scripts/cli/sweep/collect.ts";
import { evaluationText } from "../../../../scripts/cli/sweep/evaluation_text.ts";
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

const interval = { mean: 1.5, halfWidth: 0.2, count: 2 };
const METRICS = Object.fromEntries(
  ["first", "second", "third"].map((
    name,
  ) => [name, { unit: "a unit", definition: "made up", value: interval }]),
);
const EVALUATIONS: SweepEvaluations = {
  options: {},
  keys: ["latent.df"],
  configurations: [{
    settings: { "latent.df": 3 },
    cells: ["0000-c0ffee00", "0001-c0ffee01"],
    results: [{ metrics: {} }, { latents: "prior", metrics: METRICS }],
  }],
};

Deno.test("evaluationText() takes as many columns at a time as a line has room for, one at least", () => {
  const titles = (width: number) =>
    evaluationText(EVALUATIONS, width).split("\n").filter((line) => line.startsWith("latent.df"));
  const labels = "latent.df  latents  cells";
  assert.deepEqual(evaluationText(EVALUATIONS, 66).split("\n"), [
    "New examples",
    "",
    `${labels}        first       second        third`,
    "        3    prior      2  1.50 ± 0.20  1.50 ± 0.20  1.50 ± 0.20",
  ]);
  assert.deepEqual(titles(60), [`${labels}        first       second`, `${labels}        third`]);
  assert.equal(titles(10).length, 3);
});

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
  await writeEvaluations(sweep, EVALUATIONS);
  const text = await collectSweep(sweep);
  assert.match(text, /^ +1 +5 +5\.2500 +± 3\.1766 +2$/m);
  assert.ok(text.includes(folder.in("sweep", "report.html")));
  const page = await Deno.readTextFile(folder.in("sweep", "report.html"));
  assert.ok(page.includes('<th scope="row">latent.df 3, latents prior</th><td>2</td><td>1.50 ± 0.20</td>'));
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
