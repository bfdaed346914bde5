/**
 * Means and intervals as they are written.
 *
 * @module
 */

import type { MeanInterval } from "../../math/mean_interval.ts";

/** What stands where nothing was measured. */
export const NOTHING = "–";

/** Of a mean without an interval. */
const DIGITS = 5;

/** Half widths of equal values are rounding errors of their mean: no more than this share of it. */
const ROUNDING = 1e-9;

/** Decimals that anybody reads. */
const MOST_DECIMALS = 12;

/**
 * A mean and its interval: the half width with two digits and the mean with as many decimals; a single value, and equal
 * ones, with five digits.
 *
 * @param interval mean and half width; undefined where there are none
 * @returns such as `−91.20 ± 0.35`
 */
export function intervalText(interval: MeanInterval | undefined): string {
  if (interval === undefined) return NOTHING;
  const { mean, halfWidth } = interval;
  if (halfWidth === undefined || halfWidth <= ROUNDING * Math.abs(mean)) {
    return typographic(String(Number(mean.toPrecision(DIGITS))));
  }
  const decimals = Math.min(MOST_DECIMALS, Math.max(0, 1 - Math.floor(Math.log10(halfWidth))));
  return typographic(`${mean.toFixed(decimals)} ± ${halfWidth.toFixed(decimals)}`);
}

/**
 * In how many cases an interval lies below 0, above it, or holds it.
 *
 * @param what the difference that the intervals are of, in words
 * @param intervals one for each case; undefined where nothing was measured
 * @returns sentences; none where there is no interval, as of single seeds
 */
export function verdict(what: string, intervals: readonly (MeanInterval | undefined)[]): string[] {
  const ends = intervals.flatMap((interval) =>
    interval?.halfWidth === undefined
      ? []
      : [[interval.mean - interval.halfWidth, interval.mean + interval.halfWidth]]
  );
  if (ends.length === 0) return [];
  const below = ends.filter(([, high]) => high < 0).length;
  const above = ends.filter(([low]) => low > 0).length;
  return [
    `The interval of ${what} lies wholly below 0 in ${below} of ${ends.length} case${
      ends.length === 1 ? "" : "s"
    } ` +
    `and wholly above 0 in ${above}; it holds 0 in ${ends.length - below - above}.`,
  ];
}

function typographic(text: string): string {
  return text.replaceAll("-", "−");
}
