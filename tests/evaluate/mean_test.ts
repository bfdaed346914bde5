import assert from "node:assert/strict";
import { columns, mean } from "../../lib/evaluate/mean.ts";
import { metricOf, metricOfSeveral } from "../../lib/evaluate/metric.ts";
import { near } from "../math/closeness.ts";

/** A few roundings of numbers near 1. */
const ROUNDING = 1e-14;

Deno.test("mean() is the sample mean with its standard error", () => {
  const { value, standardError } = mean([2, 4, 4, 4, 5, 5, 7, 9]);
  near(value, 5, ROUNDING);
  near(standardError, Math.sqrt(32 / 7 / 8), ROUNDING); // squares of deviations add up to 32
  assert.deepEqual(mean([7]), { value: 7, standardError: NaN });
  assert.ok(Number.isNaN(mean([]).value));
});

Deno.test("columns() takes a row-major matrix apart", () => {
  assert.deepEqual(columns([1, 2, 3, 4, 5, 6], 2), [Float64Array.of(1, 3, 5), Float64Array.of(2, 4, 6)]);
});

Deno.test("metricOf() and metricOfSeveral() leave out a standard error that is not known", () => {
  const words = { unit: "nats", definition: "of a thing" };
  assert.deepEqual(metricOf(mean([7]), words), { value: 7, ...words });
  assert.deepEqual(metricOfSeveral([mean([1, 3]), mean([5, 5])], words), {
    value: [2, 5],
    ...words,
    standardError: [1, 0],
  });
});
