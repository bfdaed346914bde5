import assert from "node:assert/strict";
import { parseSweepFile } from "../../../../lib/run/sweep/file.ts";
import { expandSweep } from "../../../../lib/run/sweep/sweep.ts";
import type { CellReport } from "../../../../lib/run/sweep/report.ts";
import { bestOf, type Snapshot } from "../../../../scripts/cli/sweep/board.ts";
import { sweepProgress } from "../../../../scripts/cli/sweep/progress.ts";
import { stream } from "../stream.ts";

const file = parseSweepFile({ grid: { "latent.df": [3, "learned"], seed: [0, 1] } }, "s.json");
const sweep = await expandSweep({ ...file, base: { epochs: 20 } }, "s.json");

function report(index: number, epoch: number, value?: number): CellReport {
  return { cell: sweep.cells[index], state: "running", epoch, epochs: 20, seconds: 1, value };
}

/** Milliseconds after which a terminal has certainly been drawn. */
const REDRAW = 700;

const SNAPSHOT: Snapshot = {
  cells: 4,
  done: 1,
  stopped: 0,
  failed: 1,
  running: [{ report: report(2, 5, 98.123456), failure: "killed by SIGKILL" }, { report: report(3, 0) }],
  best: report(2, 5, 98.123456),
  secondsLeft: 80,
};

Deno.test("sweepProgress() writes events and the whole into a log, a line each", () => {
  const out = stream();
  {
    using progress = sweepProgress(sweep, { jobs: 2, stream: out });
    progress.begin("0003 begins");
    progress.event("0001 done");
    progress.show(SNAPSHOT);
    progress.show({
      ...SNAPSHOT,
      done: 3,
      stopped: 1,
      failed: 0,
      running: [],
      best: undefined,
      secondsLeft: 0,
    });
  }
  assert.deepEqual(out.text().split("\n"), [
    "0003 begins",
    "0001 done",
    "1/4 done  1 failed  best validation.loss 98.1235 (0002)  1 min 20 s left  running 0002 epoch  6/20, 0003 epoch  1/20",
    "3/4 done  1 given up",
    "",
  ]);
});

Deno.test("sweepProgress() draws a row for every cell under way on a terminal, and never a line too long", async () => {
  const frames = async (columns: number) => {
    const out = stream({ columns });
    {
      using progress = sweepProgress(sweep, { jobs: 2, stream: out });
      progress.event("0001 done");
      progress.show(SNAPSHOT);
      await new Promise((resolve) => setTimeout(resolve, REDRAW));
    }
    return out.frames();
  };
  const [wide, narrow] = await Promise.all([frames(150), frames(40)]);
  assert.deepEqual(wide.filter((line) => line.trim() !== ""), [
    "0001 done",
    "━━━───────── 1/4 done  1 failed  best validation.loss 98.1235 (0002)  1 min 20 s left",
    "  0002 ━━━───────── epoch  6/20  validation.loss 98.1235  latent.df=learned seed=0  again, after: killed by SIGKILL",
    "  0003 ──────────── epoch  1/20  latent.df=learned seed=1",
  ]);
  assert.ok(narrow.length > 3);
  for (const line of narrow) assert.ok(line.length < 40, line);
});

Deno.test("bestOf() gives the best value in the sweep's direction, the first of equals", () => {
  const reports = [report(0, 1), report(1, 1, 2), report(2, 1, 1), report(3, 1, 1)];
  assert.equal(bestOf(reports, { direction: "min" }), reports[2]);
  assert.equal(bestOf(reports, { direction: "max" }), reports[1]);
  assert.equal(bestOf(reports.slice(0, 1), { direction: "min" }), undefined);
});
