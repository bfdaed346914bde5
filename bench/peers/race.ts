/**
 * Letting contestants take turns, and what their times say.
 *
 * @module
 */

/** Of one contestant's turns, in milliseconds per step. */
export interface Summary {
  readonly min: number;
  readonly median: number;
}

/**
 * Who comes after whom in a round: first to last, and in every second round last to first, so that a machine that
 * slows down or speeds up favours nobody.
 *
 * @param contestants in the order of the first round
 * @param round from 0
 * @returns all of them
 */
export function turnOrder<T>(contestants: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? contestants : contestants.toReversed();
}

/**
 * The least time, which is the closest to an undisturbed machine's, and the median.
 *
 * @param milliseconds of each turn, at least one
 * @returns both; of an even number of turns the median is the mean of the middle two
 */
export function summarise(milliseconds: readonly number[]): Summary {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return {
    min: sorted[0],
    median: (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2,
  };
}

/** How a contestant compares. */
export interface Comparison {
  /** Per step. */
  readonly milliseconds: Summary;
  /** How many times as long as the reference's, minimum by minimum and median by median; below 1 it is faster. */
  readonly ratio?: Summary;
}

/**
 * Compares everyone with one of a few.
 *
 * @param times milliseconds per step of each turn, by contestant
 * @param references names; of those who took part the one with the least median is the reference
 * @returns the reference's name, undefined where none took part, and a comparison for each contestant
 */
export function compare(
  times: ReadonlyMap<string, readonly number[]>,
  references: readonly string[],
): { readonly reference?: string; readonly summaries: ReadonlyMap<string, Comparison> } {
  const summaries = new Map(Array.from(times, ([name, milliseconds]) => [name, summarise(milliseconds)]));
  const [reference] = references.filter((name) => summaries.has(name))
    .toSorted((a, b) => summaries.get(a)!.median - summaries.get(b)!.median);
  if (reference === undefined) {
    return { summaries: new Map(Array.from(summaries, ([name, milliseconds]) => [name, { milliseconds }])) };
  }
  const { min, median } = summaries.get(reference)!;
  const comparisons = Array.from(summaries, ([name, milliseconds]): [string, Comparison] => [
    name,
    { milliseconds, ratio: { min: milliseconds.min / min, median: milliseconds.median / median } },
  ]);
  return { reference, summaries: new Map(comparisons) };
}
