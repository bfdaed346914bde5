/**
 * Whether two sets of draws come from one distribution: the maximum mean discrepancy of a Gaussian (RBF) kernel.
 *
 * MMD² = E k(x, x') + E k(y, y') − 2 E k(x, y), k(x, y) = exp(−|x − y|²/(2 h²)); 0 where the distributions are equal. The
 * estimates here are unbiased, and so below 0 about as often as above where they are.
 *
 * Source: Gretton, Borgwardt, Rasch, Schölkopf & Smola 2012, "A kernel two-sample test".
 *
 * @module
 */

import { generator, type NoiseKey, permutation } from "../math/philox.ts";
import { mean } from "./mean.ts";
import { checkRows } from "./moments.ts";

/** Two sets of draws, `[rows, dimensions]` row-major. */
export interface TwoSamples {
  /** Of one distribution. */
  readonly x: ArrayLike<number>;
  /** Of the other. */
  readonly y: ArrayLike<number>;
}

/** The kernel, and how the p-value is found. */
export interface MmdOptions {
  /** Columns of a row. */
  readonly dimensions: number;
  /** h, > 0; {@linkcode medianBandwidth} of all rows by default. */
  readonly bandwidth?: number;
  /** How often rows are exchanged between the sets; 0, and no p-value, by default. */
  readonly permutations?: number;
  /** Decides the exchanges; 0 by default. */
  readonly seed?: number;
}

/** An estimate of MMD². */
export interface Mmd {
  /** MMD², unbiased. */
  readonly value: number;
  /** How far it would move with other draws, one standard deviation. */
  readonly standardError: number;
  /** h that was used. */
  readonly bandwidth: number;
  /**
   * (1 + exchanges with at least this MMD²)/(1 + exchanges): at most p with probability p if both sets have one
   * distribution.
   */
  readonly pValue?: number;
}

/** Exchanges that the p-values of metrics are counted from; the least that one can be is 0.005. */
export const PERMUTATIONS = 199;

/** Rows that a median of distances is taken of, at most. */
const MEDIAN_ROWS = 1000;

/**
 * The median Euclidean distance between two rows: of all pairs among the first 500 of x and of y.
 *
 * @param samples two sets of draws
 * @param options `dimensions`
 * @returns h > 0; 1 where more than half of all pairs are equal
 * @throws {TypeError} if a set is not whole rows
 * @throws {RangeError} if a value is not finite, or a set is empty
 */
export function medianBandwidth(
  samples: TwoSamples,
  { dimensions }: { readonly dimensions: number },
): number {
  const { points, rows: [left, right] } = pooled(samples, { dimensions, most: MEDIAN_ROWS / 2, least: 1 });
  const count = left + right;
  const distances = new Float64Array(count * (count - 1) / 2);
  let pair = 0;
  for (let a = 1; a < count; a++) {
    for (let b = 0; b < a; b++) distances[pair++] = squaredDistance(points, { a, b, dimensions });
  }
  distances.sort();
  const [below, above] = [Math.floor((pair - 1) / 2), Math.ceil((pair - 1) / 2)];
  return (Math.sqrt(distances[below]) + Math.sqrt(distances[above])) / 2 || 1;
}

/**
 * MMD² over all pairs of rows, in time and memory that grow with the square of their number.
 *
 * @param samples two sets of draws, two rows each at least
 * @param options the kernel, and how the p-value is found
 * @returns MMD² with its standard error and p-value
 * @throws {TypeError} if a set is not whole rows
 * @throws {RangeError} if a value is not finite, a set has fewer than two rows, or an option is out of range
 *
 * @example
 * ```ts
 * import { quadraticMmd } from "./mmd.ts";
 * import { sample } from "../math/normal.ts";
 * import assert from "node:assert/strict";
 *
 * const shape = { rows: 100, dimensions: 2 };
 * const x = sample({ seed: 0, stream: "data" }, shape);
 * const y = sample({ seed: 1, stream: "data" }, { ...shape, loc: 1 });
 * const { pValue } = quadraticMmd({ x, y }, { dimensions: 2, permutations: 99 });
 * assert.equal(pValue, 0.01);
 * ```
 *
 * Source: Gretton et al. 2012, equation 3; the standard error is that of a U-statistic's projection (Hoeffding 1948).
 */
export function quadraticMmd(samples: TwoSamples, options: MmdOptions): Mmd {
  const { dimensions, bandwidth, permutations, seed } = checkedOptions(samples, options);
  const { points, rows: [m, n] } = pooled(samples, { dimensions, least: 2 });
  const count = m + n;
  const kernels = new Float32Array(count * count);
  const sums = new Float64Array(count), ownSums = new Float64Array(count);
  for (let a = 1; a < count; a++) {
    for (let b = 0; b < a; b++) {
      const value = Math.exp(-squaredDistance(points, { a, b, dimensions }) / (2 * bandwidth ** 2));
      kernels[a * count + b] = kernels[b * count + a] = value;
      for (const row of [a, b]) sums[row] += kernels[a * count + b];
      if (a < m || b >= m) { for (const row of [a, b]) ownSums[row] += kernels[a * count + b]; }
    }
  }
  const total = sums.reduce((sum, value) => sum + value, 0);
  const statistic = (order: Uint32Array) => {
    // Sums over the pairs inside x and, from the rows' sums, across and inside y.
    let within = 0, rowSums = 0;
    for (let i = 0; i < m; i++) {
      const start = order[i] * count;
      for (let j = 0; j < i; j++) within += kernels[start + order[j]];
      rowSums += sums[order[i]];
    }
    const across = rowSums - 2 * within;
    const rest = total - 2 * across - 2 * within;
    return 2 * within / (m * (m - 1)) + rest / (n * (n - 1)) - 2 * across / (m * n);
  };
  const value = statistic(Uint32Array.from({ length: count }, (_, i) => i));
  // Half of what each row adds to an estimate that is linear in the rows, to first order.
  const parts = sums.map((sum, i) =>
    i < m ? ownSums[i] / (m - 1) - (sum - ownSums[i]) / n : ownSums[i] / (n - 1) - (sum - ownSums[i]) / m
  );
  const [x, y] = [parts.subarray(0, m), parts.subarray(m)].map((rows) => mean(rows).standardError);
  const exchanged = (key: NoiseKey) => statistic(permutation(count, key));
  return {
    value,
    standardError: 2 * Math.hypot(x, y),
    bandwidth,
    ...pValue(value, { exchanged, permutations, seed }),
  };
}

