import assert from "node:assert/strict";
import type { FitEvent } from "../../../lib/train/fit.ts";
import { trainingProgress } from "../../../scripts/cli/training_progress.ts";
import { stream } from "./stream.ts";

const MEANS = { loss: 143.25, reconstruction: 137.125, kl: 6.125 };
const TEST = { loss: 144.5, reconstruction: 138, kl: 6.5 };

function batch(epoch: number, examples: number): FitEvent {
  return { kind: "batch", epoch, step: 1, examples, train: MEANS };
}

function epoch(epoch: number): FitEvent {
  return { kind: "epoch", epoch, step: 1, train: MEANS, test: TEST };
}

/** Trains 100 examples an epoch on a clock that each epoch moves by `seconds`. */
function log(
  epochs: number,
  { seconds, start = 0, last = epochs }: { seconds: number; start?: number; last?: number },
) {
  const out = stream();
  let time = 0;
  {
    using progress = trainingProgress({ epochs, examples: 100, start, stream: out, now: () => time });
    for (let i = start / 100 + 1; i <= last; i++) {
      time += seconds * 1000;
      progress.show(batch(i, 100));
      progress.show(epoch(i));
    }
  }
  return out.text().split("\n").slice(0, -1);
}

Deno.test("trainingProgress() writes a line per epoch into a log when epochs are long", () => {
  assert.deepEqual(log(3, { seconds: 20 }), [
    "epoch 1/3  loss 143.25 (reconstruction 137.13, KL 6.1250)  test 144.50  5 examples/s  40 s left",
    "epoch 2/3  loss 143.25 (reconstruction 137.13, KL 6.1250)  test 144.50  5 examples/s  20 s left",
    "epoch 3/3  loss 143.25 (reconstruction 137.13, KL 6.1250)  test 144.50  5 examples/s  in 1 min 0 s",
  ]);
});

Deno.test("trainingProgress() tells learned df, and of many the least and the most", () => {
  const line = (df: readonly number[]) => {
    const out = stream();
    {
      using progress = trainingProgress({ epochs: 1, examples: 100, stream: out, now: () => 0 });
      progress.show({ kind: "epoch", epoch: 1, step: 1, train: MEANS, test: TEST, df });
    }
    return out.text();
  };
  assert.match(line([4.8765]), /test 144\.50 {2}df 4\.88/);
  assert.match(line([4.8765, 12.34]), /test 144\.50 {2}df 4\.88 12\.3/);
  assert.match(line([5, 3, 9, 4, 6]), /test 144\.50 {2}df 3\.00 to 9\.00/);
});

Deno.test("trainingProgress() writes a line in ten seconds when epochs are short, and the first and last", () => {
  const epochs = log(100, { seconds: 1 }).map((line) => Number(/epoch +(\d+)\/100/.exec(line)?.[1]));
  assert.deepEqual(epochs, [1, 11, 21, 31, 41, 51, 61, 71, 81, 91, 100]);
});

Deno.test("trainingProgress() ends a log with where an interrupted run stands", () => {
  assert.match(log(100, { seconds: 1, last: 5 }).at(-1) ?? "", /^epoch {3}5\/100 /);
});

Deno.test("trainingProgress() reckons the time left of a resumed run from what it has done itself", () => {
  assert.match(log(10, { seconds: 20, start: 800 })[0], /^epoch {2}9\/10 .* {2}20 s left$/);
});

Deno.test("trainingProgress() keeps a terminal's line within its width and tells most where there is room", () => {
  for (const columns of [200, 120, 80, 50, 20]) {
    const out = stream({ columns });
    let time = 0;
    {
      using progress = trainingProgress({ epochs: 20, examples: 100, stream: out, now: () => time });
      time = 2000;
      progress.show(batch(1, 50));
      progress.show(epoch(1));
      progress.show(batch(2, 50));
    }
    const frames = out.frames();
    assert.match(frames.at(-1) ?? "", /^epoch {2}2\/20 /);
    for (const frame of frames) assert.ok(frame.length <= columns, `${frame.length} > ${columns}: ${frame}`);
    if (columns >= 120) {
      assert.match(
        frames.at(-1) ?? "",
        /━─.* loss 143\.25 \(reconstruction 137\.13, KL 6\.1250\) {2}test 144\.50/,
      );
    }
    if (columns === 50) assert.match(frames.at(-1) ?? "", /━─.* loss 143\.25$/);
    if (columns === 80) assert.match(frames.at(-1) ?? "", /━─.* loss 143\.25 \(rec\. 137\.13, KL 6\.1250\) /);
  }
});
