/**
 * What outliers among the training examples do, in numbers.
 *
 * @module
 */

import type { NumberTable } from "../page.ts";
import { columnTable } from "./column_table.ts";
import { difference, metric, overSeeds, type Pair, pairs } from "./groups.ts";
import { DIFFERENCES, INTERVALS, intervalText, KERNELS, verdict } from "./interval_text.ts";
import { finalLoss } from "./losses.ts";
import type { StudyRecords } from "./records.ts";
import { epochsText } from "./study_table.ts";
import { datasetsOf, outliersOf, percent } from "./words.ts";

const LOSS = finalLoss("outliers");

/** What families are compared by. */
const MEASURES = [
  { name: "test loss", of: LOSS },
  { name: "log-likelihood", of: metric("logLikelihood") },
  { name: "MMD²", of: metric("mmd") },
  { name: "nearest neighbours", of: metric("nearestNeighborAccuracy") },
] as const;

/**
 * Losses of both families on the clean test set by what was among the training examples, and what t has more than the
 * Gaussian of the same seed.
 *
 * @param study of outliers
 * @returns one table; none where nothing has been trained
 */
export function outlierTables(study: StudyRecords): NumberTable[] {
  const cases = pairs(study);
  if (cases.length === 0) return [];
  const differences = MEASURES.map(({ name, of }) => ({
    name: `t − Gaussian, ${name}`,
    intervals: cases.map((pair) => difference(pair, of)),
  }));
  return [columnTable({
    title: `Outliers among the training examples: ${datasetsOf(study)}, ${epochsText(study.cells)} epochs`,
    labels: cases.map(caseText),
    columns: {
      "seeds": cases.map(({ gaussian, "student-t": studentT }) =>
        String(Math.max(gaussian.length, studentT.length))
      ),
      "loss, Gaussian": cases.map(({ gaussian }) => intervalText(overSeeds(gaussian, LOSS))),
      "loss, Student's t": cases.map(({ "student-t": studentT }) => intervalText(overSeeds(studentT, LOSS))),
      ...Object.fromEntries(differences.map(({ name, intervals }) => [name, intervals.map(intervalText)])),
    },
    caption: [
      "Everything is measured on the clean test set: losses in nats per example and MMD² of new examples, where lower is " +
      "better, and log-likelihoods in nats and the accuracy of guessing classes from the nearest latents, where higher is.",
      `${INTERVALS}; ${DIFFERENCES}. ${KERNELS}`,
      ...differences.flatMap(({ name, intervals }) => verdict(name, intervals)),
    ].join(" "),
  })];
}

/** Such as `uniform, 2 %`. */
function caseText({ settings }: Pair): string {
  const { fraction, kind } = outliersOf(settings);
  return kind === undefined ? "no outliers" : `${kind}, ${percent(fraction)} %`;
}
