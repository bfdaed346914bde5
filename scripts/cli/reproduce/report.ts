/**
 * Drawing what the studies have come to.
 *
 * @module
 */

import { join } from "node:path";
import { reproductionReport } from "../../../lib/plot/reproduction/report.ts";
import type { StudyRecords } from "../../../lib/plot/reproduction/records.ts";
import { writeAtomic } from "../../../lib/run/atomic.ts";
import type { StudyResults } from "../../../lib/run/reproduction/results.ts";
import { readResultImage, readResults } from "../../../lib/run/reproduction/results_file.ts";
import { UsageError } from "../../../lib/run/usage_error.ts";
import { entries } from "../entries.ts";
import { writeFigures } from "../figures.ts";

/**
 * Writes report.html, tables.md and figures/ from results alone.
 *
 * @param results the folder of results
 * @param out where to; it is made if it is missing
 * @returns the page's path
 * @throws {UsageError} if there are no results
 * @throws {SyntaxError} if a file is corrupt, naming it
 */
export async function writeReproduction(results: string, out: string): Promise<string> {
  const studies = await readResults(results);
  if (studies.length === 0) {
    throw new UsageError(
      `Cannot draw reproduction ${results}: it holds no study's results; make them with deno task reproduce`,
    );
  }
  const { html, figures, markdown } = reproductionReport(
    await Promise.all(studies.map((study) => studyRecords(study, results))),
  );
  await writeFigures(join(out, "figures"), figures);
  await writeAtomic(join(out, "tables.md"), markdown);
  const page = join(out, "report.html");
  await writeAtomic(page, html);
  return page;
}

async function studyRecords(
  { config, provenance, images, ...study }: StudyResults,
  folder: string,
): Promise<StudyRecords> {
  return {
    ...study,
    config: entries(config),
    provenance: entries(provenance),
    images: await Promise.all(images.map(async (image) => ({
      settings: image.settings,
      png: await readResultImage(folder, image),
    }))),
  };
}
