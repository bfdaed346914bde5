/**
 * Which configurations of a sweep are best.
 *
 * @module
 */

import { meanInterval } from "../../math/mean_interval.ts";
import { canonicalJson, type JsonValue } from "../json.ts";
import type { SummaryRow } from "./summary.ts";
import type { Sweep } from "./sweep.ts";

/** Cells that differ in nothing but their seed. */
export interface CellGroup {
  /** What they have in common of what the sweep varies. */
  readonly settings: Readonly<Record<string, JsonValue>>;
  /** All of them. */
  readonly rows: readonly SummaryRow[];
  /** Over those that are done; absent if none is. */
  readonly mean?: number;
  /** Half the width of the 95 % confidence interval of the mean; absent for fewer than two. */
  readonly halfWidth?: number;
  /** How many are done. */
  readonly count: number;
}

/**
 * Groups cells over their seeds and ranks the groups by their mean. Cells that are not done do not count: after fewer
 * epochs nothing compares.
 *
 * @param rows what the cells have come to
 * @param direction whether less or more is better
 * @returns the best group first, groups without a mean last; equal ones in order of their first cells
 *
 * @example
 * ```ts
 * import { rankGroups } from "./ranking.ts";
 *
 * const row = { state: "done", epochsTrained: 9, seconds: 1 } as const;
 * const [best] = rankGroups([
 *   { ...row, index: 0, name: "0000-c0ffee00", settings: { "latent.df": 3, seed: 0 }, value: 97 },
 *   { ...row, index: 1, name: "0001-c0ffee01", settings: { "latent.df": 5, seed: 0 }, value: 96 },
 *   { ...row, index: 2, name: "0002-c0ffee02", settings: { "latent.df": 5, seed: 1 }, value: 94 },
 * ], "min");
 * console.log(best.settings, best.mean); // { "latent.df": 5 } 95
 * ```
 */
export function rankGroups(
  rows: readonly SummaryRow[],
  direction: Sweep["direction"],
): readonly CellGroup[] {
  const sign = direction === "min" ? 1 : -1;
  return groupBySettings(rows).map(({ settings, members }): CellGroup => {
    const values = members.flatMap(({ state, value }) =>
      state === "done" && value !== undefined ? [value] : []
    );
    return {
      settings,
      rows: members,
      ...(values.length === 0 ? { count: 0 } : meanInterval(values)),
    };
  }).sort((a, b) =>
    a.mean === undefined || b.mean === undefined
      ? Number(a.mean === undefined) - Number(b.mean === undefined)
      : sign * (a.mean - b.mean)
  );
}

/** Of a sweep's cells, what differs in nothing but the seed. */
export interface SettingsGroup<T> {
  /** What it has in common of what the sweep varies. */
  readonly settings: Readonly<Record<string, JsonValue>>;
  /** In order. */
  readonly members: readonly T[];
}

/**
 * Groups what belongs to cells over their seeds.
 *
 * @param all with the cells' settings
 * @returns groups in order of their first members
 */
export function groupBySettings<T extends Pick<SummaryRow, "settings">>(
  all: readonly T[],
): readonly SettingsGroup<T>[] {
  const groups = Map.groupBy(all, ({ settings }) => canonicalJson(withoutSeed(settings)));
  return [...groups.values()].map((members) => ({ settings: withoutSeed(members[0].settings), members }));
}

function withoutSeed({ seed: _, ...settings }: SummaryRow["settings"]): SummaryRow["settings"] {
  return settings;
}
