/**
 * The survival functions of several cells as one.
 *
 * @module
 */

import type { SurvivalCurve, SurvivalRecords } from "../records.ts";

/**
 * The mean of each curve over the cells that have it, with the least and the greatest of them at each radius.
 *
 * Cells that were measured at other radii than the first are left out: their curves are in no common points.
 *
 * @param cells at least one
 * @returns curves by name, in the order in which they first come
 *
 * @example
 * ```ts
 * import { meanSurvival } from "./mean_survival.ts";
 *
 * const radius = Float32Array.of(1, 2);
 * const { curves: [prior] } = meanSurvival([[0.5, 0], [1, 0.25]].map((survival) => ({
 *   radius,
 *   curves: [{ name: "prior", role: "source", survival: Float32Array.from(survival) }],
 * })));
 * console.log(prior.survival, prior.low, prior.high); // [0.75, 0.125] [0.5, 0] [1, 0.25]
 * ```
 */
export function meanSurvival(cells: readonly SurvivalRecords[]): SurvivalRecords {
  const [{ radius }] = cells;
  const alike = cells.filter((cell) => String(cell.radius) === String(radius));
  const byName = Map.groupBy(alike.flatMap(({ curves }) => curves), ({ name }) => name);
  return { radius, curves: [...byName.values()].map(meanCurve) };
}

function meanCurve(curves: readonly SurvivalCurve[]): SurvivalCurve {
  const [{ name, role, survival }] = curves;
  const overCells = (join: (values: readonly number[]) => number) =>
    survival.map((_, i) => join(curves.map(({ survival }) => survival[i])));
  return {
    name,
    role,
    survival: overCells((values) => values.reduce((a, b) => a + b) / values.length),
    low: overCells((values) => Math.min(...values)),
    high: overCells((values) => Math.max(...values)),
  };
}
