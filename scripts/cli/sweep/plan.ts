/**
 * `sweep plan`: the cells of a sweep, and what they would take.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import type { Parser } from "@optique/core/parser";
import { settingText } from "../../../lib/run/sweep/columns.ts";
import { readSweep, type Sweep } from "../../../lib/run/sweep/sweep.ts";
import { checkSame, hasSweep, openSweep, type SweepEngine } from "../../../lib/run/sweep/directory.ts";
import { dataSize, duration } from "../format.ts";
import { mirrorOption } from "../mirror.ts";
import { table } from "../table.ts";
import { cellCost, type Cost, measurePace, type Pace, paceKey, poolSeconds, sizesOf } from "./estimate.ts";
import { type CellSources, datasetLoader, resolveCells, selectSweepEngine, sweepPath } from "./folder.ts";
import { shareProcessors } from "./share.ts";
import { type Action, subcommand, type SweepArguments, sweepArguments } from "./subcommand.ts";

/** The subcommand. */
export const planCommand: Parser<"sync", Action, unknown> = subcommand("plan", {
  brief: "list the cells, and estimate time and disk from a few measured steps",
  parser: object("Plan", { given: sweepArguments, mirror: mirrorOption }),
  handler: async ({ given, mirror }) => {
    const sweep = await readSweep(given.file);
    const datasets = datasetLoader({ mirror });
    const sources = { file: given.file, datasets };
    const engine = await engineOf(sweep, { given, sources });
    const configs = await resolveCells(sweep, { ...sources, engine });
    // From here on nothing is sent anywhere, whatever a package might try.
    await Deno.permissions.revoke({ name: "net" });
    const machine = { processors: navigator.hardwareConcurrency, cells: configs.length };
    const { jobs, threads } = shareProcessors({}, machine);

    const paces = new Map<string, Pace>();
    const costs: Cost[] = [];
    for (const [index, config] of configs.entries()) {
      const dataset = await datasets(config);
      const key = paceKey(config);
      if (!paces.has(key)) console.error(`measuring cell ${index}`);
      const pace = paces.get(key) ?? await measurePace(config, { dataset, threads });
      paces.set(key, pace);
      costs.push(cellCost(config, sizesOf(dataset), pace));
    }
    const s = threads === 1 ? "" : "s";
    const seconds = poolSeconds(costs.map(({ seconds }) => seconds), jobs);
    const bytes = costs.reduce((sum, { bytes }) => sum + bytes, 0);
    console.log(
      [
        cellTable(sweep, costs),
        "",
        `metric  ${sweep.metric}, ${sweep.direction === "min" ? "least" : "greatest"} is best`,
        `engine  ${engine.backend} (${engine.reason})`,
        `time    about ${
          duration(seconds)
        } on this machine, ${jobs} at a time with ${threads} thread${s} each`,
        `disk    about ${dataSize(bytes)} in ${sweepPath(given)}`,
      ].join("\n"),
    );
  },
});

/** The engine that the sweep was begun with, or would be. */
async function engineOf(
  sweep: Sweep,
  { given, sources }: { readonly given: SweepArguments; readonly sources: CellSources },
): Promise<SweepEngine> {
  const path = sweepPath(given);
  if (!await hasSweep(path)) return await selectSweepEngine(sweep, sources);
  const { backend } = checkSame(await openSweep(path), sweep);
  return { backend, reason: "as the sweep was begun" };
}

function cellTable({ keys, cells }: Sweep, costs: readonly Cost[]): string {
  return table(
    [
      { title: "cell", align: "left" },
      ...keys.map((key) => ({ title: key, align: "right" } as const)),
      { title: "time", align: "right" },
    ],
    cells.map(({ name, settings }, i) => [
      name,
      ...keys.map((key) => key in settings ? settingText(settings[key]) : ""),
      duration(costs[i].seconds),
    ]),
  );
}
