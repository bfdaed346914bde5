/** Runs that are killed, interrupted or trained by two processes. */

import assert from "node:assert/strict";
import { type MetricsLine, readMetrics } from "../../lib/run/metrics.ts";
import { type Sandbox, sandbox, SMALL, waitUntil, writeRows } from "./task.ts";

const EPOCHS = ["--epochs", "40"];

/** What a finished run must have in common with one never disturbed: checkpoint bytes, and metrics but for times. */
async function outcome(box: Sandbox, run: string): Promise<unknown> {
  return {
    last: await Deno.readFile(box.file(run, "checkpoints", "last.safetensors")),
    best: await Deno.readFile(box.file(run, "checkpoints", "best.safetensors")),
    metrics: await metricsOf(box, run),
    evaluation: await Deno.readTextFile(box.file(run, "evaluation.json")),
    state: JSON.parse(await Deno.readTextFile(box.file(run, "status.json"))).state,
  };
}

async function metricsOf(box: Sandbox, run: string): Promise<MetricsLine[]> {
  return (await readMetrics({ path: box.file(run) })).map((line) => ({ ...line, seconds: 0 }));
}

async function undisturbed(box: Sandbox, ...more: string[]): Promise<unknown> {
  await writeRows(box.file("rows.csv"));
  const result = await box.task([
    "train",
    ...SMALL,
    ...EPOCHS,
    ...more,
    "--validation",
    "10",
    "--run",
    "whole",
  ]);
  assert.equal(result.code, 0, result.stderr);
  return await outcome(box, "whole");
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

Deno.test("train killed at any moment and resumed ends with the bytes of an undisturbed run", async () => {
  await using box = await sandbox();
  const expected = await undisturbed(box);
  const begin = [...SMALL, ...EPOCHS, "--validation", "10", "--run", "killed"];
  let kills = 0;
  for (const delay of [20, 40, 60, 80, 120, 160]) {
    const args = await exists(box.file("killed")) ? ["--run", "killed", "--resume"] : begin;
    const child = box.start(["train", ...args]);
    // Start-up does not count: the delay begins when training does.
    const reader = child.stderr.getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, delay));
    try {
      child.kill("SIGKILL");
    } catch {
      // It was faster than that.
    }
    await reader.cancel();
    await child.stdout.cancel();
    if ((await child.status).signal === "SIGKILL") kills++;
  }
  assert.ok(kills >= 3, `only ${kills} of 6 processes were killed in time`);
  const last = await box.task(["train", "--run", "killed", "--resume"]);
  assert.equal(last.code, 0, last.stderr);
  assert.deepEqual(await outcome(box, "killed"), expected);
});

Deno.test("train resumed with other threads ends with the bytes of an undisturbed run on one", async () => {
  await using box = await sandbox();
  const expected = await undisturbed(box, "--threads", "1");
  const begin = [...SMALL, ...EPOCHS, "--validation", "10", "--threads", "2", "--run", "killed"];
  const child = box.start(["train", ...begin]);
  const metrics = () => Deno.readTextFile(box.file("killed", "metrics.jsonl")).catch(() => "");
  await waitUntil(async () => (await metrics()).includes('"epoch":5'), child);
  child.kill("SIGKILL");
  await child.output();
  const resumed = await box.task(["train", "--run", "killed", "--resume", "--threads", "3"]);
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.match(resumed.stderr, /^engine wasm on .+, 3 threads \(forced\)\n/);
  assert.deepEqual(await outcome(box, "killed"), expected);
  assert.equal(JSON.parse(await Deno.readTextFile(box.file("killed", "provenance.json"))).threads, 3);
});

Deno.test({
  name: "train interrupted by Ctrl-C saves, says how to go on, and resumed ends with the same bytes",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using box = await sandbox();
    const expected = await undisturbed(box);
    const child = box.start(["train", ...SMALL, ...EPOCHS, "--validation", "10", "--run", "stopped"]);
    const metrics = box.file("stopped", "metrics.jsonl");
    const read = () => Deno.readTextFile(metrics).catch(() => "");
    await waitUntil(async () => (await read()).includes('"epoch":2'), child);
    child.kill("SIGINT");
    const { code, stderr } = await child.output();
    assert.equal(code, 130);
    assert.match(new TextDecoder().decode(stderr), /go on with: deno task train --run stopped --resume/);
    assert.equal(
      JSON.parse(await Deno.readTextFile(box.file("stopped", "status.json"))).state,
      "interrupted",
    );
    const resumed = await box.task(["train", "--run", "stopped", "--resume"]);
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.deepEqual(await outcome(box, "stopped"), expected);
  },
});

