import assert from "node:assert/strict";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { columnsCsv } from "../../../lib/run/sweep/columns.ts";
import { rankGroups } from "../../../lib/run/sweep/ranking.ts";
import { settingsOf, summarise, type SummaryRow } from "../../../lib/run/sweep/summary.ts";
import { summaryColumns, summaryJson, summaryParquet } from "../../../lib/run/sweep/summary_files.ts";
import { cellPaths } from "../../../lib/run/sweep/directory.ts";
import { temporaryFolder } from "../fixtures.ts";
import { exampleSweep, metricsLine } from "./summary_fixtures.ts";

const UNION = {
  cells: [
    { "latent.family": ["gaussian"], seed: [0, 1] },
    { "latent.df": [3, "learned"], seed: [0, 1] },
  ],
};
/** The second cell is best after its second epoch; the fifth has not begun. */
const COURSES = [
  { state: "done", losses: [9, 8, 7] },
  { state: "done", losses: [9, 7.5, 8] },
  { state: "interrupted", losses: [8] },
  { state: "failed", losses: [] },
] as const;

Deno.test("summarise() has a row for each cell, whatever its state, with all means at the best epoch", async () => {
  await using folder = await temporaryFolder();
  const rows = await summarise(await exampleSweep(folder.in("sweep"), UNION, COURSES));
  assert.deepEqual(
    rows.map((
      { index, state, epochsTrained, bestEpoch, value, seconds },
    ) => [index, state, epochsTrained, bestEpoch, value, seconds]),
    [
      [0, "done", 3, 3, 7, 6],
      [1, "done", 3, 2, 7.5, 6],
      [2, "interrupted", 1, 1, 8, 2],
      [3, "failed", 0, undefined, undefined, 0],
      [4, "waiting", 0, undefined, undefined, 0],
      [5, "waiting", 0, undefined, undefined, 0],
    ],
  );
  const { train, validation, test } = metricsLine(7.5, 1);
  assert.deepEqual([rows[1].train, rows[1].validation, rows[1].test], [train, validation, test]);
  assert.equal(rows[3].error, 'no "room", at all');
});

Deno.test("summarise() tells of a log that is corrupt in the cell's own row", async () => {
  await using folder = await temporaryFolder();
  const sweep = await exampleSweep(folder.in("sweep"), UNION, COURSES);
  const { run } = cellPaths(sweep, sweep.sweep.cells[0]);
  await Deno.writeTextFile(`${run}/metrics.jsonl`, "{}\n");
  const [corrupt, whole] = await summarise(sweep);
  assert.deepEqual([corrupt.state, corrupt.bestEpoch, whole.state], ["failed", undefined, "done"]);
  assert.match(corrupt.error!, /metrics\.jsonl, line 1/);
});

Deno.test("settingsOf() fills in the defaults of what other cells of a union vary, in short forms", async () => {
  await using folder = await temporaryFolder();
  const { sweep } = await exampleSweep(folder.in("sweep"), {
    cells: [
      { "latent.family": ["gaussian"] },
      { "latent.df": [{ fixed: 7 }, "learned"] },
      { model: ["cnn"], "model.hidden": [[8]], "latent.df": ["amortised"] },
    ].slice(0, 2),
  }, []);
  assert.deepEqual(sweep.cells.map((cell) => settingsOf(cell, sweep.keys)), [
    { "latent.family": "gaussian" },
    { "latent.family": "student-t", "latent.df": { fixed: 7 } },
    { "latent.family": "student-t", "latent.df": "learned" },
  ]);
  const [, , learned] = sweep.cells;
  const unset = { settings: {}, config: learned.config };
  assert.deepEqual(settingsOf(unset, ["latent.df", "model", "likelihood", "seed", "optimizer.clipNorm"]), {
    "latent.df": "learned",
    model: "fc",
    likelihood: "bernoulli",
    seed: 0,
  });
});

