import assert from "node:assert/strict";
import { join } from "node:path";
import { meanInterval } from "../../../lib/math/mean_interval.ts";
import { type EvaluationRecord, type StoredMetric, writeEvaluation } from "../../../lib/run/evaluation.ts";
import { columnsCsv } from "../../../lib/run/sweep/columns.ts";
import { cellPaths, type SweepFolder } from "../../../lib/run/sweep/directory.ts";
import { evaluationTables, intervalText } from "../../../lib/run/sweep/evaluation_tables.ts";
import {
  type EvaluatedCell,
  overSeeds,
  readEvaluatedCell,
  type SweepEvaluations,
  type WantedEvaluation,
} from "../../../lib/run/sweep/evaluations.ts";
import {
  evaluationColumns,
  readEvaluations,
  writeEvaluations,
} from "../../../lib/run/sweep/evaluations_files.ts";
import { evaluationsMarkdown } from "../../../lib/run/sweep/evaluations_markdown.ts";
import { temporaryFolder } from "../fixtures.ts";
import { exampleSweep } from "./summary_fixtures.ts";

const metric = (value: number | readonly number[]): StoredMetric => ({
  value,
  unit: "nats per example",
  definition: `made up, ${value}`,
});

const RECORD: EvaluationRecord = {
  dataset: "glyphs",
  split: "test",
  examples: 1000,
  checkpoint: "best",
  step: 10,
  options: {},
  metrics: { elbo: metric(-90) },
};

function cell(settings: EvaluatedCell["settings"], record: Partial<EvaluationRecord>): EvaluatedCell {
  return { name: "0000-c0ffee00", settings, record: { ...RECORD, ...record } };
}

const generation = (latents: string, ratio: number, errors: readonly number[]) => ({
  latents,
  definition: `z ~ ${latents}`,
  metrics: { tailRatio: metric(ratio), quantileError: metric(errors) },
});

/** Three seeds of one configuration, the third without a metric, and one seed of another. */
const CELLS = [
  cell({ "latent.df": 3, seed: 0 }, {
    metrics: { elbo: metric(1), kl: metric([1, 10]) },
    generation: [generation("prior", 1, [0.1, 0.2]), generation("ex-post-t", 2, [0, 0])],
  }),
  cell({ "latent.df": 3, seed: 1 }, {
    metrics: { elbo: metric(2), kl: metric([2, 20]) },
    generation: [generation("prior", 2, [0.1, 0.4])],
  }),
  cell({ "latent.df": 3, seed: 2 }, { metrics: { elbo: metric(3) } }),
  cell({ "latent.df": "learned", seed: 0 }, { metrics: { elbo: metric(4), kl: metric(Array(9).fill(1)) } }),
];

const EVALUATIONS: SweepEvaluations = {
  options: { tails: 6, latents: ["prior", "ex-post-t"] },
  outliers: { fraction: 0.07, kind: "salt" },
  keys: ["latent.df"],
  configurations: overSeeds(CELLS),
};

/** t's 97.5 % quantiles of 1 and 2 degrees of freedom, from tables. */
const [T1, T2] = [12.7062, 4.30265];

/** Of numbers from tables. */
const TOLERANCE = 1e-4;

Deno.test("overSeeds() has the mean and the Student-t interval of every metric and of every place in an array", () => {
  const [first, second] = EVALUATIONS.configurations;
  assert.deepEqual([first.settings, second.settings], [{ "latent.df": 3 }, { "latent.df": "learned" }]);
  assert.deepEqual(first.results.map(({ latents }) => latents), [undefined, "prior", "ex-post-t"]);
  const rows = columnsOf(EVALUATIONS).filter((row) => row["latent.df"] === "3");
  const expected = [
    ["", "elbo", null, 3, 2, T2 / Math.sqrt(3)],
    ["", "kl", 0, 2, 1.5, T1 / 2],
    ["", "kl", 1, 2, 15, T1 * 5],
    ["prior", "tailRatio", null, 2, 1.5, T1 / 2],
    ["prior", "quantileError", 0, 2, 0.1, 0],
    ["prior", "quantileError", 1, 2, 0.3, T1 / 10],
    ["ex-post-t", "tailRatio", null, 1, 2, null],
    ["ex-post-t", "quantileError", 0, 1, 0, null],
    ["ex-post-t", "quantileError", 1, 1, 0, null],
  ] as const;
  assert.equal(rows.length, expected.length);
  for (const [i, [latents, name, component, count, mean, halfWidth]] of expected.entries()) {
    const row = rows[i];
    assert.deepEqual(
      [row.latents ?? "", row.metric, row.component, row.count],
      [latents, name, component, count],
    );
    assert.ok(Math.abs(Number(row.mean) - mean) < TOLERANCE, `${row.mean}`);
    assert.equal(row.halfWidth === null, halfWidth === null);
    assert.ok(Math.abs(Number(row.halfWidth) - Number(halfWidth)) < TOLERANCE, `${row.halfWidth}`);
  }
});

/** The long form as records. */
function columnsOf(evaluations: SweepEvaluations): Record<string, unknown>[] {
  const columns = evaluationColumns(evaluations);
  return columns[0].fields.map((_, row) =>
    Object.fromEntries(columns.map(({ name, fields }) => [name, fields[row]]))
  );
}

Deno.test("evaluationColumns() has one row for each number, which columnsCsv() writes in order", () => {
  const lines = columnsCsv(evaluationColumns(EVALUATIONS)).trimEnd().split("\n");
  assert.equal(lines[0], "latent.df,latents,metric,component,count,mean,halfWidth,unit");
  assert.equal(lines.length, 1 + 9 + 10);
  assert.equal(lines[7], "3,ex-post-t,tailRatio,,1,2,,nats per example");
  assert.equal(lines[10], "learned,,elbo,,1,4,,nats per example");
  assert.equal(lines[19], "learned,,kl,8,1,1,,nats per example");
});

