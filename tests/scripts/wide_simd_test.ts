/** `--wide-simd`, which goes on in a process of its own. */

import assert from "node:assert/strict";
import { sandbox, SMALL, waitUntil, writeRows } from "./task.ts";

const missing = await new Deno.Command("deno", { args: ["--version"], stdout: "null" }).output()
  .then(({ success }) => !success, () => true);

/** A test that starts deno as `--wide-simd` does, by its name. */
function wideTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `${name}${missing ? " (deno is not in PATH)" : ""}`, ignore: missing, fn });
}

wideTest("train --wide-simd ends with the bytes, the output and the exit code of train without", async () => {
  await using box = await sandbox();
  await writeRows(box.file("rows.csv"));
  const train = async (...more: string[]) => {
    const { code, stdout, stderr } = await box.task(["train", ...SMALL, "--epochs", "3", ...more]);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const narrow = await train("--run", "narrow");
  assert.equal((await train("--wide-simd", "--run", "wide")).replaceAll("wide", "narrow"), narrow);
  const last = (run: string) => Deno.readFile(box.file(run, "checkpoints", "last.safetensors"));
  assert.deepEqual(await last("wide"), await last("narrow"));

  const wrong = await box.task(["evaluate", "absent", "--wide-simd"]);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /^error: .*absent.*\n$/);
});

Deno.test({
  name: "train --wide-simd passes signals on, and the exit code back",
  ignore: missing || Deno.build.os === "windows",
  fn: async () => {
    await using box = await sandbox();
    await writeRows(box.file("rows.csv"));
    const child = box.start(["train", ...SMALL, "--wide-simd", "--epochs", "100000", "--run", "run"]);
    const metrics = () => Deno.readTextFile(box.file("run", "metrics.jsonl")).catch(() => "");
    await waitUntil(async () => (await metrics()).includes('"epoch":2'), child);
    child.kill("SIGTERM");
    assert.equal((await child.output()).code, 130);
    const { state } = JSON.parse(await Deno.readTextFile(box.file("run", "status.json")));
    assert.equal(state, "interrupted");
  },
});

wideTest("train --wide-simd that is killed takes its second process along, which saves first", async () => {
  await using box = await sandbox();
  await writeRows(box.file("rows.csv"));
  const train = box.start(["train", ...SMALL, "--wide-simd", "--epochs", "100000", "--run", "run"]);
  const read = (name: string) => Deno.readTextFile(box.file("run", name)).catch(() => "");
  await waitUntil(async () => (await read("metrics.jsonl")).includes('"epoch":2'), train);
  train.kill("SIGKILL");
  await Promise.all([train.stdout.cancel(), train.stderr.cancel(), train.status]);
  using lock = await Deno.open(box.file("run", "lock"), { write: true });
  await lock.lock(true);
  assert.equal(JSON.parse(await read("status.json")).state, "interrupted");
});
