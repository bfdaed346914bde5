/** Sweeps on this machine that are killed, interrupted, or have cells that fail. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { generator } from "../../lib/math/philox.ts";
import { type Sandbox, sandbox, waitUntil, writeRows } from "./task.ts";

/** Two cells that train in no time; that a cell ends with figures of its run takes most of these tests' time. */
const FILE = {
  base: {
    dataset: "rows.csv",
    validation: 10,
    backend: "wasm",
    batchSize: 16,
    epochs: 60,
    latent: { size: 2 },
    model: { preset: "fc", hidden: [6] },
  },
  grid: { seed: [0, 1] },
};

/** A learning rate that no training survives. */
const DIVERGENT = 1e30;

/** For halving: one rung, after which the first cell is much the worse. */
const SHORT = {
  ...FILE,
  base: { ...FILE.base, epochs: 3 },
  grid: { "optimizer.learningRate": [1e-6, 1e-2] },
};

const KILLS = 3;

/** Milliseconds in which a sweep of this size begins, trains and is not yet done. */
const LONGEST_LIFE = 3000;

async function begin(box: Sandbox, file: unknown = FILE): Promise<void> {
  await writeRows(box.file("rows.csv"));
  await Deno.writeTextFile(box.file("s.json"), JSON.stringify(file));
}

/** The summary but for times, and how many cells were given up. */
async function outcome(box: Sandbox, run: string): Promise<unknown> {
  const text = await Deno.readTextFile(box.file(run, "summary.json"));
  const halving = await Deno.readTextFile(box.file(run, "halving.json")).catch(() => "");
  return { summary: text.replaceAll(/"seconds": [^,\n]+/g, '"seconds": 0'), halving };
}

async function cellsOf(box: Sandbox, run: string): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(box.file(run)), ({ name }) => name);
  return names.filter((name) => /^\d{4}-/.test(name)).toSorted();
}

async function stateOf(box: Sandbox, run: string, cell: string): Promise<{ state: string; pid: number }> {
  return JSON.parse(await Deno.readTextFile(box.file(run, cell, "status.json")));
}

/** Waits until no process trains any more what a killed sweep has left. */
async function orphansEnd(box: Sandbox, run: string): Promise<void> {
  for (const cell of await cellsOf(box, run)) {
    using lock = await Deno.open(box.file(run, cell, "lock"), { write: true, create: true });
    await lock.lock(true);
  }
}

Deno.test("sweep run --halving killed at any moment and run again ends with the summary of one never killed", async () => {
  await using box = await sandbox();
  await begin(box, SHORT);
  const whole = await box.task(["sweep", "run", "s.json", "--run", "whole", "--halving"]);
  assert.equal(whole.code, 0, whole.stderr);
  assert.match(whole.stderr, /\nafter epoch 1 the best 1 of 2 cells go on\n/);
  const status = await box.task(["sweep", "status", "s.json", "--run", "whole"]);
  assert.match(status.stdout, /\n2 cells: 1 stopped, 1 done\n$/);

  const random = generator({ seed: 0, stream: "data" });
  let kills = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const sweep = box.start(["sweep", "run", "s.json", "--run", "killed", "--halving"]);
    await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_LIFE));
    try {
      sweep.kill("SIGKILL");
    } catch {
      // It was faster than that.
    }
    if ((await sweep.output()).signal === "SIGKILL") kills++;
  }
  assert.ok(kills >= 2, `only ${kills} of ${KILLS} sweeps were killed in time`);
  const last = await box.task(["sweep", "run", "s.json", "--run", "killed", "--halving"]);
  assert.equal(last.code, 0, last.stderr);
  assert.deepEqual(await outcome(box, "killed"), await outcome(box, "whole"));
  assert.equal(last.stdout.replaceAll("killed", "whole"), whole.stdout);
});

Deno.test("sweep run that is killed takes its cells along, which save first", async () => {
  await using box = await sandbox();
  await begin(box, { ...FILE, base: { ...FILE.base, epochs: 100_000 } });
  const sweep = box.start(["sweep", "run", "s.json", "--run", "s"]);
  const isTraining = async () => {
    const [cell] = await cellsOf(box, "s").catch(() => []);
    const path = box.file("s", `${cell}`, "checkpoints", "last.safetensors");
    return await Deno.stat(path).then(() => true, () => false);
  };
  await waitUntil(isTraining, sweep);
  const second = await box.task(["sweep", "run", "s.json", "--run", "s"]);
  sweep.kill("SIGKILL");
  await sweep.output();
  assert.equal(second.code, 1);
  assert.match(
    second.stderr,
    /^error: Cannot work on sweep s: another process trains or evaluates its cells; .*\n$/,
  );
  await orphansEnd(box, "s");
  const [cell] = await cellsOf(box, "s");
  assert.equal((await stateOf(box, "s", cell)).state, "interrupted");
});