Deno.test({
  name: "train interrupted while it measures or draws what it has trained leaves that to --resume",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using box = await sandbox();
    const expected = await undisturbed(box);
    const [metrics, evaluation] = ["metrics.jsonl", "evaluation.json"].map((name) =>
      box.file("stopped", name)
    );
    const measures = () =>
      Deno.readTextFile(metrics).then((text) => text.includes('"epoch":40'), () => false);
    const draws = () => exists(evaluation);
    const begin = ["train", ...SMALL, ...EPOCHS, "--validation", "10", "--run", "stopped"];
    const resume = ["train", "--run", "stopped", "--resume"];
    for (const [words, reached] of [[begin, measures], [resume, draws]] as const) {
      await Deno.remove(evaluation).catch(() => {});
      const child = box.start(words);
      await waitUntil(reached, child);
      child.kill("SIGTERM");
      const { code, stdout, stderr } = await child.output();
      assert.equal(code, 130);
      assert.equal(new TextDecoder().decode(stdout), "");
      assert.match(
        new TextDecoder().decode(stderr),
        /\ninterrupted; go on with: deno task train --run stopped --resume\n$/,
      );
      const { state } = JSON.parse(await Deno.readTextFile(box.file("stopped", "status.json")));
      assert.equal(state, "interrupted");
    }
    const resumed = await box.task(resume);
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.deepEqual(await outcome(box, "stopped"), expected);
  },
});

Deno.test("train --resume goes on to more epochs, learning df and a scale, and refuses other changes", async () => {
  await using box = await sandbox();
  await writeRows(box.file("rows.csv"));
  const train = (...more: string[]) => box.task(["train", ...more]);
  const learned = [
    "--joint",
    "--df",
    "learned",
    "--likelihood",
    "student-t",
    "--set",
    "likelihood.scale=learned",
  ];
  const whole = await train(...SMALL, ...learned, "--epochs", "6", "--run", "at-once");
  assert.equal(whole.code, 0, whole.stderr);
  assert.match(whole.stderr, /epoch 6\/6 .* {2}df \d\.\d\d {2}/);
  assert.equal((await train(...SMALL, ...learned, "--epochs", "3", "--run", "in-two")).code, 0);
  const refused = await train("--run", "in-two", "--resume", "--seed", "1");
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /^error: Cannot resume: .*seed was 0 and is to be 1; .*\n$/);
  const shorter = await train("--run", "in-two", "--resume", "--epochs", "2");
  assert.equal(shorter.code, 2);
  assert.match(shorter.stderr, /^error: Cannot resume: epochs must be at least 3, .*got 2\n$/);
  await writeRows(box.file("rows.csv"), 60);
  const other = await train("--run", "in-two", "--resume", "--epochs", "6");
  assert.equal(other.code, 1);
  assert.match(other.stderr, /^error: Cannot go on with run in-two: the data set rows has changed .*\n$/);
  await writeRows(box.file("rows.csv"));
  const resumed = await train("--run", "in-two", "--resume", "--epochs", "6");
  assert.equal(resumed.code, 0, resumed.stderr);
  const last = (run: string) => Deno.readFile(box.file(run, "checkpoints", "last.safetensors"));
  assert.deepEqual(await last("in-two"), await last("at-once"));
  const metrics = await metricsOf(box, "at-once");
  assert.deepEqual(await metricsOf(box, "in-two"), metrics);
  const df = metrics.map(({ df }) => df![0]);
  assert.ok(new Set(df).size === 6 && df.every((df) => df > 2), `${df}`);
  const evaluation = JSON.parse(await Deno.readTextFile(box.file("at-once", "evaluation.json")));
  assert.equal(evaluation.metrics.df.value, df[5]);
  assert.ok(!("klPerDimension" in evaluation.metrics));
  assert.equal(JSON.parse(await Deno.readTextFile(box.file("in-two", "config.json"))).epochs, 6);
});

Deno.test("train says that patience has ended it", async () => {
  await using box = await sandbox();
  await writeRows(box.file("rows.csv"));
  const patient = ["--validation", "10", "--patience", "1", "--set", "optimizer.learningRate=1"];
  const result = await box.task(["train", ...SMALL, ...patient, "--epochs", "1000", "--run", "run"]);
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stderr, /\nstopped early: no lower validation loss for 1 epochs\n$/);
});

Deno.test("two processes never train one run", async () => {
  await using box = await sandbox();
  await writeRows(box.file("rows.csv"));
  const first = box.start(["train", ...SMALL, "--epochs", "100000", "--run", "run"]);
  await waitUntil(() => exists(box.file("run", "metrics.jsonl")), first);
  const second = await box.task(["train", "--run", "run", "--resume"]);
  first.kill("SIGKILL");
  await first.output();
  assert.equal(second.code, 1);
  assert.match(second.stderr, new RegExp(`being trained by pid ${first.pid} on `));
});
