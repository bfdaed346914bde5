/**
 * A mixture of Gaussians of full covariances, fitted to draws.
 *
 * @module
 */

import { affineRows } from "../math/cholesky.ts";
import { generator, type NoiseKey, normals, uniformPairs } from "../math/philox.ts";
import type { FittedDensity } from "./fit_student_t.ts";
import { checkRows, logDeterminant, moments, squaredDistances } from "./moments.ts";

/** One Gaussian of a mixture. */
export interface GaussianComponent {
  /** Its part of all draws. */
  readonly weight: number;
  /** `[dimensions]` */
  readonly loc: Float64Array;
  /** L with L Lᵀ the covariance, `[dimensions, dimensions]` row-major. */
  readonly lower: Float64Array;
}

/** Several Gaussians. */
export interface FittedGaussianMixture extends FittedDensity {
  /** Heaviest first. */
  readonly components: readonly GaussianComponent[];
}

/** How many Gaussians, and where they start. */
export interface GaussianMixtureOptions {
  /** Columns of a row. */
  readonly dimensions: number;
  /** How many Gaussians; those left with fewer rows than a covariance needs are dropped. */
  readonly components: number;
  /** Decides the rows that are first centres; 0 by default. */
  readonly seed?: number;
}

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** A log-likelihood that rises by less, in nats per row, has come to its end. */
const SMALLEST_RISE = 1e-5;

/** EM is slow where Gaussians overlap, and then not worth waiting for. */
const MOST_ITERATIONS = 100;

/** The noise of first centres has a step of its own: the others of this stream are counted from 0. */
const STEP = 2 ** 32 - 1;

/**
 * Maximum likelihood by EM, from centres spread by k-means++ and the nearest rows of each: a local maximum, which depends
 * on the seed.
 *
 * @param draws `[rows, dimensions]` row-major, at least dimensions + 1 rows for each component
 * @param options how many Gaussians, and where they start
 * @returns the distribution
 * @throws {TypeError} if values are not whole rows
 * @throws {RangeError} if a value is not finite, there are too few rows, or components is not an integer > 0
 *
 * Source: Dempster, Laird & Rubin 1977, "Maximum likelihood from incomplete data via the EM algorithm"; Arthur &
 * Vassilvitskii 2007, "k-means++: the advantages of careful seeding".
 *
 * @example
 * ```ts
 * import { fitGaussianMixture } from "./fit_gaussian_mixture.ts";
 * import assert from "node:assert/strict";
 *
 * const { components } = fitGaussianMixture([-1, 0, 1, 9, 10, 11], { dimensions: 1, components: 2 });
 * assert.deepEqual(components.map(({ loc }) => Math.round(loc[0])).sort(), [0, 10]);
 * ```
 */
export function fitGaussianMixture(
  draws: ArrayLike<number>,
  { dimensions, components: count, seed = 0 }: GaussianMixtureOptions,
): FittedGaussianMixture {
  const action = "fit a Gaussian mixture";
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`Cannot ${action}: components must be an integer > 0, got ${count}`);
  }
  checkRows(draws, { action, dimensions, least: count * (dimensions + 1) });
  const values = Float64Array.from(draws);
  let responsibilities = nearestCenters(values, { dimensions, count, seed });
  let components: GaussianComponent[] = [];
  let logLikelihood = -Infinity;
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    components = maximise(values, { dimensions, responsibilities });
    const { shares, rows } = logDensities(values, components);
    const next = rows.reduce((sum, row) => sum + row, 0) / rows.length;
    const rise = next - logLikelihood;
    logLikelihood = next;
    // A component that has been dropped takes its likelihood along.
    if (rise < SMALLEST_RISE && components.length === responsibilities.length) break;
    responsibilities = shares;
  }
  components.sort((a, b) => b.weight - a.weight);
  return {
    components,
    logLikelihood,
    logProb: (x) => {
      checkRows(x, { action: "compute logProb of a Gaussian mixture", dimensions, least: 0 });
      return logDensities(x, components).rows;
    },
    sample: (key, { rows }) => sampleMixture(components, { key, rows, dimensions }),
  };
}

