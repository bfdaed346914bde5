import assert from "node:assert/strict";
import { compare, turnOrder } from "../../bench/peers/race.ts";

Deno.test("turnOrder() gives everyone the same mean place over two rounds", () => {
  const names = ["a", "b", "c"];
  assert.deepEqual([0, 1, 2].map((round) => turnOrder(names, round).join("")), ["abc", "cba", "abc"]);
});

Deno.test("compare() takes minima and medians of odd and even numbers of turns, unsorted", () => {
  const { summaries } = compare(new Map([["odd", [9, 1, 10]], ["even", [10, 2, 9, 4]]]), []);
  assert.deepEqual(summaries.get("odd"), { milliseconds: { min: 1, median: 9 } });
  assert.deepEqual(summaries.get("even"), { milliseconds: { min: 2, median: 6.5 } });
});

Deno.test("compare() refers to the least median among the references that took part", () => {
  const times = new Map([
    ["ours", [1, 3, 5]],
    ["slow", [1, 9, 9]],
    ["fast", [2, 4, 8]],
  ]);
  const { reference, summaries } = compare(times, ["absent", "slow", "fast"]);
  assert.equal(reference, "fast");
  assert.deepEqual(summaries.get("ours")!.ratio, { min: 0.5, median: 0.75 });
  assert.deepEqual(summaries.get("fast")!.ratio, { min: 1, median: 1 });
});

Deno.test("compare() has no ratios where no reference took part", () => {
  const { reference, summaries } = compare(new Map([["ours", [1]]]), ["absent"]);
  assert.equal(reference, undefined);
  assert.equal(summaries.get("ours")!.ratio, undefined);
});
