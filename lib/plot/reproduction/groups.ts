/**
 * Cells of a study side by side: those that differ in their seed alone, and those that differ in their family too.
 *
 * @module
 */

import { type MeanInterval, meanInterval } from "../../math/mean_interval.ts";
import type { Settings } from "../sweep/records.ts";
import type { StudyCell, StudyRecords } from "./records.ts";

/** Cells that differ in their seed alone. */
export interface Configuration {
  /** What they have in common. */
  readonly settings: Settings;
  /** At least one. */
  readonly cells: readonly StudyCell[];
}

/** Cells of both families that are alike in all else but their seeds. */
export interface Pair {
  /** What they have in common. */
  readonly settings: Settings;
  /** Those with Gaussian latents; there may be none yet. */
  readonly "gaussian": readonly StudyCell[];
  /** Those with Student's t latents; there may be none yet. */
  readonly "student-t": readonly StudyCell[];
}

/** A posterior's family. */
export type FamilyName = "gaussian" | "student-t";

/** What is measured of a cell; undefined where it was not. */
export type Measure = (cell: StudyCell) => number | undefined;

/**
 * The cells of a study by what they have in common but their seed.
 *
 * @param study its cells
 * @returns configurations in the order of their first cells
 */
export function configurations({ cells }: Pick<StudyRecords, "cells">): Configuration[] {
  return grouped(cells, (key) => key !== "seed");
}

/**
 * The cells of a study by what they have in common but their seed and all that concerns the latents.
 *
 * @param study its cells, of one configuration of each family
 * @returns pairs in the order of their first cells
 */
export function pairs({ cells }: Pick<StudyRecords, "cells">): Pair[] {
  return grouped(cells, (key) => key !== "seed" && !key.startsWith("latent.")).map(({ settings, cells }) => {
    const of = (family: FamilyName) => cells.filter((cell) => cell.settings["latent.family"] === family);
    return { settings, "gaussian": of("gaussian"), "student-t": of("student-t") };
  });
}

function grouped(cells: readonly StudyCell[], keep: (key: string) => boolean): Configuration[] {
  const common = ({ settings }: StudyCell) =>
    Object.fromEntries(Object.entries(settings).filter(([key]) => keep(key)));
  const groups = Map.groupBy(cells, (cell) => JSON.stringify(common(cell)));
  return [...groups.values()].map((cells) => ({ settings: common(cells[0]), cells }));
}

/**
 * A metric by its name, the mean over latent dimensions where it has a number for each.
 *
 * @param name as it is stored
 */
export function metric(name: string): Measure {
  return ({ metrics }) => {
    const { [name]: value } = metrics;
    if (value === undefined) return undefined;
    const all = [value].flat();
    return all.length === 0 ? undefined : all.reduce((sum, one) => sum + one, 0) / all.length;
  };
}

/**
 * The mean of a measure over seeds, and its 95 % confidence interval.
 *
 * @param cells those that differ in their seed alone
 * @param measure of each; cells where it is absent or not finite have no say
 * @returns undefined where none has any
 */
export function overSeeds(cells: readonly StudyCell[], measure: Measure): MeanInterval | undefined {
  return intervalOf(cells.map(measure));
}

/**
 * The mean of what Student's t has more than the Gaussian of the same seed, and its 95 % confidence interval.
 *
 * @param pair cells of both families
 * @param measure of each
 * @returns undefined where no seed has both
 */
export function difference(
  { gaussian, "student-t": studentT }: Pick<Pair, FamilyName>,
  measure: Measure,
): MeanInterval | undefined {
  const bySeed = new Map(gaussian.map((cell) => [cell.settings.seed, measure(cell)]));
  return intervalOf(studentT.map((cell) => (measure(cell) ?? NaN) - (bySeed.get(cell.settings.seed) ?? NaN)));
}

function intervalOf(values: readonly (number | undefined)[]): MeanInterval | undefined {
  const finite = values.filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  return finite.length === 0 ? undefined : meanInterval(finite);
}
