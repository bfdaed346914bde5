/**
 * The numbers of a reproduction of the paper.
 *
 * @module
 */

import type { NumberTable } from "../page.ts";
import { difference, overSeeds, type Pair, pairs } from "./groups.ts";
import { intervalText, NOTHING, verdict } from "./interval_text.ts";
import { finalLoss, isOriginal, lossUnit, originalLoss } from "./losses.ts";
import { STUDIES, type StudyCell, type StudyRecords } from "./records.ts";
import { datasetOf, FAMILIES, type Family, FAMILY_STUDIES, STUDY_WORDS } from "./words.ts";

/** What all intervals are. */
export const INTERVALS =
  "Values are means over seeds ± half of their 95 % confidence interval; single ones have none";

/** What is to be known of studies that repeat the original code's training. */
const ORIGINALS =
  "The original's losses are those after 500 epochs, read off its figures, ± 0.5. As the original code trains " +
  "it, Student's t has a prior with the df of q(z|x): its loss is no bound of ln p(x) and compares with no other.";

/**
 * What there is of each study.
 *
 * @param studies those that have been begun
 * @returns one table with a row for each study that there could be
 */
export function studyTable(studies: readonly StudyRecords[]): NumberTable {
  return {
    title: "Studies",
    header: ["trained", "epochs", "seeds", "data sets", "time"],
    rows: STUDIES.map((name) => {
      const study = studies.find(({ study }) => study === name);
      return {
        label: name,
        note: STUDY_WORDS[name],
        values: study === undefined ? Array(5).fill(NOTHING) : [
          `${study.cells.length} of ${study.total}`,
          epochsText(study.cells),
          seedsText(study.cells),
          [...new Set(study.cells.map(({ settings }) => datasetOf(settings, study)))].join(", ") || NOTHING,
          timeText(study.cells.reduce((sum, { seconds }) => sum + seconds, 0)),
        ],
      };
    }),
    caption:
      "How many of each study's models have been trained. Time is that of all of them, one after the other.",
  };
}

/** The epochs that cells have been trained for: `500`, or `10 to 500`. */
export function epochsText(cells: readonly StudyCell[]): string {
  const epochs = cells.map(({ curve }) => curve.epoch.at(-1) ?? 0);
  if (epochs.length === 0) return NOTHING;
  const [least, most] = [Math.min(...epochs), Math.max(...epochs)];
  return least === most ? String(most) : `${least} to ${most}`;
}

function seedsText(cells: readonly StudyCell[]): string {
  return cells.length === 0 ? NOTHING : String(new Set(cells.map(({ settings }) => settings.seed)).size);
}

function timeText(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(0)} s`;
  return seconds < 3600 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** Cells of one family, and their place in a table. */
export interface FamilyRow {
  readonly study: StudyRecords;
  readonly pair: Pair;
  readonly family: Family;
  readonly cells: readonly StudyCell[];
  readonly label: string;
}

/** A row for each data set and family of the studies of both families. */
export function familyRows(studies: readonly StudyRecords[]): FamilyRow[] {
  return FAMILY_STUDIES.flatMap((name) => studies.filter(({ study }) => study === name)).flatMap((study) =>
    pairs(study).flatMap((pair) =>
      FAMILIES.flatMap((family): FamilyRow[] => {
        const cells = pair[family.key];
        const label = [datasetOf(pair.settings, study), study.study, family.name].filter(Boolean).join(", ");
        return cells.length === 0 ? [] : [{ study, pair, family, cells, label }];
      })
    )
  );
}

/**
 * Where the test losses of both families end, beside those of the original.
 *
 * @param studies those that have been begun
 * @returns one table; none where nothing has been trained
 */
export function lossTables(studies: readonly StudyRecords[]): NumberTable[] {
  const rows = familyRows(studies);
  if (rows.length === 0) return [];
  const differences = rows.map(({ study, pair, family }) =>
    family.key === "student-t" ? difference(pair, finalLoss(lossUnit(study.study))) : undefined
  );
  const units = new Map(rows.map(({ study }) => lossUnit(study.study)).map((unit) => [unit.name, unit]));
  return [{
    title: "Test losses after the last epoch",
    header: ["epochs", "seeds", "loss", "the original's", "t − Gaussian", "reconstruction", "KL"],
    rows: rows.map(({ study, cells, family, label, pair }, i) => ({
      label,
      values: [
        epochsText(cells),
        String(cells.length),
        intervalText(overSeeds(cells, finalLoss(lossUnit(study.study)))),
        originalLoss(study.study, { dataset: datasetOf(pair.settings, study), family: family.key })?.toFixed(
          1,
        ) ?? NOTHING,
        intervalText(differences[i]),
        intervalText(overSeeds(cells, ({ curve }) => curve.testReconstruction.at(-1))),
        intervalText(overSeeds(cells, ({ curve }) => curve.testKl.at(-1))),
      ],
    })),
    caption: [
      `Means over the test set in nats per example; lower is better. ${INTERVALS}.`,
      ...[...units.values()].flatMap(({ caption }) => caption === undefined ? [] : [caption]),
      "t − Gaussian is the difference of losses with the same seed.",
      ...verdict("t − Gaussian", differences),
      ...(rows.some(({ study }) => isOriginal(study.study)) ? [ORIGINALS] : []),
    ].join(" "),
  }];
}
