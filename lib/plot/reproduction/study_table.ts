/**
 * What there is of a reproduction.
 *
 * @module
 */

import type { NumberTable } from "../page.ts";
import { NOTHING } from "./interval_text.ts";
import { STUDIES, type StudyCell, type StudyRecords } from "./records.ts";
import { datasetsOf, STUDY_WORDS } from "./words.ts";

const HEADER = ["trained", "epochs", "seeds", "data sets", "time"];

/**
 * What there is of each study.
 *
 * @param studies those that have been begun
 * @returns a table with a row for each study that there could be
 */
export function studyTable(studies: readonly StudyRecords[]): NumberTable {
  const shared = sharedNotes(studies);
  return {
    title: "Studies",
    header: HEADER,
    rows: STUDIES.map((name) => {
      const study = studies.find(({ study }) => study === name);
      const values = study === undefined ? HEADER.map(() => NOTHING) : studyValues(study);
      const notes = study?.notes.filter((note) => !shared.includes(note)) ?? [];
      return { label: name, note: [STUDY_WORDS[name], ...notes].join(". "), values };
    }),
    caption:
      "How many of each study's models have been trained. Time is that of all of them, one after the other.",
  };
}

/** What is to be known of all studies alike. */
export function sharedNotes([first, ...others]: readonly StudyRecords[]): readonly string[] {
  return first?.notes.filter((note) => others.every(({ notes }) => notes.includes(note))) ?? [];
}

function studyValues(study: StudyRecords): string[] {
  const { cells, total } = study;
  const seeds = seedsOf(cells);
  return [
    `${cells.length} of ${total}`,
    epochsText(cells),
    seeds === 0 ? NOTHING : String(seeds),
    datasetsOf(study) || NOTHING,
    timeText(cells.reduce((sum, { seconds }) => sum + seconds, 0)),
  ];
}

/**
 * The epochs that cells have been trained for.
 *
 * @param cells any
 * @returns such as `500`, or `10 to 500`
 */
export function epochsText(cells: readonly StudyCell[]): string {
  const epochs = cells.map(({ curve }) => curve.epoch.at(-1) ?? 0);
  if (epochs.length === 0) return NOTHING;
  const [least, most] = [Math.min(...epochs), Math.max(...epochs)];
  return least === most ? String(most) : `${least} to ${most}`;
}

/**
 * How many seeds there are.
 *
 * @param cells any
 */
export function seedsOf(cells: readonly StudyCell[]): number {
  return new Set(cells.map(({ settings }) => settings.seed)).size;
}

function timeText(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(0)} s`;
  return seconds < 3600 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
