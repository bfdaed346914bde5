/**
 * The rows of tables of both families.
 *
 * @module
 */

import { type Pair, pairs } from "./groups.ts";
import type { StudyCell, StudyRecords } from "./records.ts";
import { datasetOf, FAMILIES, type Family, isOfFamilies } from "./words.ts";

/** The cells of one family on one data set. */
export interface FamilyRow {
  readonly study: StudyRecords;
  /** These and those of the other family. */
  readonly pair: Pair;
  readonly family: Family;
  /** At least one. */
  readonly cells: readonly StudyCell[];
  /** Such as `MNIST, fc, Gaussian`. */
  readonly label: string;
}

/**
 * The studies of both families, row by row.
 *
 * @param studies those that have been begun, in the order of the page
 */
export function familyRows(studies: readonly StudyRecords[]): FamilyRow[] {
  return studies.filter(isOfFamilies).flatMap((study) =>
    pairs(study).flatMap((pair) =>
      FAMILIES.flatMap((family): FamilyRow[] => {
        const cells = pair[family.key];
        const label = [datasetOf(pair.settings, study), study.study, family.name].filter(Boolean).join(", ");
        return cells.length === 0 ? [] : [{ study, pair, family, cells, label }];
      })
    )
  );
}
