import assert from "node:assert/strict";
import type { StoredTensor } from "../../../lib/run/evaluation.ts";
import { tailRecords } from "../../../scripts/cli/tails.ts";

/** Each array has its place in the list for values. */
function stored(names: readonly string[]): Map<string, StoredTensor> {
  return new Map(names.map((name, i) => [name, { shape: [2], data: Float32Array.of(i, i) }]));
}

Deno.test("tailRecords() has the data first, then the sources that were asked for, in one order", () => {
  const arrays = stored([
    "loc",
    "survival/posterior",
    "survival/prior",
    "survival/radius",
    "survival/data",
    "latentSurvival/radius",
    "latentSurvival/prior",
    "latentSurvival/posterior",
    "latentSurvival/posterior-test",
  ]);
  const { x, z } = tailRecords(arrays)!;
  const curves = ({ curves }: typeof x) =>
    curves.map(({ name, role, survival }) => [name, role, survival[0]]);
  assert.equal(x.radius[0], 3);
  assert.deepEqual(curves(x), [["data", "data", 4], ["prior", "source", 2], ["posterior", "source", 1]]);
  assert.equal(z.radius[0], 5);
  assert.deepEqual(curves(z), [
    ["aggregate posterior", "data", 8],
    ["prior", "source", 6],
    ["posterior", "source", 7],
  ]);
});

Deno.test("tailRecords() of an evaluation without tails is undefined", () => {
  assert.equal(tailRecords(stored(["loc", "samples"])), undefined);
});
