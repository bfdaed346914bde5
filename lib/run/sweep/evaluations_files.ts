/**
 * The evaluations of a sweep as files: JSON for programs, CSV for spreadsheets and data frames, Markdown for people.
 *
 * @module
 */

import { join } from "node:path";
import * as v from "valibot";
import { writeAtomic } from "../atomic.ts";
import { MEASURES, OUTLIERS } from "../evaluation.ts";
import type { JsonValue } from "../json.ts";
import { advised, readRecord } from "../record_file.ts";
import type { RunFolder } from "../status.ts";
import { columnsCsv, type Field, settingColumn, type TableColumn } from "./columns.ts";
import type { SweepEvaluations } from "./evaluations.ts";
import { evaluationsMarkdown } from "./evaluations_markdown.ts";

const INTERVAL = v.object({ mean: v.number(), halfWidth: v.optional(v.number()), count: v.number() });
const SETTINGS = v.record(v.string(), v.custom<JsonValue>(() => true));

const EVALUATIONS = v.object({
  schemaVersion: v.literal(1),
  options: MEASURES,
  checkpoint: v.optional(v.picklist(["last", "best"])),
  outliers: v.optional(OUTLIERS),
  keys: v.array(v.string()),
  configurations: v.array(v.object({
    settings: SETTINGS,
    cells: v.array(v.string()),
    results: v.array(v.object({
      latents: v.optional(v.string()),
      metrics: v.record(
        v.string(),
        v.object({
          unit: v.string(),
          definition: v.string(),
          value: v.union([INTERVAL, v.array(INTERVAL)]),
        }),
      ),
    })),
  })),
});

/**
 * Stores the evaluations of a sweep in place of those before them: evaluations.csv, evaluations.md and, last,
 * evaluations.json.
 *
 * @param folder the sweep's
 * @param evaluations what was measured
 */
export async function writeEvaluations(
  { path }: RunFolder,
  evaluations: SweepEvaluations,
): Promise<void> {
  await writeAtomic(join(path, "evaluations.csv"), columnsCsv(evaluationColumns(evaluations)));
  await writeAtomic(join(path, "evaluations.md"), evaluationsMarkdown(evaluations));
  const json = JSON.stringify({ schemaVersion: 1, ...evaluations }, null, 2) + "\n";
  await writeAtomic(join(path, "evaluations.json"), json);
}

/**
 * Reads evaluations.json.
 *
 * @param folder the sweep's
 * @returns what was measured; undefined if the sweep has not been evaluated
 * @throws {SyntaxError} if the file is corrupt, naming it
 */
export async function readEvaluations({ path }: RunFolder): Promise<SweepEvaluations | undefined> {
  const record = await advised(
    "evaluate the sweep again",
    () => readRecord(join(path, "evaluations.json"), EVALUATIONS),
  );
  if (record === undefined) return undefined;
  const { schemaVersion: _, ...evaluations } = record;
  return evaluations;
}

/**
 * Lays evaluations out in the long form: a row for each configuration, source of latents, metric, and place in the
 * metric's array: every varied key but the seed, `latents`, empty for the model itself, `metric`, `component`, from 0
 * and empty for a single number, `count`, `mean`, `halfWidth`, `unit`.
 *
 * @param evaluations of a sweep
 * @returns columns of one length
 */
export function evaluationColumns({ keys, configurations }: SweepEvaluations): readonly TableColumn[] {
  const rows = configurations.flatMap(({ settings, results }) =>
    results.flatMap(({ latents, metrics }) =>
      Object.entries(metrics).flatMap(([metric, { unit, value }]) =>
        [value].flat().map((interval, i) => ({
          settings,
          latents,
          metric,
          component: Array.isArray(value) ? i : undefined,
          unit,
          ...interval,
        }))
      )
    )
  );
  const column = (
    name: Exclude<keyof (typeof rows)[number], "settings">,
    type: TableColumn["type"],
  ): TableColumn => ({ name, type, fields: rows.map((row): Field => row[name] ?? null) });
  return [
    ...keys.map((key) => settingColumn(key, rows.map(({ settings }) => settings[key]))),
    column("latents", "text"),
    column("metric", "text"),
    column("component", "integer"),
    column("count", "integer"),
    column("mean", "number"),
    column("halfWidth", "number"),
    column("unit", "text"),
  ];
}
