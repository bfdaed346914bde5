import assert from "node:assert/strict";
import { countProgress } from "../../../scripts/cli/count_progress.ts";
import { stream } from "./stream.ts";

Deno.test("countProgress() on a terminal draws a bar with the count and the time left", () => {
  let now = 0;
  const terminal = stream({ columns: 80 });
  {
    using progress = countProgress({ name: "counting", total: 4000, stream: terminal, now: () => now });
    now = 3000;
    progress.show(1000);
  }
  assert.equal(
    terminal.frames().at(-1)?.trim(),
    `counting ${"━".repeat(8)}${"─".repeat(22)} 1,000 of 4,000 examples  9 s left`,
  );
});

Deno.test("countProgress() in a log writes a line at most every ten seconds", () => {
  let now = 0;
  const log = stream();
  using progress = countProgress({ name: "counting", total: 400, stream: log, now: () => now });
  for (let done = 10; done <= 400; done += 10) {
    now += 700;
    progress.show(done);
  }
  assert.equal(
    log.text(),
    "counting  150 of 400 examples  18 s left\ncounting  300 of 400 examples  7 s left\n",
  );
});
