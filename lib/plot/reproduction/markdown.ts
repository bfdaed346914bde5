/**
 * Tables and links to figures as Markdown.
 *
 * @module
 */

import type { FigureExhibit, NumberTable } from "../page.ts";
import type { Entry } from "../records.ts";

/** What stands in the text, in order. */
export interface MarkdownContent {
  readonly title: string;
  readonly summary: string;
  readonly numbers: readonly NumberTable[];
  readonly figures: readonly FigureExhibit[];
  /** What the numbers mean. */
  readonly metrics: readonly Entry[];
}

/**
 * The text of tables.md. Figures are links to `figures/`.
 *
 * @param content as on the page
 * @returns Markdown, in columns
 */
export function markdown({ title, summary, numbers, figures, metrics }: MarkdownContent): string {
  return [
    `# ${escaped(title)}`,
    escaped(summary),
    ...numbers.flatMap(({ caption, ...table }) => [
      `## ${escaped(table.title)}`,
      markdownTable(table),
      ...(caption === undefined ? [] : [escaped(caption)]),
    ]),
    ...figures.flatMap(({ name, figure, caption }) => [
      `## ${escaped(figure.layout.title.text)}`,
      `![${escaped(figure.layout.title.text)}](figures/${name}.svg)`,
      escaped(caption),
    ]),
    ...(metrics.length === 0 ? [] : [
      "## Metrics",
      metrics.map(([name, text]) => `- **${escaped(name)}**, ${escaped(text)}`).join("\n"),
    ]),
  ].join("\n\n") + "\n";
}

function markdownTable({ header, rows }: NumberTable): string {
  const lines = [
    ["", ...header],
    ...rows.map(({ label, note, values }) => [note === undefined ? label : `${label}: ${note}`, ...values]),
  ].map((cells) => cells.map(escaped));
  const widths = lines[0].map((_, i) => Math.max(3, ...lines.map((cells) => [...cells[i]].length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  const [titles, ...others] = lines;
  return [line(titles), line(widths.map((width) => "-".repeat(width))), ...others.map(line)].join("\n");
}

/** Text that stands for itself. */
function escaped(text: string): string {
  return text.replaceAll("\n", " ").replace(/[\\|<>*_`[\]]/g, "\\$&");
}
