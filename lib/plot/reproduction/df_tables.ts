/**
 * What degrees of freedom do, in numbers.
 *
 * @module
 */

import { DF_INITIAL } from "../../model/record.ts";
import type { NumberTable } from "../page.ts";
import type { Settings } from "../sweep/records.ts";
import { columnTable } from "./column_table.ts";
import { type Configuration, configurations, difference, type Measure, metric, overSeeds } from "./groups.ts";
import { DIFFERENCES, INTERVALS, intervalText, KERNELS, verdict } from "./interval_text.ts";
import { finalLoss } from "./losses.ts";
import type { StudyRecords } from "./records.ts";
import { epochsText } from "./study_table.ts";
import { datasetsOf, dfText, familyName } from "./words.ts";

const LOSS = finalLoss("df"), MMD = metric("mmd"), LOG_LIKELIHOOD = metric("logLikelihood");
const KL: Measure = ({ curve }) => curve.testKl.at(-1);

/**
 * Losses, tails and samples by degrees of freedom, independent and joint, beside the Gaussian.
 *
 * @param study of degrees of freedom
 * @returns one table; none where nothing has been trained
 */
export function dfTables(study: StudyRecords): NumberTable[] {
  const groups = configurations(study);
  if (groups.length === 0) return [];
  const gaussian = study.cells.filter(isGaussian);
  const means = (measure: Measure) => groups.map(({ cells }) => intervalText(overSeeds(cells, measure)));
  const differences = (measure: Measure) =>
    groups.map(({ cells }) =>
      difference({ gaussian, "student-t": cells.filter((cell) => !isGaussian(cell)) }, measure)
    );
  const compared = {
    "test loss": differences(LOSS),
    "log-likelihood": differences(LOG_LIKELIHOOD),
    "KL": differences(KL),
    "MMD²": differences(MMD),
  };
  return [columnTable({
    title: `Degrees of freedom: ${datasetsOf(study)}, ${epochsText(study.cells)} epochs`,
    labels: groups.map(({ settings }) => latentText(settings)),
    columns: {
      "seeds": groups.map(({ cells }) => String(cells.length)),
      "test loss": means(LOSS),
      "t − Gaussian, test loss": compared["test loss"].map(intervalText),
      "log-likelihood": means(LOG_LIKELIHOOD),
      "t − Gaussian, log-likelihood": compared["log-likelihood"].map(intervalText),
      "KL": means(KL),
      "t − Gaussian, KL": compared.KL.map(intervalText),
      "tail index of z": means(metric("tailIndex")),
      "of the prior": means(metric("priorTailIndex")),
      "MMD²": means(MMD),
      "t − Gaussian, MMD²": compared["MMD²"].map(intervalText),
      "learned df": means(({ curve }) => curve.df?.at(-1)),
    },
    caption: [
      `Test loss, log-likelihood and KL in nats per example. ${INTERVALS}; ${DIFFERENCES}, all with the same Gaussian ones. The tail ` +
      "index is Hill's estimate from one z ~ q(z|x) of each test example and from as many draws of the prior, of which " +
      "normal ones have a large one instead of none; it is the mean over latent dimensions, as are learned df.",
      KERNELS,
      ...(groups.some(isFound)
        ? [`Learned and amortised df are those of q(z|x); the prior's stay ${DF_INITIAL}.`]
        : []),
      ...Object.entries(compared).flatMap(([name, intervals]) => verdict(`t − Gaussian, ${name}`, intervals)),
    ].join(" "),
  })];
}

function isGaussian({ settings }: Pick<Configuration, "settings">): boolean {
  return settings["latent.family"] === "gaussian";
}

/** Whether training finds its df, and nothing is said of the prior's. */
function isFound({ settings }: Configuration): boolean {
  return typeof settings["latent.df"] === "string" && settings["latent.priorDf"] === undefined;
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
