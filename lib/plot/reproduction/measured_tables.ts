/**
 * What evaluation has measured of the models of a reproduction.
 *
 * @module
 */

import type { NumberTable } from "../page.ts";
import type { Entry } from "../records.ts";
import { heading } from "../tables.ts";
import { metric, overSeeds } from "./groups.ts";
import { intervalText } from "./interval_text.ts";
import type { StudyRecords } from "./records.ts";
import { type FamilyRow, familyRows, INTERVALS } from "./tables.ts";

/** The table of losses has them. */
const ELSEWHERE: readonly string[] = ["reconstruction", "kl"];

/**
 * Every metric that is a single number, of each family on each data set.
 *
 * @param studies those that have been begun
 * @returns one table; none where nothing has been measured
 */
export function measuredTables(studies: readonly StudyRecords[]): NumberTable[] {
  const rows = familyRows(studies).filter(({ cells }) =>
    cells.some(({ metrics }) => Object.keys(metrics).length > 0)
  );
  const names = [...new Set(rows.flatMap(singleNumbers))].filter((name) => !ELSEWHERE.includes(name));
  if (names.length === 0) return [];
  return [{
    title: "What else was measured",
    header: names.map(heading),
    rows: rows.map(({ label, cells }) => ({
      label,
      values: names.map((name) => intervalText(overSeeds(cells, metric(name)))),
    })),
    caption:
      `On the test set, after the last epoch. ${INTERVALS}. Under Metrics, below, is what each number is, in the words of the first model.`,
  }];
}

function singleNumbers({ cells }: FamilyRow): string[] {
  return cells.flatMap(({ metrics }) =>
    Object.entries(metrics).filter(([, value]) => typeof value === "number").map(([name]) => name)
  );
}

/**
 * What metrics mean.
 *
 * @param studies those that have been begun
 * @returns a row for each metric; what depends on the model is that of the first one
 */
export function metricEntries(studies: readonly StudyRecords[]): Entry[] {
  const metrics = Object.assign(
    {},
    ...studies.toReversed().map(({ metrics }) => metrics),
  ) as StudyRecords["metrics"];
  return Object.entries(metrics).map((
    [name, { unit, definition }],
  ) => [heading(name), `${unit}: ${definition}`]);
}
