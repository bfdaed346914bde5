/**
 * The evaluations of a sweep in a terminal.
 *
 * @module
 */

import { type EvaluationTable, evaluationTables } from "../../../lib/run/sweep/evaluation_tables.ts";
import type { SweepEvaluations } from "../../../lib/run/sweep/evaluations.ts";
import { type Column, table } from "../table.ts";

/**
 * The tables of evaluations, those too wide in parts one below the other.
 *
 * @param evaluations of a sweep
 * @param width columns that a line has; the terminal's by default
 * @returns lines
 */
export function evaluationText(evaluations: SweepEvaluations, width = terminalWidth()): string {
  return evaluationTables(evaluations).map((table) => `${table.title}\n\n${parts(table, width).join("\n\n")}`)
    .join("\n\n");
}

/** Of a file, or of a terminal that does not say. */
const USUAL_WIDTH = 120;

function terminalWidth(): number {
  return Deno.stdout.isTerminal() ? Deno.consoleSize().columns || USUAL_WIDTH : USUAL_WIDTH;
}

/** The labels and as many metrics at a time as there is room for, one at least. */
function parts({ labels, metrics, rows }: EvaluationTable, width: number): string[] {
  const labelColumns = [...labels, "cells"].map((title): Column => ({ title, align: "right" }));
  const some = (chosen: readonly number[]): string =>
    table(
      [...labelColumns, ...chosen.map((i): Column => ({ title: metrics[i], align: "right" }))],
      rows.map(({ labels, cells, values }) => [...labels, cells, ...chosen.map((i) => values[i])]),
    );
  const fits = (text: string): boolean => text.split("\n").every((line) => [...line].length <= width);
  const groups: number[][] = [];
  for (const i of metrics.keys()) {
    const group = groups.at(-1);
    if (group !== undefined && fits(some([...group, i]))) group.push(i);
    else groups.push([i]);
  }
  return groups.map(some);
}
