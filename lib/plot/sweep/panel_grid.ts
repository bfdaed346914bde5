/**
 * Panels in rows: the names of their axes and their places.
 *
 * @module
 */

/**
 * The name of the i-th panel's axes but for their letter, as Plotly counts them.
 *
 * @param i from 0
 */
export function axisSuffix(i: number): string {
  return i === 0 ? "" : String(i + 1);
}

/**
 * The i-th of several equal intervals in [0, 1].
 *
 * @param i from 0
 * @param options how many intervals there are, and the gap between two
 * @returns where it begins and ends
 */
export function axisDomain(
  i: number,
  { of, gap }: { readonly of: number; readonly gap: number },
): [number, number] {
  const size = (1 - gap * (of - 1)) / of;
  const start = i * (size + gap);
  return [start, Math.min(1, start + size)];
}
