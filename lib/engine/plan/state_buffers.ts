/**
 * Where the arrays of an engine's state are in a plan's arena.
 *
 * @module
 */

import { parameterTable } from "../../model/parameters.ts";
import type { Model } from "../../model/record.ts";
import { stateNames } from "../state.ts";
import type { Buffer } from "./op.ts";
import type { Plan } from "./plan.ts";

/**
 * Lists the arrays that training changes.
 *
 * @param model the record
 * @param plan any plan of it: they lie the same in all
 * @returns buffers under the names of `EngineState.tensors`, parameters with their moments first, then statistics
 */
export function stateBuffers(model: Model, { parameters, all, statistics }: Plan): readonly Buffer[] {
  const regions = [all.value, all.m, all.v];
  const trained = parameterTable(model).flatMap((parameter, i) => {
    const { offset, shape } = parameters[i];
    return stateNames(parameter).map((name, k) => ({ name, offset: regions[k].offset + offset, shape }));
  });
  return [...trained, ...statistics];
}
