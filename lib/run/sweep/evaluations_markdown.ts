/**
 * The evaluations of a sweep as Markdown.
 *
 * @module
 */

import { outliersInWords } from "../../data/outliers.ts";
import { evaluationTables } from "./evaluation_tables.ts";
import type { SweepEvaluations } from "./evaluations.ts";

/**
 * The text of evaluations.md: what was measured, the tables, and what every metric means.
 *
 * @param evaluations of a sweep
 * @returns Markdown, in columns
 */
export function evaluationsMarkdown(evaluations: SweepEvaluations): string {
  const tables = evaluationTables(evaluations);
  const measured = evaluations.configurations.flatMap(({ results }) =>
    results.flatMap(({ metrics }) => Object.entries(metrics))
  );
  const sections = tables.map(({ title, labels, metrics, rows }) => {
    const lines = [
      [...labels, "cells", ...metrics],
      ...rows.map(({ labels, cells, values }) => [...labels, cells, ...values]),
    ];
    return `## ${title}\n\n${markdownTable(lines)}`;
  });
  const meanings = [...new Set(tables.flatMap(({ metrics }) => metrics))].map((name) => {
    const [, { unit, definition }] = measured.find(([other]) => other === name)!;
    return `- **${name}**, ${unit}: ${definition}`;
  });
  return [
    "# Evaluation",
    wantedText(evaluations),
    ...sections,
    `## Metrics\n\nWhat depends on the cell is that of the first one here.\n\n${meanings.join("\n")}`,
  ].join("\n\n") + "\n";
}

/** What was asked for, and what the values are, in sentences. */
function wantedText({ options, checkpoint, outliers }: SweepEvaluations): string {
  const measured = checkpoint === undefined
    ? "the best checkpoint where there is one, else the last"
    : `the ${checkpoint} checkpoint`;
  const asked = Object.entries(options).map(([name, value]) => `${name} ${[value].flat().join(" ")}`);
  return [
    `Measured on the test set with ${measured}.`,
    ...(outliers === undefined ? [] : [`Outliers in the test set: ${outliersInWords(outliers)}.`]),
    ...(asked.length === 0 ? [] : [`Asked for: ${asked.join(", ")}.`]),
    "Values are means over the cells that differ in their seed alone, ± half of the 95 % confidence interval where " +
    "there are two or more.",
  ].join(" ");
}

function markdownTable([header, ...rows]: readonly (readonly string[])[]): string {
  const escaped = [header, ...rows].map((cells) => cells.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = header.map((_, i) => Math.max(3, ...escaped.map((cells) => [...cells[i]].length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  const [titles, ...others] = escaped;
  return [line(titles), line(widths.map((width) => "-".repeat(width))), ...others.map(line)].join("\n");
}
