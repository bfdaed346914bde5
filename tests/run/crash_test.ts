import assert from "node:assert/strict";
import { generator } from "../../lib/math/philox.ts";
import { loadCheckpoint } from "../../lib/run/checkpoint.ts";
import { openRun, type Run } from "../../lib/run/directory.ts";
import { lockRun } from "../../lib/run/lock.ts";
import { readMetrics } from "../../lib/run/metrics.ts";
import { readProvenance } from "../../lib/run/provenance.ts";
import { readStatus } from "../../lib/run/status.ts";
import { exampleRun, list, temporaryFolder } from "./fixtures.ts";

const KILLS = 6;

/** A child writes about every 5 ms: kills within this many milliseconds meet it anywhere in its loop. */
const LONGEST_LIFE = 120;

/** Starts the child, and kills it at a random instant after it began to write; `meanwhile` sees it at work. */
async function killAtRandom(
  args: readonly string[],
  { random, meanwhile }: { random: () => number; meanwhile?: (pid: number) => Promise<void> },
): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "-A", new URL("crash_child.ts", import.meta.url).href, ...args],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  await meanwhile?.(child.pid);
  await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_LIFE));
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
}

/** The step of the checkpoint, after all files were found whole. */
async function assertWhole(run: Run): Promise<number> {
  assert.deepEqual(await openRun(run.path), run);
  assert.equal((await readStatus(run)).state, "running");
  const lines = await readMetrics(run);
  lines.forEach(({ epoch, train }, i) => assert.deepEqual([epoch, train.loss], [i + 1, lines.length]));
  const checkpoint = await loadCheckpoint<{ epoch: number }>(run, "last");
  if (checkpoint === undefined) return 0;
  const { state: { step, tensors }, progress } = checkpoint;
  assert(tensors.get("x")!.data.every((value) => value === step));
  assert.equal(progress.epoch, step);
  assert(
    lines.length === step || lines.length === step + 1,
    "metrics go before the checkpoint, by one at most",
  );
  return step;
}

Deno.test("a run whose process is killed reads back whole, and is free", async () => {
  await using folder = await temporaryFolder();
  const run = await exampleRun(folder.in("run"));
  const random = generator({ seed: 0, stream: "data" });
  const meanwhile = (pid: number) =>
    assert.rejects(lockRun(run), new RegExp(`it is being trained by pid ${pid} on `));
  let furthest = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    await killAtRandom(["train", run.path], { random, meanwhile });
    furthest = Math.max(furthest, await assertWhole(run));
    using _lock = await lockRun(run);
    const names = [...await list(run.path), ...await list(folder.in("run", "checkpoints")).catch(() => [])];
    assert.deepEqual(names.filter((name) => name.startsWith(".")), []);
  }
  assert(furthest > 0, "no child lived long enough to store anything");
});

Deno.test("a process killed while it makes runs leaves whole ones only", async () => {
  await using folder = await temporaryFolder();
  const random = generator({ seed: 1, stream: "data" });
  for (let kill = 0; kill < KILLS; kill++) {
    await Promise.all(
      ["create", "create"].map((action) => killAtRandom([action, folder.in("runs")], { random })),
    );
    const names = (await list(folder.in("runs"))).filter((name) => !name.startsWith("."));
    for (const name of names) {
      const run = await openRun(folder.in("runs", name));
      await Promise.all([readStatus(run), readProvenance(run)]);
    }
  }
});