/**
 * MMD² over disjoint pairs of rows, (x₁, x₂, y₁, y₂), (x₃, x₄, y₃, y₄), …: quick for many draws, and normal for them.
 *
 * The p-value is from exchanges inside the pairs alone, of x₂ with y₂, x₄ with y₄, …: each turns the sign of what its pair
 * adds, so that they cost no kernels.
 *
 * @param samples two sets of draws, two rows each at least; what one has more than the other is left out, as is an odd row
 * @param options the kernel, and how the p-value is found
 * @returns MMD² with its standard error and p-value
 * @throws {TypeError} if a set is not whole rows
 * @throws {RangeError} if a value is not finite, a set has fewer than two rows, or an option is out of range
 *
 * Source: Gretton et al. 2012, section 6.
 */
export function linearTimeMmd(
  samples: TwoSamples,
  options: MmdOptions,
): Mmd {
  const { dimensions, bandwidth, permutations, seed } = checkedOptions(samples, options);
  const shorter = Math.min(samples.x.length, samples.y.length) / dimensions;
  const most = shorter - shorter % 2;
  const { points } = pooled(samples, { dimensions, most, least: 2 });
  const kernel = (a: number, b: number) =>
    Math.exp(-squaredDistance(points, { a, b, dimensions }) / (2 * bandwidth ** 2));
  const differences = Float64Array.from({ length: most / 2 }, (_, pair) => {
    const [x1, y1] = [2 * pair, most + 2 * pair];
    const [x2, y2] = [x1 + 1, y1 + 1];
    return kernel(x1, x2) + kernel(y1, y2) - kernel(x1, y2) - kernel(x2, y1);
  });
  const { value, standardError } = mean(differences);
  const exchanged = (key: NoiseKey) => {
    const random = generator(key);
    let bits = 0, sum = 0;
    for (let i = 0; i < differences.length; i++) {
      if (i % 32 === 0) bits = Math.floor(2 ** 32 * random());
      sum += (bits >>> i % 32) & 1 ? -differences[i] : differences[i];
    }
    return sum / differences.length;
  };
  return { value, standardError, bandwidth, ...pValue(value, { exchanged, permutations, seed }) };
}

/** Rounding may move a statistic of the same rows in another order by this much. */
const TIE = 1e-12;

function pValue(
  value: number,
  { exchanged, permutations, seed }: {
    /** MMD² after an exchange that the noise decides. */
    readonly exchanged: (key: NoiseKey) => number;
    readonly permutations: number;
    readonly seed: number;
  },
): { pValue?: number } {
  if (permutations === 0) return {};
  let atLeast = 1;
  for (let step = 1; step <= permutations; step++) {
    // Step 0 of this stream is the noise of measured examples.
    if (exchanged({ seed, stream: "evaluation", step }) >= value - TIE) atLeast++;
  }
  return { pValue: atLeast / (1 + permutations) };
}

function checkedOptions(
  samples: TwoSamples,
  { dimensions, bandwidth, permutations = 0, seed = 0 }: MmdOptions,
): Required<MmdOptions> {
  if (!Number.isInteger(permutations) || permutations < 0) {
    throw new RangeError(`Cannot estimate MMD: permutations must be an integer >= 0, got ${permutations}`);
  }
  if (bandwidth !== undefined && !(bandwidth > 0 && bandwidth < Infinity)) {
    throw new RangeError(`Cannot estimate MMD: bandwidth must be finite and > 0, got ${bandwidth}`);
  }
  return { dimensions, bandwidth: bandwidth ?? medianBandwidth(samples, { dimensions }), permutations, seed };
}

/** The rows of x and after them those of y, `most` of each at most; and how many of each. */
function pooled(
  { x, y }: TwoSamples,
  { dimensions, most = Infinity, least }: {
    readonly dimensions: number;
    readonly most?: number;
    readonly least: number;
  },
): { points: Float64Array; rows: readonly [x: number, y: number] } {
  for (const values of [x, y]) checkRows(values, { action: "estimate MMD", dimensions, least });
  const rows = [x, y].map(({ length }) => Math.min(length / dimensions, most));
  const points = new Float64Array((rows[0] + rows[1]) * dimensions);
  for (let i = 0; i < rows[0] * dimensions; i++) points[i] = x[i];
  for (let i = 0; i < rows[1] * dimensions; i++) points[rows[0] * dimensions + i] = y[i];
  return { points, rows: [rows[0], rows[1]] };
}

function squaredDistance(
  points: Float64Array,
  { a, b, dimensions }: { readonly a: number; readonly b: number; readonly dimensions: number },
): number {
  const [left, right] = [a * dimensions, b * dimensions];
  let sum = 0;
  for (let i = 0; i < dimensions; i++) sum += (points[left + i] - points[right + i]) ** 2;
  return sum;
}
