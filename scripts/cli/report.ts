/**
 * Drawing a run from its directory, after training as well as by `deno task plot`.
 *
 * @module
 */

import { basename, join, resolve } from "node:path";
import type { ArrayRecords } from "../../lib/plot/records.ts";
import { report } from "../../lib/plot/report.ts";
import { writeAtomic } from "../../lib/run/atomic.ts";
import { openRun, type Run } from "../../lib/run/directory.ts";
import { readEvaluation, type StoredArrays } from "../../lib/run/evaluation.ts";
import { readMetrics } from "../../lib/run/metrics.ts";
import { readProvenance } from "../../lib/run/provenance.ts";
import { entries } from "./entries.ts";
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
    arrays: evaluation && arrayRecords(run, evaluation.arrays),
    tails: evaluation && tailRecords(evaluation.arrays),
  });
  const folder = join(run.path, "figures");
  await writeFigures(folder, figures);
  for (const [name, png] of images) await writeAtomic(join(folder, `${name}.png`), png);
  const page = join(run.path, "report.html");
  await writeAtomic(page, html);
  return page;
}

function arrayRecords({ config }: Run, arrays: StoredArrays): ArrayRecords {
  const numbers = (name: string): Float32Array => {
    const data = arrays.get(name)?.data;
    if (data instanceof Float32Array) return data;
    throw new SyntaxError(
      `Cannot draw: evaluation.safetensors has no ${name}; run \`deno task evaluate\` again`,
    );
  };
  const labels = arrays.get("labels")?.data;
  return {
    shape: config.model.input,
    samples: numbers("samples"),
    inputs: numbers("inputs"),
    reconstructions: numbers("reconstructions"),
    loc: numbers("loc"),
    latentSize: config.latent.size,
    ...(labels instanceof Uint8Array && { labels }),
  };
}
