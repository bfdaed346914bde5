/**
 * Guessing which name was meant.
 *
 * @module
 */

import { distance } from "fastest-levenshtein";

/** A guess that changes more than this part of the letters is no help, … */
const FARTHEST = 0.4;

/** … unless what was given is a part of it, and long enough for that to be no accident. */
const SHORTEST_PART = 3;

/**
 * The candidate that a mistyped name most resembles; case and punctuation do not count.
 *
 * @param name what was given
 * @param candidates the valid names
 * @returns the nearest, the first of equals; undefined where none is near
 *
 * @example
 * ```ts
 * import { nearest } from "./nearest.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(nearest("mnits", ["glyphs", "mnist"]), "mnist");
 * assert.equal(nearest("batch-size", ["batchSize", "seed"]), "batchSize");
 * assert.equal(nearest("wasm", ["tfjs-webgpu", "tfjs-wasm"]), "tfjs-wasm");
 * assert.equal(nearest("imagenet", ["glyphs", "mnist"]), undefined);
 * ```
 */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const given = letters(name);
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    const valid = letters(candidate);
    const changed = distance(given, valid) / Math.max(given.length, valid.length);
    const near = changed <= FARTHEST || (given.length >= SHORTEST_PART && valid.includes(given));
    if (near && changed < least) [best, least] = [candidate, changed];
  }
  return best;
}

/**
 * The end of an error message about an unknown name.
 *
 * @param name what was given; anything but text has no nearest name
 * @param candidates the valid names
 * @returns `; did you mean <nearest>?`, or nothing where none is near
 */
export function didYouMean(name: unknown, candidates: readonly string[]): string {
  const guess = typeof name === "string" ? nearest(name, candidates) : undefined;
  return guess === undefined ? "" : `; did you mean ${guess}?`;
}

function letters(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}
