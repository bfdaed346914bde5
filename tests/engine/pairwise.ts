/**
 * Covering sets of combinations.
 *
 * @module
 */

/** One value of each factor. */
export type Combination<Factors> = { readonly [F in keyof Factors]: keyof Factors[F] & string };

/**
 * A small set of combinations in which any two values of two factors meet, if they do in a valid one at all.
 *
 * Greedy: the combination that has most of the pairs not yet met is next, of several the first, so that the set is the
 * same every time and its first ones meet the most.
 *
 * @param factors the names of each factor's values
 * @param valid whether a combination is allowed
 * @returns combinations of names
 */
export function pairwise<Factors extends Readonly<Record<string, object>>>(
  factors: Factors,
  valid: (combination: Combination<Factors>) => boolean,
): Combination<Factors>[] {
  const candidates = Object.entries(factors).reduce<Record<string, string>[]>(
    (partial, [factor, values]) =>
      partial.flatMap((rest) => Object.keys(values).map((value) => ({ ...rest, [factor]: value }))),
    [{}],
  ).filter((combination) => valid(combination as Combination<Factors>)).map((combination) => ({
    combination: combination as Combination<Factors>,
    pairs: pairsOf(combination),
  }));
  const missing = new Set(candidates.flatMap(({ pairs }) => pairs));
  const chosen: Combination<Factors>[] = [];
  while (missing.size > 0) {
    let [best, most] = [candidates[0], -1];
    for (const candidate of candidates) {
      const count = candidate.pairs.reduce((sum, pair) => sum + (missing.has(pair) ? 1 : 0), 0);
      if (count > most) [best, most] = [candidate, count];
    }
    best.pairs.forEach((pair) => missing.delete(pair));
    chosen.push(best.combination);
  }
  return chosen;
}

function pairsOf(combination: Readonly<Record<string, string>>): string[] {
  const values = Object.entries(combination).map(([factor, value]) => `${factor}: ${value}`);
  return values.flatMap((a, i) => values.slice(i + 1).map((b) => `${a}, ${b}`));
}
