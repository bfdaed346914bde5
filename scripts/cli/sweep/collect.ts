/**
 * `sweep collect`: what a sweep has come to, as a table, files and a page.
 *
 * @module
 */

import { basename, join, resolve } from "node:path";
import type { Parser } from "@optique/core/parser";
import type { NumberTable } from "../../../lib/plot/page.ts";
import type { CellCurve, FinishedCell, RankedGroup, SweepRecords } from "../../../lib/plot/sweep/records.ts";
import { sweepReport } from "../../../lib/plot/sweep/report.ts";
import { writeAtomic } from "../../../lib/run/atomic.ts";
import { columnsCsv } from "../../../lib/run/sweep/columns.ts";
import { evaluationTables } from "../../../lib/run/sweep/evaluation_tables.ts";
import { readEvaluations } from "../../../lib/run/sweep/evaluations_files.ts";
import { type CellGroup, rankGroups } from "../../../lib/run/sweep/ranking.ts";
import { readCurve, summarise, type SummaryRow } from "../../../lib/run/sweep/summary.ts";
import { summaryColumns, summaryJson, summaryParquet } from "../../../lib/run/sweep/summary_files.ts";
import type { SweepFolder } from "../../../lib/run/sweep/directory.ts";
import { metricOf } from "../../../lib/run/sweep/report.ts";
import { writeFigures } from "../figures.ts";
import { findSweep } from "./folder.ts";
import { rankingTable, stateCounts } from "./ranking_table.ts";
import { type Action, subcommand, sweepArguments } from "./subcommand.ts";
import { sweepTails } from "./tails.ts";

/** So many of the best cells, and of the worst, can be told apart as curves. */
const MOST_CURVES = 3;

/** The figures below the tables are not to be missed; evaluations.md has all rows. */
const MOST_ROWS = 60;

/** The subcommand. */
export const collectCommand: Parser<"sync", Action, unknown> = subcommand("collect", {
  brief: "compare the cells that are done: table, summary and figures",
  parser: sweepArguments,
  handler: async (given) => console.log(await collectSweep(await findSweep(given), { redraw: true })),
});

/**
 * Writes summary.csv, summary.json, summary.parquet, figures/ and report.html into a sweep's folder; cells that are not
 * done are in the summary with their state, and in no figure.
 *
 * @param folder the sweep's
 * @param options whether to `redraw` what is up to date, which takes seconds (default: no)
 * @returns the ranking and where everything is, for people
 * @throws {Error} if a file cannot be written
 */
export async function collectSweep(
  folder: SweepFolder,
  { redraw = false }: { readonly redraw?: boolean } = {},
): Promise<string> {
  const { path, sweep } = folder;
  const rows = await summarise(folder);
  const groups = rankGroups(rows, sweep.direction);
  const json = summaryJson(rows, sweep);
  const summary = join(path, "summary.json");
  const page = join(path, "report.html");

  const last = await Deno.readTextFile(summary).catch(() => undefined);
  if (redraw || last !== json) {
    const columns = summaryColumns(rows, sweep.keys);
    await writeAtomic(join(path, "summary.csv"), columnsCsv(columns));
    await writeAtomic(join(path, "summary.parquet"), summaryParquet(columns, sweep));
    const { html, figures } = sweepReport(await records(folder, { rows, groups }));
    await writeFigures(join(path, "figures"), figures);
    await writeAtomic(page, html);
    // Last, so that it says of all the others that they are up to date.
    await writeAtomic(summary, json);
  }
  const files = [["report", page], ["summary", join(path, "summary.csv")], ["sweep", path]];
  return [
    rankingTable(groups, sweep),
    "",
    ...files.map(([name, path]) => `${name.padEnd(9)}${path}`),
  ].join("\n");
}

async function records(
  folder: SweepFolder,
  { rows, groups }: { readonly rows: readonly SummaryRow[]; readonly groups: readonly CellGroup[] },
): Promise<SweepRecords> {
  const { path, sweep: { metric, direction, keys } } = folder;
  const cells = rows.flatMap((row): FinishedCell[] =>
    row.state === "done" && row.value !== undefined ? [{ ...row, value: row.value }] : []
  );
  const sign = direction === "min" ? 1 : -1;
  const sorted = cells.toSorted((a, b) => sign * (a.value - b.value));
  const half = Math.ceil(sorted.length / 2);
  const curves = (cells: readonly FinishedCell[]): Promise<CellCurve[]> =>
    Promise.all(cells.map(async (cell) => ({
      cell,
      values: (await readCurve(folder, cell)).map((line) => metricOf(line, metric) ?? NaN),
    })));
  const failed = rows.flatMap(({ name, error }) => error === undefined ? [] : [[name, error] as const]);
  return {
    name: basename(resolve(path)),
    metric: { name: metric, unit: unitOf(folder), direction },
    keys,
    total: rows.length,
    cells,
    ranking: groups.filter((group): group is CellGroup & RankedGroup => group.mean !== undefined),
    best: await curves(sorted.slice(0, Math.min(MOST_CURVES, half))),
    worst: await curves(sorted.slice(Math.max(half, sorted.length - MOST_CURVES))),
    tails: await sweepTails(folder, groups),
    tables: await evaluated(folder),
    entries: [
      { title: "Sweep", rows: facts(folder, rows) },
      { title: "Errors", rows: failed },
    ],
  };
}

/** What `sweep evaluate` has left. */
async function evaluated(folder: SweepFolder): Promise<NumberTable[]> {
  const evaluations = await readEvaluations(folder);
  const tables = evaluations === undefined ? [] : evaluationTables(evaluations);
  return tables.map(({ title, labels, metrics, rows }) => ({
    title: `${title}, on the test set: mean ± half of the 95 % interval over cells` +
      (rows.length > MOST_ROWS ? `, the first ${MOST_ROWS} of ${rows.length} rows` : ""),
    header: ["cells", ...metrics],
    rows: rows.slice(0, MOST_ROWS).map((row) => ({
      label: row.labels.map((text, i) => `${labels[i]} ${text}`).join(", ") || "the only configuration",
      values: [row.cells, ...row.values],
    })),
  }));
}

function facts({ sweep }: SweepFolder, rows: readonly SummaryRow[]): [string, string][] {
  const each = (value: (cell: SweepFolder["sweep"]["cells"][number]) => string) =>
    [...new Set(sweep.cells.map(value))].join(", ");
  return [
    ["cells", stateCounts(rows)],
    ["metric", `${sweep.metric}, ${sweep.direction === "min" ? "lower" : "higher"} is better`],
    ["varied", sweep.keys.join(", ")],
    ["data set", each(({ config }) => basename(config.dataset))],
    ["engine", each(({ config }) => config.backend)],
    ["time trained", `${rows.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(0)} s`],
  ];
}

/** The loss of one objective does not compare with that of another. */
function unitOf({ sweep: { metric, cells } }: SweepFolder): string {
  const objectives = new Set(cells.map(({ config }) => config.objective.kind));
  if (!metric.endsWith(".loss") || !objectives.has("t3")) return "nats per example";
  return objectives.size === 1 ? "power divergence" : "nats per example or power divergence";
}
