/**
 * The numbers of a report.
 *
 * @module
 */

import type { NumberTable } from "./page.ts";
import type { EpochRecord, EvaluationRecord, ObjectiveKind } from "./records.ts";

/** A table cell has room for so many values. */
const MOST_VALUES = 4;

/**
 * How the run ended, in one sentence.
 *
 * @param metrics one record per epoch
 * @param objective what the loss is of; an ELBO by default
 * @returns the last epoch's loss on the test set, else on the validation set, else in training
 */
export function summary(metrics: readonly EpochRecord[], objective: ObjectiveKind = "elbo"): string {
  const last = metrics.at(-1);
  if (last === undefined) return "No epoch has been recorded.";
  const [split, { loss, reconstruction, kl }] = last.test !== undefined
    ? ["Test", last.test]
    : last.validation !== undefined
    ? ["Validation", last.validation]
    : ["Training", last.train];
  const [lossUnit, unit] = objective === "t3"
    ? ["(power divergence)", " nats per example"]
    : ["nats per example", ""];
  const after = `${counted(last.epoch, "epoch")} (${counted(last.step, "step")})`;
  return `${split} loss ${nats(loss)} ${lossUnit} after ${after}: ` +
    `reconstruction ${nats(reconstruction)}, KL divergence ${nats(kl)}${unit}.`;
}

/**
 * Metrics with their units and definitions.
 *
 * @param evaluation metrics by name, those of new examples, and what outliers they were measured with
 * @returns one table of the model, and one of each source of new examples; none without a metric
 */
export function evaluationTables(
  { metrics, outliers, generation = [] }: EvaluationRecord = { metrics: {} },
): NumberTable[] {
  const share = outliers && `, ${number(100 * outliers.fraction)} % of it outliers (${outliers.kind})`;
  return [
    { title: `Evaluation on the test set${share ?? ""}`, metrics },
    ...generation.map(({ latents, definition, metrics }) => ({
      title: `New examples from ${latents}: ${definition}`,
      metrics,
    })),
  ].map(({ title, metrics }): NumberTable => ({
    title,
    header: ["value"],
    rows: Object.entries(metrics).map(([name, { value, unit, definition, standardError }]) => ({
      label: heading(name),
      note: definition,
      values: [several([value].flat(), [standardError ?? []].flat())],
      unit,
    })),
  })).filter(({ rows }) => rows.length > 0);
}

/**
 * Where the loss curves and learned degrees of freedom end, in numbers.
 *
 * @param metrics one record per epoch
 * @param objective what the loss is of; an ELBO by default
 * @returns a table of means, and one of df where they are learned; none if there is no epoch
 */
export function lastEpochTables(
  metrics: readonly EpochRecord[],
  objective: ObjectiveKind = "elbo",
): NumberTable[] {
  const last = metrics.at(-1);
  if (last === undefined) return [];
  const { train, validation, test, df } = last;
  const after = `after ${counted(last.epoch, "epoch")}`;
  const exception = objective === "t3" ? "; the loss is a power divergence" : "";
  const means: NumberTable = {
    title: `Means ${after}, in nats per example${exception}`,
    header: ["loss", "reconstruction", "KL"],
    rows: Object.entries({ train, validation, test }).flatMap(([label, means]) =>
      means === undefined ? [] : [{
        label,
        values: [means.loss, means.reconstruction, means.kl].map(nats),
      }]
    ),
  };
  if (df === undefined) return [means];
  const rows = [{ label: "learned df", values: [several(df)] }];
  return [means, { title: `Degrees of freedom ${after}`, header: ["value"], rows }];
}

/** Abbreviations in metrics' names, as they are written. */
const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ["elbo", "ELBO"],
  ["iwae", "IWAE"],
  ["kl", "KL"],
  ["df", "df"],
  ["mmd", "MMD²"],
  ["auroc", "AUROC"],
]);

/**
 * A metric's name as people write it: `klPerDimension` is KL per dimension.
 *
 * @param name as it is stored
 */
export function heading(name: string): string {
  const words = name.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
  const text = words.map((word) => ABBREVIATIONS.get(word) ?? word).join(" ");
  return ABBREVIATIONS.has(words[0]) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

/** Nats as they are shown. */
export function nats(value: number): string {
  return value.toFixed(2);
}

function number(value: number): string {
  const text = Number.isInteger(value)
    ? String(value)
    : Math.abs(value) < 1
    ? String(Number(value.toPrecision(3)))
    : value.toFixed(2);
  return text.replace("-", "−");
}

/**
 * Values in one cell of a table; of more than four the least and the greatest.
 *
 * @param values one or several
 * @param standardErrors as many, or none
 */
export function several(values: readonly number[], standardErrors: readonly number[] = []): string {
  const error = (i: number) => standardErrors.length === 0 ? "" : ` ± ${standardErrors[i].toPrecision(2)}`;
  if (values.length <= MOST_VALUES) return values.map((value, i) => number(value) + error(i)).join(", ");
  return `${number(Math.min(...values))} to ${number(Math.max(...values))}`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}