Deno.test({
  name:
    "sweep run stops at Ctrl-C, resume goes on though a cell is killed, and run of what is done writes nothing",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using box = await sandbox();
    await begin(box);
    const sweep = box.start(["sweep", "run", "s.json", "--run", "s", "--jobs", "1"]);
    const lines = async (index: number) => {
      const cell = (await cellsOf(box, "s").catch(() => []))[index];
      return await Deno.readTextFile(box.file("s", `${cell}`, "metrics.jsonl")).catch(() => "");
    };
    await waitUntil(async () => (await lines(0)).includes('"epoch":2'), sweep);
    sweep.kill("SIGINT");
    const { code, stderr } = await sweep.output();
    assert.equal(code, 130);
    assert.match(
      new TextDecoder().decode(stderr),
      /\ninterrupted; go on with: deno task sweep resume s.json --run s\n$/,
    );
    const { stdout } = await box.task(["sweep", "status", "s.json", "--run", "s"]);
    assert.match(stdout, /\n0000-\w+ +interrupted +\d+\/60 .* seed=0\n0001-\w+ +waiting +0\/60 +seed=1\n/);
    assert.match(stdout, /\n2 cells: 1 interrupted, 1 waiting\n$/);

    const resumed = box.start(["sweep", "resume", "s.json", "--run", "s"]);
    await waitUntil(async () => (await lines(1)).includes('"epoch":2'), resumed);
    const [first, second] = await cellsOf(box, "s");
    Deno.kill((await stateOf(box, "s", second)).pid, "SIGKILL");
    const result = await resumed.output();
    const said = new TextDecoder().decode(result.stderr);
    assert.equal(result.code, 0, said);
    assert.ok(said.includes(`\n${second} failed, and is tried again: killed by SIGKILL\n`), said);

    const modified = async () => {
      const files = ["summary.csv", "report.html", join("logs", `${first}.log`), first];
      const stats = await Promise.all(files.map((file) => Deno.stat(box.file("s", file))));
      return stats.map(({ mtime }) => mtime?.getTime());
    };
    const before = await modified();
    const again = await box.task(["sweep", "run", "s.json", "--run", "s"]);
    assert.equal(again.code, 0, again.stderr);
    assert.equal(again.stdout, new TextDecoder().decode(result.stdout));
    assert.deepEqual(await modified(), before);
  },
});

Deno.test("sweep run tries failed cells again, keeps the reasons, and ends with exit code 1", async () => {
  await using box = await sandbox();
  await begin(box, { ...SHORT, grid: { "optimizer.learningRate": [DIVERGENT, 1e-2] } });
  const { code, stdout, stderr } = await box.task(["sweep", "run", "s.json", "--run", "s", "--retries", "2"]);
  assert.equal(code, 1);
  const [bad, good] = await cellsOf(box, "s");
  const lines = stderr.split("\n").filter((line) => line.startsWith(`${bad} failed`));
  assert.match(
    lines.join("\n"),
    /^(.* failed, and is tried again: Training diverged: .*\n){2}.* failed for good: Tr/,
  );
  assert.match(
    stderr,
    /\nerror: Cannot finish sweep s: 1 of 2 cells failed for good, first 0000-\w+: Training diverged/,
  );
  assert.match(stdout, /\n +1 +0.01 .* 1\n/);
  const log = await Deno.readTextFile(box.file("s", "logs", `${bad}.log`));
  assert.equal(log.match(/^\$ train /gm)?.length, 3);
  assert.equal(log.match(/^failed: Training diverged/gm)?.length, 3);
  assert.equal((await stateOf(box, "s", good)).state, "done");
});

Deno.test("sweep run refuses flags that do not go together before it does anything", async () => {
  await using box = await sandbox();
  await begin(box);
  const refuses = async (flags: readonly string[], message: RegExp) => {
    const { code, stderr } = await box.task(["sweep", "run", "s.json", "--run", "s", ...flags]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
  };
  await refuses(
    ["--wait"],
    /^error: Cannot run: --wait has no meaning with --on local; leave it out, or add/,
  );
  await refuses(
    ["--on", "slurm", "--halving"],
    /^error: Cannot run: --halving has no meaning with --on slurm/,
  );
  await refuses(["--jobs", "1000"], /^error: Cannot run: jobs × threads must be at most \d+, .*got 1000 × 1/);
  const absent = await box.task(["sweep", "resume", "s.json", "--run", "absent"]);
  assert.equal(absent.code, 2);
  assert.match(absent.stderr, /^error: Cannot open sweep absent: it has not been begun/);
  await assert.rejects(Deno.stat(box.file("s")), Deno.errors.NotFound);
});
