/**
 * Tables by column.
 *
 * @module
 */

import type { NumberTable } from "../page.ts";
import { NOTHING } from "./interval_text.ts";

/** A table as one writes it down. */
export interface Columns {
  readonly title: string;
  /** One for each row. */
  readonly labels: readonly string[];
  /** By name, a text for each row. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly caption: string;
}

/**
 * A table without the columns that have nothing in any row.
 *
 * @param table what is to be in it
 * @returns the table by row
 */
export function columnTable({ title, labels, columns, caption }: Columns): NumberTable {
  const filled = Object.entries(columns).filter(([, texts]) => texts.some((text) => text !== NOTHING));
  return {
    title,
    header: filled.map(([name]) => name),
    rows: labels.map((label, i) => ({ label, values: filled.map(([, texts]) => texts[i]) })),
    caption,
  };
}
