/**
 * Philox4x32-10, a counter-based random number generator: noise is a function of (seed, stream, counter).
 *
 * There is no state to save. The same {@linkcode NoiseKey} gives the same integers on every machine, with any
 * number of threads, before and after a resume. The key words are (seed mod 2^32, floor(seed / 2^32)); the
 * counter words are (row, step, stream, dimension + 2^16 draw).
 *
 * Source: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".
 *
 * @module
 */

/** What noise is for, and its counter word. The numbers are part of every run's meaning: never renumber. */
export const STREAM = {
  initialWeights: 0,
  shuffle: 1,
  latent: 2,
  secondLatent: 3,
  evaluation: 4,
  generation: 5,
  data: 6,
  outliers: 7,
  search: 8,
} as const;

/** The name of a stream. */
export type Stream = keyof typeof STREAM;

/** Names one family of draws. Two draws with the same key and place are the same number. */
export interface NoiseKey {
  /** An integer from 0 to 2^53 - 1. */
  readonly seed: number;
  /** What the noise is for. */
  readonly stream: Stream;
  /** The global training step, or any other 32-bit index; 0 by default. */
  readonly step?: number;
  /** The sample index k where one place is drawn several times, below 2^16; 0 by default. */
  readonly draw?: number;
}

/** How many draws. */
export interface NoiseShape {
  /** How many rows, with ids 0 to rows - 1, or the row ids themselves. */
  readonly rows: number | Uint32Array;
  /** Draws in each row, at most 2^16. */
  readonly dimensions: number;
}

const TWO_POW_16 = 0x10000;
const TWO_POW_32 = 0x100000000;

const ROUNDS = 10;
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/** High 32 bits of a 64-bit product, from 16-bit halves because a double cannot hold the product. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff, aHigh = a >>> 16, bLow = b & 0xffff, bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) >>> 0;
  const carry = (Math.imul(aLow, bHigh) + (middle & 0xffff)) >>> 16;
  return Math.imul(aHigh, bHigh) + (middle >>> 16) + carry;
}

/**
 * Encrypts a 128-bit counter under a 64-bit key: four uniform 32-bit words.
 *
 * @param counter four 32-bit words
 * @param key two 32-bit words
 * @param out receives the words, to spare an allocation; may be `counter` itself
 * @returns `out`, or a new array of four words
 *
 * @example
 * ```ts
 * import { philox4x32 } from "./philox.ts";
 * import assert from "node:assert/strict";
 *
 * const words = philox4x32([0, 0, 0, 0], [0, 0]);
 * assert.equal(words[0], 0x6627e8d5);
 * ```
 *
 * Source: Salmon et al. 2011; the Random123 library gives the same words.
 */
export function philox4x32(
  counter: ArrayLike<number>,
  key: ArrayLike<number>,
  out: Uint32Array = new Uint32Array(4),
): Uint32Array {
  let c0 = counter[0] | 0, c1 = counter[1] | 0, c2 = counter[2] | 0, c3 = counter[3] | 0;
  let k0 = key[0] | 0, k1 = key[1] | 0;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0), low0 = Math.imul(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2), low1 = Math.imul(MULTIPLIER_1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
  return out;
}

/**
 * Maps a 32-bit word to (0, 1): ((word >>> 9) + 1/2) 2^-23, exact in float32, symmetric about 1/2.
 *
 * @param word a 32-bit word
 * @returns one of 2^23 equidistant values, never 0 or 1
 */
export function uniform23(word: number): number {
  return ((word >>> 9) + 0.5) * 2 ** -23;
}

/**
 * Maps 53 bits of two words to (0, 1): ((hi >>> 5) 2^26 + (lo >>> 6)) 2^-53.
 *
 * All bits zero give 2^-54 instead of 0, so that the logarithm stays finite.
 *
 * @param hi the word that gives the upper 27 bits
 * @param lo the word that gives the lower 26 bits
 * @returns a multiple of 2^-53, never 0 or 1
 */
export function uniform53(hi: number, lo: number): number {
  return ((hi >>> 5) * 2 ** 26 + (lo >>> 6) || 0.5) * 2 ** -53;
}

/**
 * The (U, V) of the polar method for every (row, dimension): words 0 and 1 of its own block, 23 bits each.
 *
 * @param key which noise
 * @param shape row ids and dimensions
 * @returns `u` and `v`, row-major `[rows, dimensions]`, in (0, 1)
 * @throws {RangeError} if a seed, step, draw, row count or dimension is out of range
 *
 * @example
 * ```ts
 * import { uniformPairs } from "./philox.ts";
 * import assert from "node:assert/strict";
 *
 * const key = { seed: 1, stream: "latent", step: 7 } as const;
 * const all = uniformPairs(key, { rows: 4, dimensions: 3 });
 * const last = uniformPairs(key, { rows: Uint32Array.of(3), dimensions: 3 });
 * assert.deepEqual(last.u, all.u.slice(9)); // a row's noise does not depend on the rows beside it
 * ```
 */
