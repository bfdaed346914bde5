/**
 * How well a model tells its own data from others.
 *
 * @module
 */

import type { Split } from "../data/dataset.ts";
import type { Engine, ObjectiveParts } from "../engine/engine.ts";
import { auroc } from "./auroc.ts";
import { metricOf, type Metrics } from "./metric.ts";
import { negativeElbo } from "./objective_metrics.ts";

/** Examples that the model was not meant for. */
export interface Against {
  /** The data set's name. */
  readonly name: string;
  /** Of the same shape as what the model was trained on. */
  readonly split: Split;
}

/**
 * The AUROC of −ELBO as a sign that an example is of another data set.
 *
 * @param engine the trained model
 * @param options parts of its own test examples, and the others
 * @returns `elboAuroc`
 */
export async function againstMetrics(
  engine: Engine,
  { own, against: { name, split } }: { readonly own: ObjectiveParts; readonly against: Against },
): Promise<Metrics> {
  const others = await engine.objectiveParts(
    split.values,
    Uint32Array.from({ length: split.count }, (_, i) => i),
  );
  const scores = { positive: negativeElbo(others.perExample), negative: negativeElbo(own.perExample) };
  return {
    elboAuroc: metricOf(auroc(scores), {
      unit: "probability",
      definition:
        `that one of the ${split.count} test examples of ${name} has a lower ELBO than one of the ` +
        `${own.examples} test examples, plus half of that they are equal`,
    }),
  };
}
