/**
 * What a model's weights cost in training.
 *
 * @module
 */

import type { Engine } from "../engine/engine.ts";
import { parameterTable } from "../model/parameters.ts";
import type { Model } from "../model/record.ts";
import type { Metrics } from "./metric.ts";

/**
 * The penalty of the arrays that the model gives an l2; one that the optimiser has for all of them is not in it.
 *
 * @param engine the trained model
 * @param model its record
 * @returns `penalty`, Σ l2 · Σ value²; nothing where no array has an l2
 */
export async function penaltyMetric(engine: Engine, model: Model): Promise<Metrics> {
  const penalised = parameterTable(model).filter(({ l2 }) => l2 !== undefined);
  if (penalised.length === 0) return {};
  const { tensors } = await engine.exportState();
  const squares = (name: string) => tensors.get(name)!.data.reduce((sum, value) => sum + value ** 2, 0);
  return {
    penalty: {
      value: penalised.reduce((sum, { name, l2 = 0 }) => sum + l2 * squares(name), 0),
      unit: "of the loss of a batch",
      definition: "Σ l2 · Σ W² over the layers and heads that have an l2, which training adds to its loss",
    },
  };
}
