/**
 * The rows of tables of both families.
 *
 * @module
 */

import type { MeanInterval } from "../../math/mean_interval.ts";
import { difference, type Measure, overSeeds, type Pair, pairs } from "./groups.ts";
import type { StudyCell, StudyRecords } from "./records.ts";
import { datasetOf, FAMILIES, type Family, isOfFamilies } from "./words.ts";

/** One family on one data set, or what Student's t has more there than the Gaussian. */
export interface FamilyRow {
  readonly study: StudyRecords;
  /** The cells of both families. */
  readonly pair: Pair;
  /** Absent from a row of differences. */
  readonly family?: Family;
  /** Those of the family; of differences, those of Student's t whose seed the Gaussian has too. At least one. */
  readonly cells: readonly StudyCell[];
  /** Such as `MNIST, fc, Gaussian` or `MNIST, fc, t − Gaussian`. */
  readonly label: string;
  /** The mean of a measure over seeds, or of its differences with the same seed. */
  readonly mean: (measure: Measure) => MeanInterval | undefined;
}

/**
 * The studies of both families, row by row: the Gaussian, Student's t, and the difference.
 *
 * @param studies those that have been begun, in the order of the page
 */
export function familyRows(studies: readonly StudyRecords[]): FamilyRow[] {
  return studies.filter(isOfFamilies).flatMap((study) =>
    pairs(study).flatMap((pair): FamilyRow[] => {
      const { gaussian, "student-t": studentT } = pair;
      const label = (name: string) =>
        [datasetOf(pair.settings, study), study.study, name].filter(Boolean).join(", ");
      const seeds = new Set(gaussian.map(({ settings }) => settings.seed));
      return [
        ...FAMILIES.map((family) => ({
          study,
          pair,
          family,
          cells: pair[family.key],
          label: label(family.name),
          mean: (measure: Measure) => overSeeds(pair[family.key], measure),
        })),
        {
          study,
          pair,
          cells: studentT.filter(({ settings }) => seeds.has(settings.seed)),
          label: label("t − Gaussian"),
          mean: (measure: Measure) => difference(pair, measure),
        },
      ].filter(({ cells }) => cells.length > 0);
    })
  );
}
