/**
 * Studies, data sets and settings as people call them.
 *
 * @module
 */

import type { Json } from "../figure.ts";
import { type Settings, valueText } from "../sweep/records.ts";
import { COLORS, type LineLook } from "../theme.ts";
import type { FamilyName } from "./groups.ts";
import type { StudyName, StudyRecords } from "./records.ts";

/** A family's name, and how it is drawn. */
export interface Family {
  readonly key: FamilyName;
  readonly name: string;
  readonly look: LineLook;
}

/** Both families; each looks the same in every figure. */
export const FAMILIES: readonly Family[] = [
  { key: "gaussian", name: "Gaussian", look: { color: COLORS.data, dash: "solid" } },
  { key: "student-t", name: "Student's t", look: { color: COLORS.model, dash: "solid" } },
];

/**
 * A family's name as it is written.
 *
 * @param key as a configuration has it
 * @returns empty where there is none
 */
export function familyName(key: Json | undefined): string {
  return FAMILIES.find((family) => family.key === key)?.name ?? "";
}

/** What each study is of. */
export const STUDY_WORDS: Readonly<Record<StudyName, string>> = {
  "fc": "dense networks",
  "cnn": "convolutional networks",
  "original-fc": "dense networks as the original code trains them",
  "original-cnn": "convolutional networks as the original code trains them",
  "df": "degrees of freedom",
  "outliers": "outliers among the training examples",
};

/** Studies of both families on each data set. */
const OF_FAMILIES: readonly StudyName[] = ["fc", "cnn", "original-fc", "original-cnn"];

/**
 * Whether a study compares the families on each data set.
 *
 * @param records whose name counts
 */
export function isOfFamilies({ study }: Pick<StudyRecords, "study">): boolean {
  return OF_FAMILIES.includes(study);
}

const DATASETS: ReadonlyMap<string, string> = new Map([
  ["mnist", "MNIST"],
  ["fashion-mnist", "Fashion-MNIST"],
]);

/**
 * A data set's name as it is written.
 *
 * @param name as a configuration has it
 */
function datasetName(name: string): string {
  return DATASETS.get(name) ?? name;
}

/**
 * The data set of cells with some settings.
 *
 * @param settings where it was varied, it is there
 * @param study where not, all cells have it in common
 * @returns its name as it is written; empty where nobody knows
 */
export function datasetOf({ dataset }: Settings, { config }: Pick<StudyRecords, "config">): string {
  return datasetName(String(dataset ?? new Map(config).get("dataset") ?? ""));
}

/**
 * The data sets of a study.
 *
 * @param study what has been trained
 * @returns their names as they are written
 */
export function datasetsOf(study: StudyRecords): string {
  return [...new Set(study.cells.map(({ settings }) => datasetOf(settings, study)))].join(", ");
}

/**
 * Degrees of freedom in a word.
 *
 * @param df the setting in its short form
 * @returns a number, or how it is found
 */
export function dfText(df: Json | undefined): string {
  return df === "per-dimension" ? "learned per dimension" : valueText(df);
}

/** Share and kind of the outliers among the training examples. */
export interface OutlierSettings {
  /** From 0 to 1. */
  readonly fraction: number;
  /** Such as `uniform`, or `from Fashion-MNIST`; absent where there are no outliers. */
  readonly kind?: string;
}

/**
 * The outliers of cells with some settings.
 *
 * @param settings of which those of outliers count
 */
export function outliersOf(settings: Settings): OutlierSettings {
  const fraction = settings["outliers.fraction"];
  if (typeof fraction !== "number" || fraction === 0) return { fraction: 0 };
  const source = settings["outliers.dataset"];
  const kind = source === undefined ? settings["outliers.kind"] : `from ${datasetName(String(source))}`;
  return { fraction, kind: String(kind ?? "outliers") };
}

/**
 * A share in percent.
 *
 * @param fraction from 0 to 1
 */
export function percent(fraction: number): number {
  return Number((100 * fraction).toPrecision(3));
}

/**
 * A number of things.
 *
 * @param count how many
 * @param noun the name of one
 */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}
