/**
 * From parts of examples to the sums that engines tell.
 *
 * @module
 */

import { freeNats, lossWeights } from "../model/loss_weights.ts";
import { type Model, type Objective, sizeOf } from "../model/record.ts";
import type { ObjectiveSums } from "./engine.ts";

/** Numbers of one pass over examples, as a device gives them. */
export interface ExampleValues {
  /** Of each example. */
  readonly reconstruction: Float32Array;
  /** `[examples, groups]` row-major: each latent dimension, or fewer where neither loss nor user tells them apart. */
  readonly kl: Float32Array;
  /** Of each example, where the objective is another function than of these two. */
  readonly bound?: Float32Array;
}

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

/**
 * Sums in float64, example by example: a float32 sum over a batch would lose digits.
 *
 * @param task the record and its objective
 * @param values of the examples
 * @param options `rows` of a batch, which a loss that is no mean depends on
 * @returns the sums, and the divergence by the columns of `kl`
 */
export function objectiveSums(
  task: { readonly model: Model; readonly objective: Objective },
  { reconstruction, kl, bound }: ExampleValues,
  options: { readonly rows: number },
): { readonly sums: ObjectiveSums; readonly klColumns: Float64Array } {
  const examples = reconstruction.length;
  const klColumns = new Float64Array(kl.length / examples);
  kl.forEach((value, i) => klColumns[i % klColumns.length] += value);
  const sums = { examples, reconstruction: total(reconstruction), bound: total(bound ?? []), kl: klColumns };
  return { sums: objectiveOf(task, sums, options), klColumns };
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
  { model, objective }: { readonly model: Model; readonly objective: Objective },
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
