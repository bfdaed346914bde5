/**
 * The survival functions of a sweep's configurations.
 *
 * @module
 */

import type { TailRecords } from "../../../lib/plot/records.ts";
import { meanSurvival } from "../../../lib/plot/sweep/mean_survival.ts";
import type { SurvivalGroup, SweepRecords } from "../../../lib/plot/sweep/records.ts";
import { readEvaluation } from "../../../lib/run/evaluation.ts";
import { cellPaths, type SweepFolder } from "../../../lib/run/sweep/directory.ts";
import type { CellGroup } from "../../../lib/run/sweep/ranking.ts";
import { tailRecords } from "../tails.ts";

/**
 * Reads the tails of the cells that are done, where `evaluate --tails` has measured them.
 *
 * @param folder the sweep's
 * @param groups cells that differ in nothing but their seed, the best first
 * @returns means over each group's cells; undefined where no cell has been measured
 * @throws {SyntaxError} if an evaluation is corrupt, naming its file
 */
export async function sweepTails(
  folder: SweepFolder,
  groups: readonly CellGroup[],
): Promise<SweepRecords["tails"]> {
  const x: SurvivalGroup[] = [], z: SurvivalGroup[] = [];
  for (const { settings, rows } of groups) {
    const cells: TailRecords[] = [];
    for (const row of rows) {
      if (row.state !== "done") continue;
      // One by one: every file holds the latents of all examples too.
      const evaluation = await readEvaluation({ path: cellPaths(folder, row).run });
      const tails = evaluation && tailRecords(evaluation.arrays);
      if (tails !== undefined) cells.push(tails);
    }
    if (cells.length === 0) continue;
    x.push({ settings, ...meanSurvival(cells.map(({ x }) => x)) });
    z.push({ settings, ...meanSurvival(cells.map(({ z }) => z)) });
  }
  return x.length === 0 ? undefined : { x, z };
}
