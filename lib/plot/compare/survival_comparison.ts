/**
 * How far the examples or latents of several runs reach.
 *
 * @module
 */

import { type Figure, title as heading } from "../figure.ts";
import type { SurvivalCurve, SurvivalRecords } from "../records.ts";
import { survivalAxes, survivalLines } from "../survival_lines.ts";
import { runLook } from "./records.ts";

/** A run's curves. */
export interface RunSurvival extends SurvivalRecords {
  /** The run's. */
  readonly name: string;
}

/**
 * Draws survival functions, P(norm > r), of several runs on logarithmic axes: for each run the source that its new
 * examples are drawn from, and the data once, or, where they are not the same for all runs, dotted beside each.
 *
 * @param runs at least one, each with curves of data and of a source
 * @param options a `title`, and the `quantity` whose norm it is (`|x|`)
 * @returns a figure
 * @throws {TypeError} if a curve has not as many values as there are radii
 *
 * @example
 * ```ts
 * import { survivalComparison } from "./survival_comparison.ts";
 *
 * const data = { name: "data", role: "data" as const, survival: Float32Array.of(0.5, 0.1, 0.02) };
 * const runs = [3, 9].map((df) => ({
 *   name: `df-${df}`,
 *   radius: Float32Array.of(1, 2, 4),
 *   curves: [data, { name: "prior", role: "source" as const, survival: Float32Array.of(0.5, 0.05, 0.1 / df) }],
 * }));
 * const figure = survivalComparison(runs, { title: "Tails of examples", quantity: "|x|" });
 * console.log(figure.data.map(({ name }) => name)); // ["data", "df-3", "df-9"]
 * ```
 */
export function survivalComparison(
  runs: readonly RunSurvival[],
  { title, quantity }: { readonly title: string; readonly quantity: "|x|" | "|z|" },
): Figure {
  const shared = sharedData(runs);
  const drawn = runs.map(({ name, radius, curves }): RunSurvival => ({
    name,
    radius,
    curves: [...(shared ? [] : curves.filter(isData)), ...sourceOf(curves)],
  }));
  const all = [...(shared ? [shared] : []), ...drawn];
  const { floor, xaxis, yaxis } = survivalAxes(all);
  return {
    data: [
      ...(shared ? survivalLines(shared, { floor }) : []),
      ...drawn.flatMap(({ name, ...records }, i) =>
        survivalLines(records, {
          floor,
          legend: records.curves.filter((curve) => !isData(curve)),
          look: (curve) => ({ ...runLook(i), width: 2, ...(isData(curve) && { dash: "dot" }) }),
        }).map((trace) => ({
          ...trace,
          name: trace.showlegend ? name : `${name}: ${trace.name}`,
          legendgroup: name,
          legendrank: 1001 + i,
        }))
      ),
    ],
    layout: {
      title: heading(title),
      height: 420 + 20 * runs.length,
      hovermode: "x unified",
      legend: { orientation: "v", x: 0, y: 1.02, yanchor: "bottom", traceorder: "normal" },
      xaxis: { ...xaxis, title: { text: "r" }, unifiedhovertitle: { text: "r = %{x:.3~g}" } },
      yaxis: { ...yaxis, title: { text: `P(${quantity} > r)` } },
    },
  };
}

function isData({ role }: SurvivalCurve): boolean {
  return role === "data";
}

/** The curves of the data, if all runs have the same. */
function sharedData(runs: readonly RunSurvival[]): SurvivalRecords | undefined {
  const [first, ...others] = runs.map(({ radius, curves }) => ({ radius, curves: curves.filter(isData) }));
  const text = ({ radius, curves }: SurvivalRecords) =>
    JSON.stringify([...radius, ...curves.flatMap(({ survival }) => [...survival])]);
  return others.every((other) => text(other) === text(first)) ? first : undefined;
}

/** What new examples are drawn from where nobody asks for something else: the alternative prior where there is one. */
function sourceOf(curves: readonly SurvivalCurve[]): readonly SurvivalCurve[] {
  const sources = curves.filter((curve) => !isData(curve));
  const named = (name: string) => sources.find((curve) => curve.name === name);
  const source = named("alternative-prior") ?? named("prior") ?? sources.at(0);
  return source === undefined ? [] : [source];
}
