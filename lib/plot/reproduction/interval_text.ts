/**
 * Means and intervals as they are written.
 *
 * @module
 */

import type { MeanInterval } from "../../math/mean_interval.ts";
import { counted } from "./words.ts";

/** What stands where nothing was measured. */
export const NOTHING = "–";

/** What tables of means are to say of them. */
export const INTERVALS =
  "Values are means over seeds ± half of their 95 % confidence interval; single ones have none";

/** What tables with differences are to say of them. */
export const DIFFERENCES = "t − Gaussian is the difference with the same seed";

/** What tables of MMD² are to say of it. */
export const KERNELS =
  "The width of MMD²'s kernel is the median distance among a model's images and the test set's: blurred images have a " +
  "narrower one, which makes their MMD² larger still.";

/** Of a mean without an interval. */
const DIGITS = 4;

/** Losses from here on have as many decimals as those of a run's report. */
const LARGE = 100, LARGE_DECIMALS = 2;

/** Half widths of equal values are rounding errors of their mean: no more than this share of it. */
const ROUNDING = 1e-9;

/** Decimals that anybody reads. */
const MOST_DECIMALS = 12;

/**
 * A mean and its interval: the half width with two digits and the mean with as many decimals; a single value, and equal
 * ones, with four digits or two decimals.
 *
 * @param interval mean and half width; undefined where there are none
 * @returns such as `−91.20 ± 0.35`
 */
export function intervalText(interval: MeanInterval | undefined): string {
  if (interval === undefined) return NOTHING;
  const { mean, halfWidth } = interval;
  if (halfWidth === undefined || halfWidth <= ROUNDING * Math.abs(mean)) {
    return typographic(
      Math.abs(mean) < LARGE ? String(Number(mean.toPrecision(DIGITS))) : mean.toFixed(LARGE_DECIMALS),
    );
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
  const all = counted(ends.length, "interval");
  const others = ends.length - below - above;
  return [`Of ${all} of ${what}, ${below} lie wholly below 0, ${above} wholly above, and ${others} hold 0.`];
}

/** With the sign that numbers have in text, and none before zero. */
function typographic(text: string): string {
  return text.replace(/^-(?=0(\.0*)?( |$))/, "").replaceAll("-", "−");
}
