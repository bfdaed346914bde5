/**
 * The survival functions of an evaluation.
 *
 * @module
 */

import { LATENT_SOURCES } from "../../lib/model/latent_sources.ts";
import type { SurvivalCurve, SurvivalRecords, TailRecords } from "../../lib/plot/records.ts";
import type { StoredArrays } from "../../lib/run/evaluation.ts";

/**
 * The tails of examples and latents, where `evaluate --tails` has measured them.
 *
 * @param arrays of an evaluation
 * @returns curves of the test set, and of every source of latents that was asked for
 */
export function tailRecords(arrays: StoredArrays): TailRecords | undefined {
  const x = survivalRecords(arrays, { folder: "survival", data: ["data", "data"] });
  const z = survivalRecords(arrays, {
    folder: "latentSurvival",
    data: ["posterior-test", "aggregate posterior"],
  });
  return x && z && { x, z };
}

function survivalRecords(
  arrays: StoredArrays,
  { folder, data: [data, dataName] }: { readonly folder: string; readonly data: readonly [string, string] },
): SurvivalRecords | undefined {
  const read = (name: string): Float32Array | undefined => {
    const values = arrays.get(`${folder}/${name}`)?.data;
    return values instanceof Float32Array ? values : undefined;
  };
  const curve = (name: string, rest: Pick<SurvivalCurve, "name" | "role">): SurvivalCurve[] => {
    const survival = read(name);
    return survival === undefined ? [] : [{ ...rest, survival }];
  };
  const radius = read("radius");
  return radius && {
    radius,
    curves: [
      ...curve(data, { name: dataName, role: "data" }),
      ...LATENT_SOURCES.flatMap((name) => curve(name, { name, role: "source" })),
    ],
  };
}
