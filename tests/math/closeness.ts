import assert from "node:assert/strict";

/** Asserts |actual - expected| <= tolerance max(1, |expected|). */
export function near(actual: number, expected: number, tolerance: number): void {
  within(actual, expected, tolerance * Math.max(1, Math.abs(expected)));
}

/** Asserts |actual - expected| <= tolerance |expected|. */
export function relative(actual: number, expected: number, tolerance: number): void {
  within(actual, expected, tolerance * Math.abs(expected));
}

/** Asserts |actual - expected| <= tolerance max(0.01, |expected|), below which a gradient does nothing. */
export function gradientNear(actual: number, expected: number, tolerance: number): void {
  within(actual, expected, tolerance * Math.max(1e-2, Math.abs(expected)));
}

function within(actual: number, expected: number, limit: number): void {
  assert.ok(
    actual === expected || Math.abs(actual - expected) <= limit,
    `${actual} is not ${expected}: off by ${Math.abs(actual - expected)}, at most ${limit} allowed`,
  );
}
