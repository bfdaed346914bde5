/**
 * What evaluation has measured of the models of a reproduction.
 *
 * @module
 */

import type { NumberTable } from "../page.ts";
import type { Entry } from "../records.ts";
import { heading } from "../tables.ts";
import { columnTable } from "./column_table.ts";
import { type FamilyRow, familyRows } from "./family_rows.ts";
import { metric } from "./groups.ts";
import { DIFFERENCES, INTERVALS, intervalText, NOTHING } from "./interval_text.ts";
import type { StudyRecords } from "./records.ts";

/** The table of losses has them. */
const ELSEWHERE: readonly string[] = ["reconstruction", "kl"];

/** What has no meaning as one less the other. */
const NO_DIFFERENCE: readonly string[] = ["mmdPValue"];

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
  const text = ({ family, mean }: FamilyRow, name: string) =>
    family === undefined && NO_DIFFERENCE.includes(name) ? NOTHING : intervalText(mean(metric(name)));
  return [columnTable({
    title: "What else was measured",
    labels: rows.map(({ label }) => label),
    columns: Object.fromEntries(names.map((name) => [heading(name), rows.map((row) => text(row, name))])),
    caption:
      `On the test set, after the last epoch. ${INTERVALS}. ${DIFFERENCES}. Under Metrics, below, is what each number is, in the words ` +
      "of the first model; p(z), and the width h of MMD²'s kernel, are each model's own.",
  })];
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
  const all = studies.flatMap(({ metrics }) => Object.entries(metrics));
  return [...Map.groupBy(all, ([name]) => name).values()].map((
    [[name, { unit, definition }]],
  ): Entry => [heading(name), `${unit}: ${definition}`]);
}
