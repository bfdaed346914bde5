/**
 * The summary of a sweep as files: JSON for programs, CSV for spreadsheets, Parquet for data frames.
 *
 * @module
 */

import { parquetWriteBuffer } from "hyparquet-writer";
import { type Field, settingColumn, type TableColumn } from "./columns.ts";
import type { SummaryRow } from "./summary.ts";
import type { Sweep } from "./sweep.ts";

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
): readonly TableColumn[] {
  const column = (
    name: string,
    type: TableColumn["type"],
    field: (row: SummaryRow) => Field | undefined,
  ): TableColumn => ({ name, type, fields: rows.map((row) => field(row) ?? null) });
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

/**
 * The bytes of summary.parquet.
 *
 * @param columns of the summary
 * @param sweep whose `metric` and `direction` go into the file's metadata
 * @returns the same bytes for the same columns
 */
export function summaryParquet(
  columns: readonly TableColumn[],
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
