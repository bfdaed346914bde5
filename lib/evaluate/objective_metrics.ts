/**
 * The ELBO and its parts.
 *
 * @module
 */

import type { ExampleValues, ObjectiveParts } from "../engine/engine.ts";
import { priorDependsOnX } from "../model/degrees_of_freedom.ts";
import { isJoint } from "../model/latent.ts";
import type { Model, Objective } from "../model/record.ts";
import { columns, mean } from "./mean.ts";
import { metricOf, metricOfSeveral, type Metrics } from "./metric.ts";
import { likelihoodInWords, priorInWords, trainedOn } from "./words.ts";

/**
 * Means over examples with their standard errors.
 *
 * @param parts of some examples
 * @param task the record, and what it was trained on
 * @returns `elbo`, `reconstruction`, `kl` and, unless the latent is joint, `klPerDimension`
 */
export function objectiveMetrics(
  { examples, reconstruction, kl, klPerDimension, perExample }: ObjectiveParts,
  { model, objective }: { readonly model: Model; readonly objective: Objective },
): Metrics {
  const unit = "nats per example";
  const { latent } = model;
  const z = objective.kind === "iwae" && objective.samples > 1 ? `${objective.samples} z` : "one z";
  const divergence = latent.kl === "monte-carlo"
    ? `log q(z|x) − log p(z) at ${z} ~ q(z|x)`
    : "KL(q(z|x) ‖ p(z))";
  const prior = `; p(z) ${priorInWords(latent)}`;
  const klColumns = columns(perExample.kl, perExample.kl.length / examples);
  const klOf = sumOfColumns(klColumns);
  // The sums are the engine's, in the order that it adds in: training reports the same ones.
  const estimate = (sum: number, values: ArrayLike<number>) => ({ ...mean(values), value: sum / examples });
  return {
    elbo: metricOf(
      estimate(-(reconstruction + kl), negativeElbo(perExample)),
      {
        unit,
        definition: `E log p(x|z) − KL(q(z|x) ‖ p(z)), with ${z} ~ q(z|x) per example; higher is better${
          priorDependsOnX(latent) ? "; NOT a bound of log p(x), as p(z) has the df of q(z|x)" : ""
        }${trainedOn(objective)}`,
      },
    ),
    reconstruction: metricOf(estimate(reconstruction, perExample.reconstruction), {
      unit,
      definition: `−log p(x|z) of all elements of x, with ${z} ~ q(z|x) per example; p(x|z) ${
        likelihoodInWords(model, objective)
      }`,
    }),
    kl: metricOf(estimate(kl, klOf), {
      unit,
      definition: `${divergence}, ${
        isJoint(latent) ? "of all latent dimensions together" : "summed over latent dimensions"
      }${prior}`,
    }),
    ...(klPerDimension && {
      klPerDimension: metricOfSeveral(klColumns.map((column, i) => estimate(klPerDimension[i], column)), {
        unit,
        definition: `${divergence} of each latent dimension${prior}`,
      }),
    }),
  };
}

/**
 * −ELBO of each example.
 *
 * @param values parts of examples
 * @returns reconstruction and all dimensions' divergence, nats, `[examples]`
 */
export function negativeElbo({ reconstruction, kl }: ExampleValues): Float64Array {
  return sumOfColumns([
    Float64Array.from(reconstruction),
    ...columns(kl, kl.length / reconstruction.length),
  ]);
}

function sumOfColumns(all: readonly Float64Array[]): Float64Array {
  return all.reduce((sum, column) => sum.map((value, row) => value + column[row]));
}
