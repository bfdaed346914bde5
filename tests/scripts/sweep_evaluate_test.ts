/** Evaluating the cells of a sweep. */

import assert from "node:assert/strict";
import { type Sandbox, sandbox, waitUntil, writeRows } from "./task.ts";

/** Two cells that train in no time, and one with a learning rate that no training survives. */
const FILE = {
  base: {
    dataset: "rows.csv",
    validation: 10,
    backend: "wasm",
    batchSize: 16,
    epochs: 2,
    latent: { size: 2 },
    likelihood: { kind: "gaussian", scale: 0.5 },
    model: { preset: "fc", hidden: [6] },
  },
  cells: [{ seed: [0, 1] }, { "optimizer.learningRate": [1e30] }],
};

const EVALUATE = ["sweep", "evaluate", "s.json", "--run", "s"];

/** With outliers in the test set: tails of few draws, and MMD, of new examples from two sources. */
const MEASURES = [
  ...["--mmd", "10", "--tails", "9", "--draws", "50"],
  ...["--latents", "prior", "--latents", "posterior", "--outliers", "0.1"],
];

/** A log-likelihood from so many draws takes longer than the test. */
const ENDLESS = ["--iwae", "50000"];

/** Trains the sweep; gives the names of the cells that are done. */
async function train(box: Sandbox): Promise<string[]> {
  await writeRows(box.file("rows.csv"));
  await Deno.writeTextFile(box.file("s.json"), JSON.stringify(FILE));
  const { code, stderr } = await box.task(["sweep", "run", "s.json", "--run", "s", "--retries", "0"]);
  assert.equal(code, 1, stderr);
  const names = await Array.fromAsync(Deno.readDir(box.file("s")), ({ name }) => name);
  return names.filter((name) => /^\d{4}-/.test(name)).toSorted().slice(0, 2);
}

async function evaluation(box: Sandbox, cell: string): Promise<Record<string, unknown>> {
  return JSON.parse(await Deno.readTextFile(box.file("s", cell, "evaluation.json")));
}

async function refuses(box: Sandbox, flags: readonly string[], message: RegExp): Promise<void> {
  const { code, stderr } = await box.task([...EVALUATE, ...flags]);
  assert.equal(code, 2, stderr);
  assert.match(stderr, message);
}

Deno.test({
  name:
    "sweep evaluate measures every cell that is done once, compares over seeds, stops at Ctrl-C, and tells of failures",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using box = await sandbox();
    const cells = await train(box);
    const log = (cell: string) => Deno.readTextFile(box.file("s", "logs", `${cell}.log`));
    await refuses(
      box,
      ["--mmd", "5", "--latents", "alternative-prior"],
      /^error: Cannot evaluate sweep s, cell 0 \{"seed":0\}: .* must be t3, got elbo/,
    );
    await refuses(box, ["--outliers", "2"], /^error: .* outliers\.fraction must be from 0 to 1, got 2/);
    await refuses(box, ["--jobs", "1000"], /^error: Cannot run: jobs × threads must be at most/);
    assert.doesNotMatch(await log(cells[0]), /^\$ evaluate/m);

    const trained = await evaluation(box, cells[0]);
    const endless = box.start([...EVALUATE, ...ENDLESS, "--jobs", "1"]);
    await waitUntil(async () => /^\$ evaluate/m.test(await log(cells[0])), endless);
    endless.kill("SIGINT");
    const interrupted = await endless.output();
    assert.equal(interrupted.code, 130);
    assert.match(new TextDecoder().decode(interrupted.stderr), /\ninterrupted; the same command goes on\n$/);
    assert.deepEqual(await evaluation(box, cells[0]), trained);
    await assert.rejects(Deno.stat(box.file("s", "evaluations.json")), Deno.errors.NotFound);

    const first = await box.task([...EVALUATE, ...MEASURES]);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, new RegExp(`\n${cells[1]} evaluated in .*: seed=1\n`));
    assert.match(first.stdout, /^Models\n\noptimizer\.learningRate +cells +elbo .*\n +0\.0005 +2 +-\d.* ± /);
    assert.match(
      first.stdout,
      /\nNew examples\n\n.* latents +cells .*\n +0\.0005 +prior +2 .*\n.* posterior +2 /,
    );
    assert.match(first.stdout, /\nleft out, for they are not done: 1 failed\n/);
    for (const cell of cells) {
      const { options, outliers, generation } = await evaluation(box, cell);
      assert.deepEqual(options, { mmd: 10, tails: 9, draws: 50, latents: ["prior", "posterior"] });
      assert.deepEqual(outliers, { fraction: 0.1, kind: "uniform" });
      assert.equal((generation as unknown[]).length, 2);
      assert.match(await log(cell), /\n\$ evaluate .* --mmd 10 --tails 9 .*\n(.*\n)*elbo +-\d/);
    }
    const csv = await Deno.readTextFile(box.file("s", "evaluations.csv"));
    assert.match(csv, /\n0\.0005,posterior,quantileError,19,2,[^,]+,[^,]+,/);
    assert.match(csv, /\n0\.0005,,elbo,,2,[^,]+,[^,]+,nats per example\n/);

    const written = await Deno.stat(box.file("s", cells[0], "evaluation.json"));
    const second = await box.task([...EVALUATE, ...MEASURES]);
    assert.equal(second.code, 0, second.stderr);
    assert.equal(second.stderr, "2 of 2 cells have been evaluated so before\n");
    assert.equal(second.stdout, first.stdout);
    const later = await Deno.stat(box.file("s", cells[0], "evaluation.json"));
    assert.deepEqual(later.mtime, written.mtime);

    await Deno.truncate(box.file("s", cells[1], "checkpoints", "best.safetensors"), 100);
    const third = await box.task([...EVALUATE, "--mmd", "5"]);
    assert.equal(third.code, 1);
    assert.match(third.stderr, new RegExp(`\n${cells[1]} failed: Cannot read .*best\\.safetensors`));
    assert.match(
      third.stderr,
      /\nerror: Cannot evaluate all of sweep s: 1 of 2 cells failed, first 0001-\w+: Cannot read .* s\/logs, /,
    );
    assert.match(third.stdout, /\nNew examples\n\n.* latents +cells .*\n +0\.0005 +prior +1 /);

    for (const cell of cells) await Deno.remove(box.file("s", cell), { recursive: true });
    await refuses(box, [], /^error: Cannot evaluate sweep s: none of its 3 cells is done; train them with /);
  },
});
