/**
 * Engine states that fit a model.
 *
 * @module
 */

import { type Parameter, parameterTable, statisticsTable } from "../model/parameters.ts";
import type { Model } from "../model/record.ts";
import type { EngineState } from "./engine.ts";

/**
 * The names under which a state holds a parameter and its two Adam moments.
 *
 * @param parameter an entry of the model's table
 * @returns `encoder/0/kernel`, `adam/m/encoder/0/kernel`, `adam/v/encoder/0/kernel`
 */
export function stateNames(parameter: Parameter): [value: string, m: string, v: string] {
  return [parameter.name, `adam/m/${parameter.name}`, `adam/v/${parameter.name}`];
}

/**
 * Checks that a state has just the tensors of a model.
 *
 * @param state what is to be taken over
 * @param model the model that is to take it
 * @throws {TypeError} naming the first tensor that is missing, superfluous or of another shape
 */
export function checkState(state: EngineState, model: Model): void {
  const expected = new Map([
    ...parameterTable(model).flatMap((p) => stateNames(p).map((name) => [name, p.shape] as const)),
    ...statisticsTable(model).map(({ name, shape }) => [name, shape] as const),
  ]);
  for (const [name, shape] of expected) {
    const tensor = state.tensors.get(name);
    if (tensor === undefined) {
      throw new TypeError(`Cannot load state: this model's tensor ${name} is missing`);
    }
    if (String(tensor.shape) !== String(shape)) {
      throw new TypeError(
        `Cannot load state: tensor ${name} must have shape [${shape.join(", ")}], got [${
          tensor.shape.join(", ")
        }]`,
      );
    }
  }
  for (const name of state.tensors.keys()) {
    if (!expected.has(name)) throw new TypeError(`Cannot load state: this model has no tensor ${name}`);
  }
}
