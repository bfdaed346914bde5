/**
 * The ranking of a sweep as a table for people.
 *
 * @module
 */

import { meanTexts, valueText } from "../../../lib/plot/sweep/records.ts";
import type { CellGroup } from "../../../lib/run/sweep/ranking.ts";
import type { SummaryRow } from "../../../lib/run/sweep/summary.ts";
import type { CellState } from "../../../lib/run/sweep/report.ts";
import type { Sweep } from "../../../lib/run/sweep/sweep.ts";
import { type Column, table } from "../table.ts";

/** Nobody reads more lines than this; the summary's files have all. */
const MOST_ROWS = 40;

/**
 * The groups of a ranking, one in a line: what they have in common, their mean with its 95 % confidence interval, how
 * many cells it is over, and what has become of the others.
 *
 * @param groups the best first
 * @param sweep what was varied and measured
 * @returns lines
 */
export function rankingTable(
  groups: readonly CellGroup[],
  { metric, keys }: Pick<Sweep, "metric" | "keys">,
): string {
  const shown = groups.slice(0, MOST_ROWS);
  const chosen = keys.filter((key) => key !== "seed");
  const others = shown.map(({ rows }) => stateCounts(rows.filter(({ state }) => state !== "done")));
  const columns: Column[] = [
    { title: "rank", align: "right" },
    ...chosen.map((title): Column => ({ title, align: "right" })),
    { title: metric, align: "right" },
    { title: "95 %", align: "right" },
    { title: "cells", align: "right" },
    { title: others.some((text) => text !== "") ? "others" : "", align: "left" },
  ];
  const lines = table(
    columns,
    shown.map((group, i) => {
      const { mean, halfWidth } = meanTexts(group);
      return [
        group.mean === undefined ? "–" : String(i + 1),
        ...chosen.map((key) => valueText(group.settings[key])),
        mean,
        halfWidth,
        String(group.count),
        others[i],
      ];
    }),
  );
  const more = groups.length - shown.length;
  return more === 0 ? lines : `${lines}\n… and ${more} more configurations, all in summary.csv`;
}

/**
 * How many cells are in which state: `10 done, 2 failed`.
 *
 * @param rows of any cells
 */
export function stateCounts(rows: readonly Pick<SummaryRow, "state">[]): string {
  return STATES.flatMap((state) => {
    const count = rows.filter((row) => row.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  }).join(", ");
}

const STATES: readonly CellState[] = [
  "done",
  "running",
  "waiting",
  "interrupted",
  "broken",
  "stopped",
  "failed",
];
