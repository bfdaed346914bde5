import assert from "node:assert/strict";
import { bar, count, dataSize, duration } from "../../../scripts/cli/format.ts";

Deno.test("duration() rounds up and keeps the two largest units", () => {
  const cases = [[0.2, "1 s"], [59, "59 s"], [59.1, "1 min 0 s"], [80, "1 min 20 s"], [
    7512,
    "2 h 5 min",
  ]] as const;
  for (const [seconds, text] of cases) assert.equal(duration(seconds), text);
});

Deno.test("dataSize() uses decimal units", () => {
  const cases = [[0, "0 B"], [999, "999 B"], [28881, "28.9 kB"], [9912422, "9.9 MB"], [
    2e9,
    "2.0 GB",
  ]] as const;
  for (const [bytes, text] of cases) assert.equal(dataSize(bytes), text);
});

Deno.test("count() separates thousands", () => {
  assert.equal(count(1234567.8), "1,234,568");
});

Deno.test("bar() is as wide as asked and clamps the fraction", () => {
  assert.equal(bar(0.5, 4), "━━──");
  assert.equal(bar(2, 3), "━━━");
  assert.equal(bar(-1, 3), "───");
  assert.equal(bar(0.5, -2), "");
});
