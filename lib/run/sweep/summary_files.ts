/**
 * The summary of a sweep as files: JSON for programs, CSV for spreadsheets, Parquet for data frames.
 *
 * @module
 */

import { parquetWriteBuffer } from "hyparquet-writer";
import type { JsonValue } from "../json.ts";
import type { SummaryRow } from "./summary.ts";
import type { Sweep } from "./sweep.ts";

/** What a table can hold in one place; null where there is nothing. */
export type Field = number | string | boolean | null;

/** A column of the summary. */
export interface SummaryColumn {
  /** A varied key is a column's name as it is. */
  readonly name: string;
  /** What all fields but null are; of mixed settings `text`. */
  readonly type: "integer" | "number" | "text" | "boolean";
  /** One for each cell. */
  readonly fields: readonly Field[];
}

const PARQUET_TYPES = { integer: "INT32", number: "DOUBLE", text: "STRING", boolean: "BOOLEAN" } as const;

const SETS = ["train", "validation", "test"] as const;
const MEANS = ["loss", "reconstruction", "kl"] as const;

/**
 * Lays a summary out as a table: `index`, `name`, every varied key, `state`, `epochsTrained`, `bestEpoch`, `value`,
 * `train.loss` and so on to `test.kl`, `seconds`, `error`.
 *
 * @param rows what the cells have come to
 * @param keys what was varied, in order
 * @returns columns of one length
 */
export function summaryColumns(
  rows: readonly SummaryRow[],
  keys: readonly string[],
): readonly SummaryColumn[] {
  const column = (
    name: string,
    type: SummaryColumn["type"],
    field: (row: SummaryRow) => Field | undefined,
  ): SummaryColumn => ({ name, type, fields: rows.map((row) => field(row) ?? null) });
  return [
    column("index", "integer", ({ index }) => index),
    column("name", "text", ({ name }) => name),
    ...keys.map((key) => settingColumn(key, rows.map(({ settings }) => settings[key]))),
    column("state", "text", ({ state }) => state),
    column("epochsTrained", "integer", ({ epochsTrained }) => epochsTrained),
    column("bestEpoch", "integer", ({ bestEpoch }) => bestEpoch),
    column("value", "number", ({ value }) => value),
    ...SETS.flatMap((set) =>
      MEANS.map((mean) => column(`${set}.${mean}`, "number", (row) => row[set]?.[mean]))
    ),
    column("seconds", "number", ({ seconds }) => seconds),
    column("error", "text", ({ error }) => error),
  ];
}

/** Numbers stay numbers where all are; what no table can hold is JSON. */
function settingColumn(name: string, values: readonly (JsonValue | undefined)[]): SummaryColumn {
  const present = values.filter((value) => value !== undefined && value !== null);
  for (const type of ["number", "boolean"] as const) {
    if (present.length > 0 && present.every((value) => typeof value === type)) {
      return { name, type, fields: values.map((value) => (value ?? null) as Field) };
    }
  }
  const text = (value: JsonValue | undefined): Field =>
    value === undefined || value === null ? null : typeof value === "string" ? value : JSON.stringify(value);
  return { name, type: "text", fields: values.map(text) };
}

/**
 * The text of summary.csv.
 *
 * @param columns of the summary
 * @returns a line of names and one for each cell, as RFC 4180 but for the ends of lines, which are `\n`; empty where
 * there is nothing
 */
export function summaryCsv(columns: readonly SummaryColumn[]): string {
  const line = (fields: readonly Field[]) => fields.map(csvField).join(",") + "\n";
  return line(columns.map(({ name }) => name)) +
    columns[0].fields.map((_, row) => line(columns.map(({ fields }) => fields[row]))).join("");
}

function csvField(field: Field): string {
  const text = field === null ? "" : String(field);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * The bytes of summary.parquet.
 *
 * @param columns of the summary
 * @param sweep whose `metric` and `direction` go into the file's metadata
 * @returns the same bytes for the same columns
 */
export function summaryParquet(
  columns: readonly SummaryColumn[],
  { metric, direction }: Pick<Sweep, "metric" | "direction">,
): Uint8Array {
  return new Uint8Array(parquetWriteBuffer({
    columnData: columns.map(({ name, type, fields }) => ({
      name,
      data: [...fields],
      type: PARQUET_TYPES[type],
      nullable: true,
    })),
    kvMetadata: [{ key: "metric", value: metric }, { key: "direction", value: direction }],
  }));
}

/**
 * The text of summary.json.
 *
 * @param rows what the cells have come to
 * @param sweep what they are cells of
 */
export function summaryJson(
  rows: readonly SummaryRow[],
  { metric, direction, keys }: Pick<Sweep, "metric" | "direction" | "keys">,
): string {
  return JSON.stringify({ schemaVersion: 1, metric, direction, keys, cells: rows }, null, 2) + "\n";
}
