/**
 * What is known of a sweep, as far as pictures need it. Plain data: whoever reads its folder fills it in.
 *
 * @module
 */

import { type Json, range } from "../figure.ts";
import type { NumberTable } from "../page.ts";
import type { Entry, SurvivalRecords } from "../records.ts";

/** Values by key; a key that a cell does not have is absent. */
export type Settings = Readonly<Record<string, Json>>;

/** A cell that has finished. */
export interface FinishedCell {
  /** A short name. */
  readonly name: string;
  /** What was varied. */
  readonly settings: Settings;
  /** The metric's. */
  readonly value: number;
}

/** A cell and its course. */
export interface CellCurve {
  /** Which one. */
  readonly cell: FinishedCell;
  /** The metric after each epoch, from the first on. */
  readonly values: readonly number[];
}

/** Cells that differ in their seed only. */
export interface RankedGroup {
  /** What they have in common. */
  readonly settings: Settings;
  /** Of the metric. */
  readonly mean: number;
  /** Of the 95 % confidence interval of the mean; absent of a single cell. */
  readonly halfWidth?: number;
  /** How many have finished. */
  readonly count: number;
}

/** How far the cells of a configuration reach: curves are means over those that were measured. */
export interface SurvivalGroup extends SurvivalRecords {
  /** What they have in common. */
  readonly settings: Settings;
}

/** What is measured, and what of it is good. */
export interface Metric {
  /** Its key: `validation.loss`. */
  readonly name: string;
  /** `nats per example`. */
  readonly unit: string;
  /** Whether less or more is better. */
  readonly direction: "min" | "max";
}

/** Everything a sweep's report is made of. */
export interface SweepRecords {
  /** The page's title. */
  readonly name: string;
  /** What cells are compared by. */
  readonly metric: Metric;
  /** What was varied, in order. */
  readonly keys: readonly string[];
  /** How many cells there are, finished or not. */
  readonly total: number;
  /** In order. */
  readonly cells: readonly FinishedCell[];
  /** The best first. */
  readonly ranking: readonly RankedGroup[];
  /** Of the best cells, the best first. */
  readonly best: readonly CellCurve[];
  /** Of the worst cells, the worst last; none that is among the best. */
  readonly worst: readonly CellCurve[];
  /** The tails of examples and of latents, the best configuration first; absent where none were measured. */
  readonly tails?: { readonly x: readonly SurvivalGroup[]; readonly z: readonly SurvivalGroup[] };
  /** What else was measured. */
  readonly tables?: readonly NumberTable[];
  /** What else is to be told; empty tables leave nothing behind. */
  readonly entries: readonly { readonly title: string; readonly rows: readonly Entry[] }[];
}

/**
 * A value of a setting as it stands in a picture.
 *
 * @param value any; undefined where the cell does not have the key
 * @returns one short line
 */
export function valueText(value: Json | undefined): string {
  if (value === undefined) return "–";
  const text = typeof value === "string"
    ? value
    : JSON.stringify(typeof value === "number" && !Number.isInteger(value) ? rounded(value) : value);
  return text.length <= MOST_LETTERS ? text : `${text.slice(0, MOST_LETTERS - 1)}…`;
}

const MOST_LETTERS = 18;

/** Of numbers that were drawn at random; people write fewer. */
const DIGITS = 5;

/** A number as people want to read it. */
export function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/**
 * Settings in one line: `latent.df 5, seed 0`.
 *
 * @param settings values by key
 * @param keys which, in which order; absent ones are left out
 */
export function settingsText(settings: Settings, keys: readonly string[]): string {
  return keys.flatMap((key) => key in settings ? [`${key} ${valueText(settings[key])}`] : []).join(", ");
}

/**
 * A mean and its interval with as many decimals as give the mean five digits.
 *
 * @param group what was measured, if anything was
 * @returns texts, empty where there is nothing
 */
export function meanTexts(
  { mean, halfWidth }: Partial<Pick<RankedGroup, "mean" | "halfWidth">>,
): { readonly mean: string; readonly halfWidth: string } {
  if (mean === undefined) return { mean: "", halfWidth: "" };
  const decimals = Math.min(12, Math.max(0, DIGITS - 1 - Math.floor(Math.log10(Math.abs(mean) || 1))));
  return {
    mean: mean.toFixed(decimals),
    halfWidth: halfWidth === undefined ? "" : `± ${halfWidth.toFixed(decimals)}`,
  };
}

/**
 * Some of many things, evenly spaced, the first and the last among them.
 *
 * @param all in order
 * @param most how many at the most, at least two
 * @returns all of them where they are no more
 */
export function spaced<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return range(most).map((i) => all[Math.round(i * (all.length - 1) / (most - 1))]);
}

/**
 * How good a value is among others.
 *
 * @param values all, at least one
 * @param direction which end is good
 * @returns a function from a value to [0, 1]: 0 for the worst, 1 for the best and where all are equal
 */
export function goodness(
  values: readonly number[],
  direction: Metric["direction"],
): (value: number) => number {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (least === most) return () => 1;
  return (value) => direction === "max" ? (value - least) / (most - least) : (most - value) / (most - least);
}
