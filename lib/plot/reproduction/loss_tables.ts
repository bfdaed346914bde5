/**
 * Where the training of both families ends.
 *
 * @module
 */

import type { NumberTable } from "../page.ts";
import { columnTable } from "./column_table.ts";
import { type FamilyRow, familyRows } from "./family_rows.ts";
import type { Measure } from "./groups.ts";
import { DIFFERENCES, INTERVALS, intervalText, NOTHING, verdict } from "./interval_text.ts";
import { finalLoss, isOriginal, ORIGINAL_FC_LOSS, originalLoss } from "./losses.ts";
import type { StudyRecords } from "./records.ts";
import { epochsText } from "./study_table.ts";
import { datasetOf } from "./words.ts";

/**
 * Where the test losses of both families end, beside those of the original.
 *
 * @param studies those that have been begun, in the order of the page
 * @returns one table; none where nothing has been trained
 */
export function lossTables(studies: readonly StudyRecords[]): NumberTable[] {
  const rows = familyRows(studies);
  if (rows.length === 0) return [];
  const means = (measure: (row: FamilyRow) => Measure) =>
    rows.map((row) => intervalText(row.mean(measure(row))));
  const onBatches = means(() => ({ curve }) => curve.testLossOnBatchStatistics?.at(-1));
  const originals = rows.map(originalText);
  return [columnTable({
    title: "Test losses after the last epoch",
    labels: rows.map(({ label }) => label),
    columns: {
      "epochs": rows.map(({ cells }) => epochsText(cells)),
      "seeds": rows.map(({ cells }) => String(cells.length)),
      "loss": means(lossOf),
      "on batch statistics": onBatches,
      "the original's": originals,
      "reconstruction": means(() => ({ curve }) => curve.testReconstruction.at(-1)),
      "KL": means(() => ({ curve }) => curve.testKl.at(-1)),
    },
    caption: [
      `Means over the test set in nats per example; lower is better. ${INTERVALS}. ${DIFFERENCES}.`,
      ...[false, true].flatMap((original) => verdicts(rows, original)),
      ...(onBatches.some((text) => text !== NOTHING) ? [ON_BATCHES] : []),
      ...(rows.some(({ study }) => study.study === "original-fc") ? [ORIGINAL_FC_LOSS] : []),
      ...(originals.some((text) => text !== NOTHING) ? [ORIGINAL_LOSSES] : []),
      ...(rows.some(({ study }) => isOriginal(study.study)) ? [NO_BOUND] : []),
    ].join(" "),
  })];
}

const ON_BATCHES =
  "On batch statistics is the loss with batch norm by each batch's own statistics; all else takes the running ones.";

const ORIGINAL_LOSSES =
  "The original's losses are those after 500 epochs, read off its figures, ± 0.5; those of its convolutional networks " +
  "are of the last batch of test images alone, 272 of them.";

const NO_BOUND =
  "As the original code trains it, Student's t has a prior with the df of q(z|x): its loss is no bound of " +
  "ln p(x), and less of it is not yet better.";

function lossOf({ study }: FamilyRow): Measure {
  return finalLoss(study.study);
}

function originalText({ study, pair, family }: FamilyRow): string {
  if (family === undefined) return NOTHING;
  const place = { dataset: datasetOf(pair.settings, study), family: family.key };
  return originalLoss(study.study, place)?.toFixed(1) ?? NOTHING;
}

/** A sentence on the originals, or on the others. */
function verdicts(all: readonly FamilyRow[], original: boolean): string[] {
  const rows = all.filter(({ study, family }) =>
    isOriginal(study.study) === original && family === undefined
  );
  const names = new Set(rows.map(({ study }) => study.study));
  return verdict(
    `t − Gaussian, loss in ${[...names].join(" and ")}`,
    rows.map((row) => row.mean(lossOf(row))),
  );
}
