/**
 * What degrees of freedom do, in numbers.
 *
 * @module
 */

import type { NumberTable } from "../page.ts";
import type { Settings } from "../sweep/records.ts";
import { columnTable } from "./column_table.ts";
import { configurations, type Measure, metric, overSeeds } from "./groups.ts";
import { INTERVALS, intervalText } from "./interval_text.ts";
import { finalLoss, lossUnit } from "./losses.ts";
import type { StudyRecords } from "./records.ts";
import { epochsText } from "./study_table.ts";
import { datasetsOf, dfText, familyName } from "./words.ts";

/**
 * Losses, tails and samples by degrees of freedom, independent and joint, beside the Gaussian.
 *
 * @param study of degrees of freedom
 * @returns one table; none where nothing has been trained
 */
export function dfTables(study: StudyRecords): NumberTable[] {
  const groups = configurations(study);
  if (groups.length === 0) return [];
  const means = (measure: Measure) => groups.map(({ cells }) => intervalText(overSeeds(cells, measure)));
  return [columnTable({
    title: `Degrees of freedom: ${datasetsOf(study)}, ${epochsText(study.cells)} epochs`,
    labels: groups.map(({ settings }) => latentText(settings)),
    columns: {
      "seeds": groups.map(({ cells }) => String(cells.length)),
      "test loss": means(finalLoss(lossUnit("df"))),
      "KL": means(({ curve }) => curve.testKl.at(-1)),
      "tail index of z": means(metric("tailIndex")),
      "MMD": means(metric("mmd")),
      "learned df": means(({ curve }) => curve.df?.at(-1)),
    },
    caption:
      `Test loss and KL in nats per example. ${INTERVALS}. The tail index is that of z ~ q(z|x) of the test set, the ` +
      "mean over latent dimensions, as are learned df.",
  })];
}

/** Such as `Student's t, df 2.5, joint`. */
function latentText(
  { "latent.family": family, "latent.df": df, "latent.joint": joint }: Settings,
): string {
  return [
    familyName(family),
    ...(df === undefined ? [] : [`df ${dfText(df)}`]),
    ...(joint === undefined ? [] : [joint ? "joint" : "independent"]),
  ].join(", ");
}
