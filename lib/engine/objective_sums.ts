/**
 * From parts of examples to the sums that engines tell.
 *
 * @module
 */

import { isJoint } from "../model/latent.ts";
import { freeNats, lossWeights } from "../model/loss_weights.ts";
import { type Model, type Objective, sizeOf } from "../model/record.ts";
import type { ExampleValues, ObjectiveParts, ObjectiveSums } from "./engine.ts";

/** Sums over examples, as a device gives them that adds up by itself. */
export interface PartSums {
  /** How many the sums are over. */
  readonly examples: number;
  readonly reconstruction: number;
  /** Of the objective, where it is another function than of the other two; else any number. */
  readonly bound: number;
  /** `[groups]` */
  readonly kl: Float64Array;
}

/** A record and its objective. */
interface Task {
  readonly model: Model;
  readonly objective: Objective;
}

/**
 * Sums in float64, example by example: a float32 sum over a batch would lose digits.
 *
 * @param task the record and its objective
 * @param values of the examples; columns of `kl` are latent dimensions, or fewer where the loss does not tell them apart
 * @param options `rows` of a batch, which a loss that is no mean depends on
 * @returns what engines tell of a batch
 */
export function objectiveSums(
  task: Task,
  values: ExampleValues,
  options: { readonly rows: number },
): ObjectiveSums {
  return objectiveOf(task, partSums(values), options);
}

/**
 * The same with its parts.
 *
 * @param task the record and its objective
 * @param perExample what was measured
 * @param options `rows` of a batch, which a loss that is no mean depends on
 * @returns what engines tell of measuring
 */
export function objectiveParts(
  task: Task,
  perExample: ExampleValues,
  options: { readonly rows: number },
): ObjectiveParts {
  const sums = partSums(perExample);
  return {
    ...objectiveOf(task, sums, options),
    ...(isJoint(task.model.latent) ? {} : { klPerDimension: sums.kl }),
    perExample,
  };
}

function partSums({ reconstruction, kl, bound }: ExampleValues): PartSums {
  const examples = reconstruction.length;
  const columns = new Float64Array(kl.length / examples);
  kl.forEach((value, i) => columns[i % columns.length] += value);
  return { examples, reconstruction: total(reconstruction), bound: total(bound ?? []), kl: columns };
}

/**
 * The loss that sums of its parts make.
 *
 * @param task the record and its objective
 * @param sums over one batch or several
 * @param options `rows` of a batch, which a loss that is no mean depends on
 * @returns what engines tell
 */
export function objectiveOf(
  { model, objective }: Task,
  { examples, reconstruction, bound, kl }: PartSums,
  { rows }: { readonly rows: number },
): ObjectiveSums {
  const loss = () => {
    if (objective.kind !== "elbo") return bound;
    const weights = lossWeights(objective, { rows, elements: sizeOf(model.input) });
    const free = freeNats(objective, model.latent);
    const floored = free === 0 ? kl : kl.map((sum) => Math.max(sum, examples * free));
    return reconstruction + weights.kl / weights.reconstruction * total(floored);
  };
  return { examples, loss: loss(), reconstruction, kl: total(kl) };
}

function total(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
