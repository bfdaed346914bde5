/**
 * Tables of text.
 *
 * @module
 */

/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

/**
 * Sets rows in columns that are as wide as their widest cell.
 *
 * @param columns title and alignment of each
 * @param rows a cell for each column
 * @returns lines, the first one of titles
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, i) => Math.max(...lines.map((cells) => [...cells[i]].length)));
  return lines.map((cells) =>
    cells.map((cell, i) => columns[i].align === "left" ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))
      .join("  ").trimEnd()
  ).join("\n");
}
