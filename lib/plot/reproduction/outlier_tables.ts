/**
 * What outliers among the training examples do, in numbers.
 *
 * @module
 */

import type { NumberTable } from "../page.ts";
import { difference, metric, overSeeds, pairs } from "./groups.ts";
import { intervalText, verdict } from "./interval_text.ts";
import { finalLoss, lossUnit } from "./losses.ts";
import type { StudyRecords } from "./records.ts";
import { epochsText, INTERVALS } from "./tables.ts";
import { datasetOf, outliersOf, percent } from "./words.ts";

/** What is measured of each model, with the name of the difference. */
const MEASURES = [
  { name: "test loss", of: finalLoss(lossUnit("outliers")) },
  { name: "MMD", of: metric("mmd") },
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
  const [{ of: loss }] = MEASURES;
  const differences = MEASURES.map(({ name, of }) => ({
    name,
    intervals: cases.map((pair) => difference(pair, of)),
  })).filter(({ intervals }) => intervals.some((interval) => interval !== undefined));
  const dataset = [...new Set(cases.map(({ settings }) => datasetOf(settings, study)))].join(", ");
  return [{
    title: `Outliers among the training examples: ${dataset}, ${epochsText(study.cells)} epochs`,
    header: [
      "seeds",
      "loss, Gaussian",
      "loss, Student's t",
      ...differences.map(({ name }) => `t − Gaussian, ${name}`),
    ],
    rows: cases.map((pair, i) => ({
      label: caseLabel(outliersOf(pair.settings)),
      values: [
        String(Math.max(pair.gaussian.length, pair["student-t"].length)),
        intervalText(overSeeds(pair.gaussian, loss)),
        intervalText(overSeeds(pair["student-t"], loss)),
        ...differences.map(({ intervals }) => intervalText(intervals[i])),
      ],
    })),
    caption: [
      "Everything is measured on the clean test set: losses in nats per example and MMD of new examples, where lower is " +
      "better, and the accuracy of guessing classes from the nearest latents, where higher is.",
      `${INTERVALS}; t − Gaussian is the difference with the same seed.`,
      ...differences.flatMap(({ name, intervals }) => verdict(`t − Gaussian, ${name}`, intervals)),
    ].join(" "),
  }];
}

/** Such as `uniform, 2 %`. */
function caseLabel({ fraction, kind }: ReturnType<typeof outliersOf>): string {
  return kind === undefined ? "no outliers" : `${kind}, ${percent(fraction)} %`;
}
