/**
 * How a reproduction was made.
 *
 * @module
 */

import type { Entry } from "../records.ts";
import type { StudyRecords } from "./records.ts";

/** A titled list of rows. */
export interface EntryList {
  readonly title: string;
  readonly rows: readonly Entry[];
}

/**
 * The command of each study, and settings and provenance: once what all studies have in common, then what each has of
 * its own.
 *
 * @param studies those that have been begun
 */
export function detailEntries(studies: readonly StudyRecords[]): EntryList[] {
  return [
    { title: "Commands", rows: studies.map(({ study, command }): Entry => [study, command]) },
    ...shared(studies, { title: "Settings", of: ({ config }) => config }),
    ...shared(studies, { title: "Provenance", of: ({ provenance }) => provenance }),
  ];
}

function shared(
  studies: readonly StudyRecords[],
  { title, of }: { readonly title: string; readonly of: (study: StudyRecords) => readonly Entry[] },
): EntryList[] {
  const [first, ...others] = studies.map((study) => new Map(of(study)));
  const common = new Map(
    [...first ?? []].filter(([key, value]) => others.every((map) => map.get(key) === value)),
  );
  return [
    { title: studies.length === 1 ? title : `${title} of all studies`, rows: [...common] },
    ...studies.map((study) => ({
      title: `${title} of ${study.study}`,
      rows: of(study).filter(([key]) => !common.has(key)),
    })),
  ];
}
