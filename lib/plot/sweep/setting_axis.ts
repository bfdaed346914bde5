/**
 * Where the values of a setting stand along an axis.
 *
 * @module
 */

import { type Json, range } from "../figure.ts";
import { type Settings, valueText } from "./records.ts";

/** An axis along which the values of one setting stand. Positions are linear, logarithms taken already. */
export interface SettingAxis {
  /** The dotted key. */
  readonly key: string;
  /** Whether neighbours are joined by a line: they are numbers. */
  readonly numeric: boolean;
  /** Whether every value has a tick of its own, so that many cells share it. */
  readonly discrete: boolean;
  /** Lowest and highest position. */
  readonly extent: readonly [number, number];
  /** Positions with what stands there. */
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  /** Where a cell stands; undefined if it has no value that could be placed. */
  position(settings: Settings): number | undefined;
}

/** More values than this are no choice of a few, and not each has a tick. */
const MOST_TICKS = 12;

/** Round numbers have at most so many steps from end to end, and more than 3. */
const MOST_STEPS = 7.5;

/**
 * Finds an axis for a setting.
 *
 * Numbers stand at their distances, or at those of their logarithms where their ratios are more even than their
 * differences. Anything else, and numbers among which some cells have none, stands in a row: numbers, then words as
 * they come, then none.
 *
 * @param key the setting
 * @param cells settings of all cells
 * @returns its axis
 */
export function settingAxis(key: string, cells: readonly Settings[]): SettingAxis {
  const all = cells.map((settings) => settings[key]);
  const numbers = [...new Set(all.filter((value) => typeof value === "number"))].sort((a, b) => a - b);
  const many = numbers.length > MOST_TICKS;
  const onlyNumbers = all.every((value) => typeof value === "number" || (many && value === undefined));
  return onlyNumbers && numbers.length > 1 ? numberAxis(key, numbers) : categoryAxis(key, all);
}

/**
 * The values there are, each once: numbers ascending, then others in the order they have, then none.
 *
 * @param values of one setting
 */
export function distinctValues(values: readonly (Json | undefined)[]): (Json | undefined)[] {
  return [...new Map(values.toSorted(byKind).map((value) => [JSON.stringify(value), value])).values()];
}

function categoryAxis(key: string, values: readonly (Json | undefined)[]): SettingAxis {
  const distinct = distinctValues(values);
  const places = new Map(distinct.map((value, i) => [JSON.stringify(value), i]));
  return {
    key,
    numeric: false,
    discrete: true,
    extent: [0, distinct.length - 1],
    ticks: distinct.map((value, at) => ({ at, text: valueText(value) })),
    position: (settings) => places.get(JSON.stringify(settings[key])),
  };
}

function byKind(a: Json | undefined, b: Json | undefined): number {
  const kind = (value: Json | undefined) => value === undefined ? 2 : typeof value === "number" ? 0 : 1;
  return typeof a === "number" && typeof b === "number" ? a - b : kind(a) - kind(b);
}

function numberAxis(key: string, sorted: readonly number[]): SettingAxis {
  const logarithmic = sorted[0] > 0 && unevenness(sorted.map(Math.log10)) < unevenness(sorted);
  const place = logarithmic ? Math.log10 : (value: number) => value;
  const discrete = sorted.length <= MOST_TICKS;
  const [low, high] = [sorted[0], sorted.at(-1)!];
  const ticks = discrete ? sorted : logarithmic ? powers(low, high) : steps(low, high);
  return {
    key,
    numeric: true,
    discrete,
    extent: [place(low), place(high)],
    ticks: ticks.map((value) => ({ at: place(value), text: discrete ? valueText(value) : shortText(value) })),
    position: (settings) => {
      const value = settings[key];
      return typeof value === "number" ? place(value) : undefined;
    },
  };
}

/** With a power of ten where there would be many zeros. */
function shortText(value: number): string {
  const size = Math.abs(value);
  return size > 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential() : String(value);
}

/** How much the distances between neighbours vary, as a fraction of their mean. */
function unevenness(sorted: readonly number[]): number {
  const gaps = range(sorted.length - 1).map((i) => sorted[i + 1] - sorted[i]);
  const mean = (sorted.at(-1)! - sorted[0]) / gaps.length;
  return Math.sqrt(gaps.reduce((sum, gap) => sum + (gap / mean - 1) ** 2, 0) / gaps.length);
}

/** 1, 2 and 5 times powers of ten inside a range, fewer in a wide one; a narrow one has even steps. */
function powers(low: number, high: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const times = (factors: readonly number[]) =>
    range(last - first + 1)
      .flatMap((i) => factors.map((factor) => Number(`${factor}e${first + i}`)))
      .filter((value) => value >= low && value <= high);
  const values = [[1, 2, 5], [1, 3]].map(times).find(({ length }) => length <= MOST_STEPS) ?? times([1]);
  return values.length > 1 ? values : steps(low, high);
}

/**
 * Three to eight round numbers inside a range.
 *
 * @param low where it begins
 * @param high where it ends, above `low`
 * @returns multiples of 1, 2 or 5 times a power of ten, ascending
 */
export function steps(low: number, high: number): number[] {
  const least = (high - low) / MOST_STEPS;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least)!;
  const first = Math.ceil(low / step);
  return range(Math.floor(high / step) - first + 1).map((i) => Number(((first + i) * step).toPrecision(12)));
}
