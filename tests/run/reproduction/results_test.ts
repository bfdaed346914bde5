import assert from "node:assert/strict";
import { writeEvaluation } from "../../../lib/run/evaluation.ts";
import { writeMetrics } from "../../../lib/run/metrics.ts";
import { collectResults, type StudyResults } from "../../../lib/run/reproduction/results.ts";
import { readResultImage, readResults, writeResults } from "../../../lib/run/reproduction/results_file.ts";
import { cellPaths } from "../../../lib/run/sweep/directory.ts";
import { list, temporaryFolder } from "../fixtures.ts";
import { exampleSweep, metricsLine } from "../sweep/summary_fixtures.ts";

const ABOUT = { study: "fc", command: "deno task reproduce --only fc", notes: ["A note."] } as const;

/** Three cells, the second not done; the third was not evaluated as is wanted. */
const FILE = { grid: { "latent.df": [3], "latent.size": [2], seed: [0, 1, 2] } };
const COURSES = [
  { state: "done", losses: [9, 8, 7] },
  { state: "interrupted", losses: [9] },
  { state: "done", losses: [9, 8, 1 / 3] },
] as const;

const metric = (value: number | readonly number[]) => ({ value, unit: "nats", definition: "made up" });

const RECORD = {
  dataset: "glyphs",
  split: "test",
  examples: 4,
  checkpoint: "best",
  step: 3,
  options: { mmd: 10 },
  metrics: { elbo: metric(-100.1234567), tailIndex: metric([1 / 3, 2]) },
  generation: [{ latents: "prior", definition: "z ~ p(z)", metrics: { mmd: metric(1e-9 / 7) } }],
} as const;

async function collect(path: string): Promise<StudyResults> {
  const folder = await exampleSweep(path, FILE, COURSES);
  const run = (i: number) => ({ path: cellPaths(folder, folder.sweep.cells[i]).run });
  const onBatches = (i: number) => ({ loss: 6 - i, reconstruction: 5 - i, kl: 1 });
  await writeMetrics(
    run(0),
    [9, 8, 7].map((loss, i) => ({
      ...metricsLine(loss, i),
      testOnBatchStatistics: onBatches(i),
      df: [5 + i, 6 + i],
    })),
  );
  await writeEvaluation(run(0), { record: RECORD, arrays: new Map() });
  await writeEvaluation(run(2), { record: { ...RECORD, options: {} }, arrays: new Map() });
  return await collectResults(folder, ABOUT, { options: { mmd: 10 } });
}

Deno.test("collectResults() sums up the cells that are done, in six digits, and names no machine", async () => {
  await using folder = await temporaryFolder();
  const { config, provenance, model, ...results } = await collect(folder.in("s"));
  assert.deepEqual(results, {
    ...ABOUT,
    keys: ["latent.df", "latent.size", "seed"],
    total: 3,
    metrics: Object.fromEntries(
      ["elbo", "tailIndex", "mmd"].map((name) => [name, { unit: "nats", definition: "made up" }]),
    ),
    cells: [
      {
        settings: { "latent.df": 3, "latent.size": 2, seed: 0 },
        seconds: 6,
        curve: {
          epoch: [1, 2, 3],
          trainLoss: [9.5, 8.5, 7.5],
          testLoss: [9.25, 8.25, 7.25],
          testReconstruction: [8.25, 7.25, 6.25],
          testKl: [1, 1, 1],
          testLossOnBatchStatistics: [6, 5, 4],
          df: [5.5, 6.5, 7.5],
        },
        metrics: { elbo: -100.123, tailIndex: [0.333333, 2], mmd: 1.42857e-10 },
      },
      {
        settings: { "latent.df": 3, "latent.size": 2, seed: 2 },
        seconds: 6,
        curve: {
          epoch: [1, 2, 3],
          trainLoss: [9.5, 8.5, 0.833333],
          testLoss: [9.25, 8.25, 0.583333],
          testReconstruction: [8.25, 7.25, -0.416667],
          testKl: [1, 1, 1],
        },
        metrics: {},
      },
    ],
    images: [],
  });
  assert.deepEqual(model?.input, [6]);
  assert.deepEqual([config.epochs, config.threads, config.seed], [3, undefined, undefined]);
  assert.deepEqual(config.latent, { family: "student-t", size: 2, df: { fixed: 3 }, kl: "exact" });
  assert.deepEqual(provenance, {
    revision: "0".repeat(40),
    engine: "tfjs-cpu",
    device: "a processor",
    threads: "1",
    deno: "2.9.6",
  });
});

Deno.test("readResults() reads what writeResults() has written, in the order of the studies, with the images", async () => {
  await using folder = await temporaryFolder();
  const image = { file: "images/fc_3.png", settings: { "latent.df": 3, seed: 0 } };
  const fc = { ...await collect(folder.in("s")), images: [image] };
  const { model: _, ...others } = fc;
  const df = { ...others, study: "df", images: [] } as const;
  const results = folder.in("results"), png = Uint8Array.of(1, 2, 3);
  assert.deepEqual(await readResults(results), []);
  await writeResults(results, df, []);
  await writeResults(results, fc, [png]);
  assert.deepEqual(await readResults(results), [fc, df]);
  assert.deepEqual(await readResultImage(results, image), png);
  assert.deepEqual(await list(results), ["df.json", "fc.json", "images"]);
  const lines = (await Deno.readTextFile(folder.in("results", "fc.json"))).split("\n");
  assert.ok(lines.includes('        "testLoss": [9.25,8.25,7.25],'), lines.join("\n"));
  assert.equal(lines.at(-2), "}");
});

Deno.test("readResults() names the file and the key that is wrong", async () => {
  await using folder = await temporaryFolder();
  const fc = await collect(folder.in("s"));
  const path = folder.in("results", "fc.json");
  await writeResults(folder.in("results"), fc, []);
  const json = JSON.parse(await Deno.readTextFile(path));
  const [cell] = json.cells;
  const damages: readonly (readonly [change: object, message: RegExp])[] = [
    [
      { study: "df" },
      /fc\.json: study must be fc, as the file is named, got df; put a good copy back, or reproduce it again$/,
    ],
    [{ study: "fcc" }, /fc\.json: study must be .*, got "fcc"; put a good copy back/],
    [{ total: undefined }, /fc\.json: total is missing; put a good copy back/],
    [
      { cells: [{ ...cell, seconds: "1" }] },
      /fc\.json: cells\.0\.seconds must be number, got "1"; put a good copy back/,
    ],
    [
      { cells: [{ ...cell, curve: { ...cell.curve, testKl: [1] } }] },
      /fc\.json: cells\.0\.curve must be columns of one length, got Object; put a good copy back/,
    ],
    [
      { images: [{ file: "images/../../x.png", settings: {} }] },
      /fc\.json: images\.0\.file must be .*x\.png"; put a good copy back/,
    ],
    [{ model: { encoder: [] } }, /fc\.json: .*decoder/],
  ];
  for (const [change, message] of damages) {
    await Deno.writeTextFile(path, JSON.stringify({ ...json, ...change }));
    await assert.rejects(readResults(folder.in("results")), { name: "SyntaxError", message });
  }
  await Deno.writeTextFile(path, "{");
  await assert.rejects(readResults(folder.in("results")), {
    name: "SyntaxError",
    message: /fc\.json.*not valid JSON/,
  });
  await assert.rejects(readResultImage(folder.in("results"), { file: "images/x.png", settings: {} }), {
    name: "SyntaxError",
    message: /x\.png: there is no such file; put a good copy back, or reproduce it again$/,
  });
});
