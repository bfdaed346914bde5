/** `sweep plan`, and what every subcommand says to a bad sweep file. */

import assert from "node:assert/strict";
import { type Sandbox, sandbox, writeRows } from "./task.ts";

/** A sweep that needs no data set of its own and next to no time. */
const BASE = {
  dataset: "rows.csv",
  validation: 10,
  batchSize: 16,
  model: { preset: "fc", hidden: [6] },
} as const;

async function writeSweep(box: Sandbox, file: object): Promise<void> {
  await Deno.writeTextFile(box.file("df.json"), JSON.stringify({ base: BASE, ...file }));
}

async function files(box: Sandbox): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(box.file()), ({ name }) => name)).sort();
}

Deno.test("sweep plan lists every cell with its settings and estimates time and disk, and writes nothing", async () => {
  await using box = await sandbox();
  await writeRows(box.file("rows.csv"));
  await writeSweep(box, {
    cells: [{ "latent.family": ["gaussian"], seed: [0, 1] }, { "latent.df": [3, "learned"], seed: [0, 1] }],
  });
  const { code, stdout, stderr } = await box.task(["sweep", "plan", "df.json"]);
  assert.equal(code, 0, stderr);
  const lines = stdout.split("\n");
  assert.match(lines[0], /^cell +latent\.family +seed +latent\.df +time$/);
  assert.match(lines[1], /^0000-[0-9a-f]{8} +gaussian +0 +\d+ s$/);
  assert.match(lines[6], /^0005-[0-9a-f]{8} +1 +learned +\d+ s$/);
  assert.match(stdout, /^metric {2}validation\.loss, least is best$/m);
  assert.match(stdout, /^engine {2}[\w-]+ \(.+\)$/m);
  assert.match(stdout, /^time {4}about .+ on this machine, \d+ at a time with \d+ threads? each$/m);
  assert.match(stdout, /^disk {4}about [\d.]+ MB in runs\/df$/m);
  // One for each shape of model: fixed df differ in a number only.
  assert.deepEqual(stderr.match(/measuring cell \d+/g), [
    "measuring cell 0",
    "measuring cell 2",
    "measuring cell 4",
  ]);
  assert.deepEqual(await files(box), ["df.json", "rows.csv"]);
});

Deno.test("one engine trains a whole sweep where it is chosen automatically, one that trains all objectives", async () => {
  await using box = await sandbox();
  await writeRows(box.file("rows.csv"));
  await writeSweep(box, { grid: { "objective.kind": ["iwae", "elbo"], "latent.size": [1] } });
  const { code, stdout, stderr } = await box.task(["sweep", "plan", "df.json"]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^engine {2}tfjs-w/m);
});

const BAD: readonly (readonly [subcommand: string, file: object, message: RegExp])[] = [
  ["plan", { grid: { "latent.df": [] } }, /grid\.latent\.df must be a list of one or more values, got \[\]/],
  [
    "run",
    { grid: { "latent.df": [3, 0], seed: [0, 1] } },
    /cell 2 \{"latent\.df":0,"seed":0\}: latent\.df must/,
  ],
  ["run", { grid: { seed: [4, 4] } }, /cell 1 .* the same as cell 0/],
  // What only the data and the engine can tell.
  ["plan", { grid: { validation: [10, 100] } }, /cell 1 \{"validation":100\}: .*from 0 to 71/],
  ["run", { grid: { "objective.kind": ["elbo", "t3"] } }, /cell 1 .*Cannot train model fc: .* objective t3/],
  [
    "run",
    { grid: { backend: ["auto", "wasm"], "objective.kind": ["iwae"] } },
    /cell 1 .*iwae with the engine wasm/,
  ],
];

Deno.test("sweep refuses a bad file in one line that names the cell, before anything is made", async () => {
  await using box = await sandbox();
  await writeRows(box.file("rows.csv"));
  for (const [subcommand, file, message] of BAD) {
    await writeSweep(box, file);
    const { code, stdout, stderr } = await box.task(["sweep", subcommand, "df.json"]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^error: Cannot use sweep df\.json[^\n]*\n$/);
    assert.match(stderr, message);
    assert.equal(stdout, "");
  }
  assert.deepEqual(await files(box), ["df.json", "rows.csv"]);
});
