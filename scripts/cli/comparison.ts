/**
 * Drawing several runs from their directories.
 *
 * @module
 */

import { basename, extname, join, resolve } from "node:path";
import type { ComparedRun } from "../../lib/plot/compare/records.ts";
import { comparison } from "../../lib/plot/compare/report.ts";
import { writeAtomic } from "../../lib/run/atomic.ts";
import { openRun } from "../../lib/run/directory.ts";
import { readEvaluation } from "../../lib/run/evaluation.ts";
import { readMetrics } from "../../lib/run/metrics.ts";
import { UsageError } from "../../lib/run/usage_error.ts";
import { entries } from "./entries.ts";
import { writeFigures } from "./figures.ts";
import { tailRecords } from "./tails.ts";

/**
 * Writes a page that compares runs, and its figures into a folder beside it that has the page's name without ending.
 *
 * @param paths the runs' directories, at least two
 * @param page the page's path: `compare.html`, with figures in `compare/`
 * @returns the page's path
 * @throws {UsageError} if there is no run at a path, or a run is named twice
 * @throws {SyntaxError} if a file of a run is corrupt
 */
export async function writeComparison(paths: readonly string[], page: string): Promise<string> {
  const names = namesOf(paths);
  const runs: ComparedRun[] = [];
  // One by one: every evaluation holds the latents of all examples.
  for (const [i, path] of paths.entries()) runs.push(await readRun(path, names[i]));
  const { html, figures } = comparison(runs);
  await writeFigures(page.slice(0, -extname(page).length), figures);
  await writeAtomic(page, html);
  return page;
}

async function readRun(path: string, name: string): Promise<ComparedRun> {
  const run = await openRun(path);
  const { config } = run;
  const evaluation = await readEvaluation(run);
  return {
    name,
    config: entries(config),
    dataset: config.dataset,
    latent: config.latent,
    objective: config.objective,
    likelihood: config.likelihood.kind,
    metrics: await readMetrics(run),
    evaluation: evaluation?.record,
    tails: evaluation && tailRecords(evaluation.arrays),
  };
}

/** The folders' names; of folders of one name, their paths. */
function namesOf(paths: readonly string[]): string[] {
  const whole = paths.map((path) => resolve(path));
  const twice = paths.find((_, i) => whole.indexOf(whole[i]) !== i);
  if (twice !== undefined) throw new UsageError(`Cannot compare runs: ${twice} is named twice; name it once`);
  const names = whole.map((path) => basename(path));
  return names.map((name, i) => names.indexOf(name) === names.lastIndexOf(name) ? name : join(paths[i]));
}