/** The M step; components of fewer rows than a covariance needs are left out. */
function maximise(
  values: ArrayLike<number>,
  { dimensions, responsibilities }: {
    readonly dimensions: number;
    readonly responsibilities: readonly Float64Array[];
  },
): GaussianComponent[] {
  const total = (weights: Float64Array) => {
    let sum = 0;
    for (const weight of weights) sum += weight;
    return sum;
  };
  const fitted = responsibilities.filter((weights) => total(weights) > dimensions)
    .map((weights) => moments(values, { dimensions, weights }));
  const all = fitted.reduce((sum, { total }) => sum + total, 0);
  return fitted.map(({ total, loc, lower }) => ({ weight: total / all, loc, lower }));
}

/** ln of the sum of w N(x) over components for each row, and each component's share of that sum. */
function logDensities(
  values: ArrayLike<number>,
  components: readonly GaussianComponent[],
): { shares: Float64Array[]; rows: Float64Array } {
  const constants = components.map(({ weight, loc, lower }) =>
    Math.log(weight) - loc.length * HALF_LOG_TWO_PI - logDeterminant(lower, loc.length)
  );
  const shares = components.map((component) => squaredDistances(values, component));
  const rows = new Float64Array(shares[0].length);
  for (let row = 0; row < rows.length; row++) {
    let most = -Infinity, sum = 0;
    for (let k = 0; k < shares.length; k++) {
      shares[k][row] = constants[k] - shares[k][row] / 2;
      most = Math.max(most, shares[k][row]);
    }
    for (const each of shares) sum += each[row] = Math.exp(each[row] - most);
    for (const each of shares) each[row] /= sum;
    rows[row] = most + Math.log(sum);
  }
  return { shares, rows };
}

/** 1 for the rows that are nearest to each of some centres, else 0; each further centre is a row drawn by D². */
function nearestCenters(
  values: ArrayLike<number>,
  { dimensions, count, seed }: { readonly dimensions: number; readonly count: number; readonly seed: number },
): Float64Array[] {
  const random = generator({ seed, stream: "evaluation", step: STEP });
  const rows = values.length / dimensions;
  const nearest = new Float64Array(rows).fill(Infinity);
  const owner = new Uint32Array(rows);
  let center = Math.floor(random() * rows);
  for (let k = 0; k < count; k++) {
    let total = 0;
    for (let row = 0; row < rows; row++) {
      let distance = 0;
      for (let i = 0; i < dimensions; i++) {
        distance += (values[row * dimensions + i] - values[center * dimensions + i]) ** 2;
      }
      if (distance < nearest[row]) {
        nearest[row] = distance;
        owner[row] = k;
      }
      total += nearest[row];
    }
    center = 0;
    for (let place = random() * total - nearest[0]; place > 0 && center < rows - 1;) {
      place -= nearest[++center];
    }
  }
  return Array.from({ length: count }, (_, k) => Float64Array.from(owner, (own) => own === k ? 1 : 0));
}

function sampleMixture(
  components: readonly GaussianComponent[],
  { key, rows, dimensions }: {
    readonly key: NoiseKey;
    readonly rows: number;
    readonly dimensions: number;
  },
): Float64Array {
  const standard = normals(key, { rows, dimensions });
  // The dimension after the last one decides the component.
  const { u } = uniformPairs(key, { rows, dimensions: dimensions + 1 });
  const draws = new Float64Array(standard.length);
  for (let row = 0; row < rows; row++) {
    let rest = u[row * (dimensions + 1) + dimensions], k = 0;
    while (rest >= components[k].weight && k < components.length - 1) rest -= components[k++].weight;
    const part = standard.subarray(row * dimensions, (row + 1) * dimensions);
    draws.set(affineRows(part, components[k]), row * dimensions);
  }
  return draws;
}
