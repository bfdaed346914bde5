/**
 * Drawing a run from its directory, after training as well as by `deno task plot`.
 *
 * @module
 */

import { basename, join, resolve } from "node:path";
import { report } from "../../lib/plot/report.ts";
import { writeAtomic } from "../../lib/run/atomic.ts";
import { openRun } from "../../lib/run/directory.ts";
import { readEvaluation } from "../../lib/run/evaluation.ts";
import { readMetrics } from "../../lib/run/metrics.ts";
import { readProvenance } from "../../lib/run/provenance.ts";
import { arrayRecords } from "./array_records.ts";
import { entries } from "./entries.ts";
import { askedSources } from "./evaluate_options.ts";
import { writeFigures } from "./figures.ts";
import { tailRecords } from "./tails.ts";

/**
 * Writes figures/ and report.html from what a run's directory holds.
 *
 * @param path the run's directory
 * @returns the page's path
 * @throws {UsageError} if there is no run at this path
 * @throws {SyntaxError} if a file of the run is corrupt
 */
export async function writeReport(path: string): Promise<string> {
  const run = await openRun(path);
  const evaluation = await readEvaluation(run);
  const { html, figures, images } = report({
    name: basename(resolve(run.path)),
    config: entries(run.config),
    provenance: entries(await readProvenance(run)),
    objective: run.config.objective.kind,
    metrics: await readMetrics(run),
    evaluation: evaluation?.record,
    arrays: evaluation && arrayRecords(run.config, evaluation.arrays),
    latents: askedSources(evaluation?.record.options ?? {}, run.config)[0],
    tails: evaluation && tailRecords(evaluation.arrays),
  });
  const folder = join(run.path, "figures");
  await writeFigures(folder, figures);
  for (const [name, png] of images) await writeAtomic(join(folder, `${name}.png`), png);
  const page = join(run.path, "report.html");
  await writeAtomic(page, html);
  return page;
}