export function uniformPairs(key: NoiseKey, shape: NoiseShape): { u: Float32Array; v: Float32Array } {
  const u = new Float32Array(sizeOf(shape));
  const v = new Float32Array(u.length);
  eachBlock(key, shape, (i, words) => {
    u[i] = uniform23(words[0]);
    v[i] = uniform23(words[1]);
  });
  return { u, v };
}

/**
 * Standard normal draws, one block each: sqrt(-2 ln U) cos(2 pi V) with U and V of 53 bits.
 *
 * The sine that Box–Muller also offers is not used: a draw is then a function of its row and dimension alone.
 *
 * @param key which noise
 * @param shape row ids and dimensions
 * @returns row-major `[rows, dimensions]`
 * @throws {RangeError} if a seed, step, draw, row count or dimension is out of range
 *
 * Source: Box & Muller 1958, "A note on the generation of random normal deviates".
 */
export function normals(key: NoiseKey, shape: NoiseShape): Float64Array {
  const z = new Float64Array(sizeOf(shape));
  eachBlock(key, shape, (i, words) => {
    const radius = Math.sqrt(-2 * Math.log(uniform53(words[0], words[1])));
    z[i] = radius * Math.cos(2 * Math.PI * uniform53(words[2], words[3]));
  });
  return z;
}

/**
 * A function that returns the next 53-bit uniform in (0, 1) at each call, two from each block of rows 0, 1, ….
 *
 * It reads the same blocks as the other functions of this module would at dimension 0: give it a key of its own.
 * After 2^33 draws it starts again.
 *
 * @param key which noise
 * @returns the generator; independent of every other one with another key
 * @throws {RangeError} if a seed, step or draw is out of range
 *
 * @example
 * ```ts
 * import { generator } from "./philox.ts";
 *
 * const random = generator({ seed: 0, stream: "data" });
 * const angle = 2 * Math.PI * random();
 * ```
 */
export function generator(key: NoiseKey): () => number {
  const { counter, words: keyWords } = encode(key);
  const block = new Uint32Array(4);
  let second = false;
  return () => {
    if (second) {
      second = false;
      return uniform53(block[2], block[3]);
    }
    philox4x32(counter, keyWords, block);
    counter[0]++;
    second = true;
    return uniform53(block[0], block[1]);
  };
}

/**
 * A random order of 0 … n - 1, by Fisher–Yates from the last place down: j = floor((i + 1) U), swap i and j.
 *
 * U is the next value of {@linkcode generator}, so that no order's probability is off by more than n^2 2^-53
 * relative. It depends on the key and n alone.
 *
 * @param n how many, an integer from 0 to 2^32 - 1
 * @param key which noise
 * @returns each of 0 … n - 1 once
 * @throws {RangeError} if n, seed, step or draw is out of range
 *
 * Source: Durstenfeld 1964, "Algorithm 235: Random permutation".
 */
export function permutation(n: number, key: NoiseKey): Uint32Array {
  requireInteger("n", n, TWO_POW_32 - 1);
  const random = generator(key);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor((i + 1) * random());
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Calls `visit(flat index, words)` for every (row, dimension); the words are reused between calls. */
function eachBlock(
  key: NoiseKey,
  { rows, dimensions }: NoiseShape,
  visit: (index: number, words: Uint32Array) => void,
): void {
  const { counter, words: keyWords } = encode(key);
  const first = counter[3];
  const block = new Uint32Array(4);
  const count = typeof rows === "number" ? rows : rows.length;
  for (let row = 0, index = 0; row < count; row++) {
    counter[0] = typeof rows === "number" ? row : rows[row];
    for (let dimension = 0; dimension < dimensions; dimension++) {
      counter[3] = first + dimension;
      visit(index++, philox4x32(counter, keyWords, block));
    }
  }
}

/** The key words, and the counter of row 0 and dimension 0. */
function encode(
  { seed, stream, step = 0, draw = 0 }: NoiseKey,
): { counter: Uint32Array; words: Uint32Array } {
  if (!Object.hasOwn(STREAM, stream)) {
    throw new RangeError(
      `Cannot draw noise: stream must be one of ${Object.keys(STREAM).join(", ")}, got ${stream}`,
    );
  }
  requireInteger("seed", seed, Number.MAX_SAFE_INTEGER);
  requireInteger("step", step, TWO_POW_32 - 1);
  requireInteger("draw", draw, TWO_POW_16 - 1);
  return {
    counter: Uint32Array.of(0, step, STREAM[stream], draw * TWO_POW_16),
    words: Uint32Array.of(seed % TWO_POW_32, Math.floor(seed / TWO_POW_32)),
  };
}

function sizeOf({ rows, dimensions }: NoiseShape): number {
  const count = typeof rows === "number" ? rows : rows.length;
  requireInteger("rows", count, TWO_POW_32 - 1);
  requireInteger("dimensions", dimensions, TWO_POW_16);
  return count * dimensions;
}

function requireInteger(name: string, value: number, largest: number): void {
  if (!Number.isInteger(value) || value < 0 || value > largest) {
    throw new RangeError(`Cannot draw noise: ${name} must be an integer from 0 to ${largest}, got ${value}`);
  }
}
