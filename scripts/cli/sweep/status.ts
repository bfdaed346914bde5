/**
 * `sweep status`: how far every cell is.
 *
 * @module
 */

import type { Parser } from "@optique/core/parser";
import { type ClusterReport, mergeTask } from "../../../lib/run/sweep/slurm_jobs.ts";
import type { SweepFolder } from "../../../lib/run/sweep/directory.ts";
import { reportCell } from "../../../lib/run/sweep/report.ts";
import { duration } from "../format.ts";
import { type Column, table } from "../table.ts";
import { findSweep } from "./folder.ts";
import { metricText, settingsText } from "./progress.ts";
import { slurmStates } from "./slurm.ts";
import { type Action, subcommand, sweepArguments } from "./subcommand.ts";

/** The subcommand. */
export const statusCommand: Parser<"sync", Action, unknown> = subcommand("status", {
  brief: "how far every cell is",
  parser: sweepArguments,
  handler: async (given) => console.log(await sweepStatus(await findSweep(given))),
});

/** The states of cells in a table, and counted below it. */
async function sweepStatus(folder: SweepFolder): Promise<string> {
  const { cells, metric } = folder.sweep;
  const tasks = await slurmStates(folder);
  const reports = await Promise.all(
    cells.map(async (cell) => mergeTask(await reportCell(folder, cell), tasks.get(cell.index))),
  );
  const columns: readonly Column[] = [
    { title: "cell", align: "left" },
    { title: "state", align: "left" },
    { title: "epoch", align: "right" },
    { title: metric, align: "right" },
    { title: "time", align: "right" },
    { title: "settings", align: "left" },
    { title: "", align: "left" },
  ];
  const rows = reports.map((report) => {
    const { cell, state, epoch, epochs, value, seconds } = report;
    return [
      cell.name,
      state,
      `${epoch}/${epochs}`,
      value === undefined ? "" : metricText(value),
      seconds === 0 ? "" : duration(seconds),
      settingsText(cell),
      remark(report),
    ];
  });
  const counts = [...Map.groupBy(reports, ({ state }) => state)].map(([state, { length }]) =>
    `${length} ${state}`
  );
  return `${table(columns, rows)}\n\n${cells.length} cells: ${counts.join(", ")}`;
}

/** Why a cell failed, or what is in its way. */
function remark({ note, error, state }: ClusterReport): string {
  return error ?? note ?? (state === "broken" ? "its process was killed; resume the sweep" : "");
}
