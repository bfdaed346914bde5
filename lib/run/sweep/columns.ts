/**
 * Tables of a sweep as columns, and as CSV for spreadsheets.
 *
 * @module
 */

import type { JsonValue } from "../json.ts";

/** What a table can hold in one place; null where there is nothing. */
export type Field = number | string | boolean | null;

/** A column of a table. */
export interface TableColumn {
  /** A varied key is a column's name as it is. */
  readonly name: string;
  /** What all fields but null are; of mixed settings `text`. */
  readonly type: "integer" | "number" | "text" | "boolean";
  /** One for each row. */
  readonly fields: readonly Field[];
}

/**
 * A column of what cells set. Numbers stay numbers where all are; what no table can hold is JSON.
 *
 * @param name the key
 * @param values one for each row; undefined where there is none
 */
export function settingColumn(name: string, values: readonly (JsonValue | undefined)[]): TableColumn {
  const present = values.filter((value) => value !== undefined && value !== null);
  for (const type of ["number", "boolean"] as const) {
    if (present.length > 0 && present.every((value) => typeof value === type)) {
      return { name, type, fields: values.map((value) => (value ?? null) as Field) };
    }
  }
  const fields = values.map((value) => value === undefined || value === null ? null : settingText(value));
  return { name, type: "text", fields };
}

/** What cells set, as text: text as it is, and all else as JSON. */
export function settingText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * A table as CSV.
 *
 * @param columns of one length, at least one
 * @returns a line of names and one for each row, as RFC 4180 but for the ends of lines, which are `\n`; empty where
 * there is nothing
 */
export function columnsCsv(columns: readonly TableColumn[]): string {
  const line = (fields: readonly Field[]) => fields.map(csvField).join(",") + "\n";
  return line(columns.map(({ name }) => name)) +
    columns[0].fields.map((_, row) => line(columns.map(({ fields }) => fields[row]))).join("");
}

function csvField(field: Field): string {
  const text = field === null ? "" : String(field);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