Deno.test("rankGroups() ranks means over seeds of the cells that are done, in either direction", async () => {
  await using folder = await temporaryFolder();
  const rows = await summarise(
    await exampleSweep(folder.in("sweep"), UNION, [
      ...COURSES.slice(0, 3),
      { state: "done", losses: [6, 5, 4] },
    ]),
  );
  const groups = rankGroups(rows, "min");
  assert.deepEqual(groups.map(({ settings, mean, count, rows }) => [settings, mean, count, rows.length]), [
    [{ "latent.family": "student-t", "latent.df": 3 }, 4, 1, 2],
    [{ "latent.family": "gaussian" }, 7.25, 2, 2],
    [{ "latent.family": "student-t", "latent.df": "learned" }, undefined, 0, 2],
  ]);
  assert.equal(groups[0].halfWidth, undefined);
  assert.ok(Math.abs(groups[1].halfWidth! - 0.25 * 12.7062047361747) < 1e-9);
  assert.deepEqual(rankGroups(rows, "max").map(({ mean }) => mean), [7.25, 4, undefined]);
});

Deno.test("columnsCsv() quotes what has commas or quotes, and leaves out what there is not", async () => {
  await using folder = await temporaryFolder();
  const { sweep, ...rest } = await exampleSweep(folder.in("sweep"), {
    grid: { "model.hidden": [[8, 4], [6]], "latent.df": [3, "learned"] },
  }, COURSES);
  const [names, first, , , fourth] = columnsCsv(
    summaryColumns(await summarise({ sweep, ...rest }), sweep.keys),
  ).split("\n");
  assert.equal(
    names,
    "index,name,model.hidden,latent.df,state,epochsTrained,bestEpoch,value,train.loss,train.reconstruction," +
      "train.kl,validation.loss,validation.reconstruction,validation.kl,test.loss,test.reconstruction,test.kl," +
      "seconds,error",
  );
  assert.equal(first, `0,${sweep.cells[0].name},"[8,4]",3,done,3,3,7,7.5,6.5,1,7,6,1,7.25,6.25,1,6,`);
  assert.equal(
    fourth,
    `3,${sweep.cells[3].name},[6],learned,failed,0,,,,,,,,,,,,0,"no ""room"", at all"`,
  );
});

Deno.test("summaryParquet() reads back as the rows, with types, and is the same bytes every time", async () => {
  await using folder = await temporaryFolder();
  const file = { grid: { "latent.df": [3, 5], "latent.joint": [true, false] } };
  const { sweep, ...rest } = await exampleSweep(folder.in("sweep"), file, COURSES);
  const rows = await summarise({ sweep, ...rest });
  const columns = summaryColumns(rows, sweep.keys);
  const { buffer } = summaryParquet(columns, sweep);
  assert.deepEqual(new Uint8Array(buffer), summaryParquet(columns, sweep));
  const read = await parquetReadObjects({ file: buffer as ArrayBuffer });
  assert.deepEqual(
    read,
    rows.map((_, row) => Object.fromEntries(columns.map(({ name, fields }) => [name, fields[row]]))),
  );
  const { schema, key_value_metadata } = parquetMetadata(buffer as ArrayBuffer);
  const types = Object.fromEntries(schema.map(({ name, type }) => [name, type]));
  assert.deepEqual(
    [types.index, types["latent.df"], types["latent.joint"], types.state, types.bestEpoch],
    ["INT32", "DOUBLE", "BOOLEAN", "BYTE_ARRAY", "INT32"],
  );
  assert.deepEqual(key_value_metadata, [
    { key: "metric", value: "validation.loss" },
    { key: "direction", value: "min" },
  ]);
});

Deno.test("summaryJson() has every row, and no clock value but seconds", async () => {
  await using folder = await temporaryFolder();
  const folders = await Promise.all(
    ["a", "b"].map((name) => exampleSweep(folder.in(name), UNION, COURSES)),
  );
  const [a, b] = await Promise.all(
    folders.map(async (folder) => summaryJson(await summarise(folder), folder.sweep)),
  );
  assert.equal(a, b);
  const { cells, ...head }: { cells: SummaryRow[] } = JSON.parse(a);
  assert.deepEqual(head, {
    schemaVersion: 1,
    metric: "validation.loss",
    direction: "min",
    keys: ["latent.family", "seed", "latent.df"],
  });
  assert.deepEqual(cells, await summarise(folders[0]));
});