Deno.test("evaluationTables() has a row for each configuration and source, and no long array", () => {
  const [models, examples] = evaluationTables(EVALUATIONS);
  assert.deepEqual([models.labels, models.metrics], [["latent.df"], ["elbo"]]);
  assert.deepEqual(models.rows, [
    { labels: ["3"], cells: "3", values: ["2.0 ± 2.5"] },
    { labels: ["learned"], cells: "1", values: ["4"] },
  ]);
  assert.deepEqual([examples.labels, examples.metrics], [["latent.df", "latents"], [
    "tailRatio",
    "quantileError",
  ]]);
  assert.deepEqual(examples.rows, [
    { labels: ["3", "prior"], cells: "3", values: ["1.5 ± 6.4", "0.1, 0.3 ± 1.3"] },
    { labels: ["3", "ex-post-t"], cells: "3", values: ["2", "0, 0"] },
  ]);
  assert.deepEqual(evaluationTables({ ...EVALUATIONS, configurations: [] }), []);
});

Deno.test("intervalText() has two digits of the half width, and as many decimals of the mean", () => {
  const text = (mean: number, halfWidth?: number) => intervalText({ mean, halfWidth, count: 2 });
  assert.equal(text(-91.2345, 0.3456), "-91.23 ± 0.35");
  assert.equal(text(0.00123456, 0.0000456), "0.001235 ± 0.000046");
  assert.equal(text(12345.6, 789.1), "12346 ± 789");
  assert.equal(text(1, 0), "1");
  const { mean, halfWidth } = meanInterval([0.1, 0.1, 0.1]);
  assert.ok(halfWidth! > 0);
  assert.equal(text(mean, halfWidth), "0.1");
  assert.equal(text(98.76543), "98.77");
  assert.equal(text(-0.0000123456), "-0.00001235");
});

Deno.test("evaluationsMarkdown() says what was asked, has the tables, and explains every metric in them", () => {
  const markdown = evaluationsMarkdown(EVALUATIONS);
  assert.match(
    markdown,
    /^# Evaluation\n\nMeasured on the test set with the best checkpoint where there is one/,
  );
  assert.match(
    markdown,
    / Outliers in the test set: 7 % salt\. Asked for: tails 6, latents prior ex-post-t\. /,
  );
  assert.match(markdown, /\n\| 3 {9}\| prior {5}\| 3 {5}\| 1\.5 ± 6\.4 \| 0\.1, 0\.3 ± 1\.3 \|\n/);
  assert.match(markdown, /\n- \*\*tailRatio\*\*, nats per example: made up, 1\n/);
  assert.ok(!markdown.includes("**kl**"));
});

Deno.test("readEvaluations() reads what writeEvaluations() has stored, and names a corrupt file", async () => {
  await using folder = await temporaryFolder();
  const path = folder.in();
  assert.equal(await readEvaluations({ path }), undefined);
  await writeEvaluations({ path }, EVALUATIONS);
  assert.deepEqual(await readEvaluations({ path }), EVALUATIONS);
  assert.equal(await Deno.readTextFile(folder.in("evaluations.md")), evaluationsMarkdown(EVALUATIONS));
  await Deno.writeTextFile(folder.in("evaluations.json"), '{"schemaVersion": 1}');
  await assert.rejects(
    readEvaluations({ path }),
    /^SyntaxError: Cannot read .*evaluations\.json: options is missing; evaluate the sweep again$/,
  );
});

Deno.test("readEvaluatedCell() takes an evaluation of what is wanted alone", async () => {
  await using temporary = await temporaryFolder();
  const folder = await exampleSweep(temporary.in("sweep"), { grid: { "latent.df": [3], seed: [0, 1] } }, [
    { state: "done", losses: [9] },
    { state: "done", losses: [9] },
  ]);
  const outliers = { fraction: 0.1, kind: "salt" } as const;
  const options = { latents: ["all"], mmd: 10 };
  await store(folder, { ...RECORD, options, outliers });
  const isRead = async (wanted: WantedEvaluation, index = 0) =>
    await readEvaluatedCell(folder, folder.sweep.cells[index], wanted) !== undefined;

  const read = await readEvaluatedCell(folder, folder.sweep.cells[0], { options, outliers });
  assert.deepEqual(read?.settings, { "latent.df": 3, seed: 0 });
  assert.deepEqual(read?.record.metrics, RECORD.metrics);
  assert.ok(await isRead({ options: { mmd: 10, latents: ["all"] }, outliers, checkpoint: "best" }));
  assert.ok(!await isRead({ options, outliers }, 1), "not evaluated");
  assert.ok(!await isRead({ options: { mmd: 10 }, outliers }), "other options");
  assert.ok(!await isRead({ options, outliers, checkpoint: "last" }), "other parameters");
  assert.ok(!await isRead({ options }), "no outliers");
  assert.ok(!await isRead({ options, outliers: { ...outliers, fraction: 0.2 } }), "other outliers");
  await store(folder, { ...RECORD, checkpoint: "last" });
  assert.ok(!await isRead({ options: {} }), "not of the best parameters, which there are");
  await Deno.writeTextFile(recordPath(folder), "{");
  assert.ok(!await isRead({ options, outliers }), "corrupt");
});

function recordPath(folder: SweepFolder): string {
  return join(cellPaths(folder, folder.sweep.cells[0]).run, "evaluation.json");
}

/** As the first cell's. */
async function store(folder: SweepFolder, record: EvaluationRecord): Promise<void> {
  await writeEvaluation({ path: cellPaths(folder, folder.sweep.cells[0]).run }, {
    record,
    arrays: new Map(),
  });
}
