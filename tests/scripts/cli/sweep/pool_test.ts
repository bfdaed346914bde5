import assert from "node:assert/strict";
import { workThrough } from "../../../../scripts/cli/sweep/pool.ts";
import { checkShare, shareProcessors } from "../../../../scripts/cli/sweep/share.ts";

const never = new AbortController().signal;
const pause = () => new Promise((resolve) => setTimeout(resolve, 1));

Deno.test("workThrough() works on every item in order, never on more than it may at once", async () => {
  const [begun, most]: [number[], { now: number; ever: number }] = [[], { now: 0, ever: 0 }];
  await workThrough([...Array(9).keys()], async (item) => {
    begun.push(item);
    most.ever = Math.max(most.ever, ++most.now);
    await pause();
    most.now--;
  }, { jobs: 3, signal: never });
  assert.deepEqual(begun, [...Array(9).keys()]);
  assert.equal(most.ever, 3);
});

Deno.test("workThrough() begins nothing after an abort or an error, and stops what is under way", async () => {
  const controller = new AbortController();
  const begun: number[] = [];
  await workThrough([0, 1, 2, 3], async (item) => {
    begun.push(item);
    if (item === 1) controller.abort();
    await pause();
  }, { jobs: 2, signal: controller.signal });
  assert.deepEqual(begun, [0, 1]);

  let stopped = false;
  const work = workThrough(["bad", "good", "later"], async (item, signal) => {
    assert.notEqual(item, "later");
    if (item === "bad") throw new Error("the disk is full");
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    stopped = true;
  }, { jobs: 2, signal: never });
  await assert.rejects(work, /the disk is full/);
  assert.ok(stopped);
});

Deno.test("shareProcessors() uses every processor it can, checkShare() refuses more than there are", () => {
  const share = (jobs: number | undefined, threads: number | undefined, processors: number, cells: number) =>
    Object.values(shareProcessors({ jobs, threads }, { processors, cells }));
  assert.deepEqual(share(undefined, undefined, 8, 100), [8, 1]);
  assert.deepEqual(share(undefined, undefined, 8, 3), [3, 2]);
  assert.deepEqual(share(undefined, 4, 8, 3), [2, 4]);
  assert.deepEqual(share(3, undefined, 8, 3), [3, 2]);
  assert.deepEqual(share(4, 2, 8, 100), [4, 2]);
  for (const [jobs, threads] of [[3, 3], [9, undefined], [undefined, 9]]) {
    assert.throws(
      () => checkShare({ jobs, threads }, 8),
      /^UsageError: Cannot run: jobs × threads must be at most 8, .*got \d × \d; give fewer/,
    );
  }
});
