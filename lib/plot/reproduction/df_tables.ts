/**
 * What degrees of freedom do, in numbers.
 *
 * @module
 */

import type { NumberTable } from "../page.ts";
import { type Configuration, configurations, type Measure, metric, overSeeds } from "./groups.ts";
import { intervalText } from "./interval_text.ts";
import { finalLoss, lossUnit } from "./losses.ts";
import type { StudyRecords } from "./records.ts";
import { epochsText, INTERVALS } from "./tables.ts";
import { datasetOf, dfText } from "./words.ts";

/** What is measured of each configuration. */
const MEASURES: Readonly<Record<string, Measure>> = {
  "test loss": finalLoss(lossUnit("df")),
  "KL": ({ curve }) => curve.testKl.at(-1),
  "tail index of z": metric("tailIndex"),
  "MMD": metric("mmd"),
  "learned df": ({ curve }) => curve.df?.at(-1),
};

/**
 * Losses, tails and samples by degrees of freedom, independent and joint, beside the Gaussian.
 *
 * @param study of degrees of freedom
 * @returns one table; none where nothing has been trained
 */
export function dfTables(study: StudyRecords): NumberTable[] {
  const groups = configurations(study);
  if (groups.length === 0) return [];
  const names = Object.keys(MEASURES);
  const values = groups.map(({ cells }) => names.map((name) => overSeeds(cells, MEASURES[name])));
  const measured = names.flatMap((_, i) => values.some((row) => row[i] !== undefined) ? [i] : []);
  const dataset = [...new Set(groups.map(({ settings }) => datasetOf(settings, study)))].join(", ");
  return [{
    title: `Degrees of freedom: ${dataset}, ${epochsText(study.cells)} epochs`,
    header: ["seeds", ...measured.map((i) => names[i])],
    rows: groups.map((group, row) => ({
      label: dfLabel(group),
      values: [String(group.cells.length), ...measured.map((i) => intervalText(values[row][i]))],
    })),
    caption:
      `Test loss and KL in nats per example. ${INTERVALS}. The tail index is that of z ~ q(z|x) of the test set, the ` +
      "mean over latent dimensions, as are learned df.",
  }];
}

/** Such as `t, df 2.5, joint`. */
function dfLabel({ settings }: Configuration): string {
  if (settings["latent.family"] === "gaussian") return "Gaussian";
  const joint = settings["latent.joint"];
  return [
    "Student's t",
    `df ${dfText(settings["latent.df"])}`,
    ...(joint === undefined ? [] : [joint ? "joint" : "independent"]),
  ].join(", ");
}
