/**
 * Settings and numbers of several runs, side by side.
 *
 * @module
 */

import type { NumberTable } from "../page.ts";
import type { Entry, MetricRecord } from "../records.ts";
import { heading, nats, several } from "../tables.ts";
import { type Measure, NATS } from "./comparability.ts";
import { SPLITS } from "./loss_comparison.ts";
import type { ComparedRun } from "./records.ts";

/** What stands where a run has nothing. */
const NOTHING = "–";

/**
 * The settings in which runs differ.
 *
 * @param runs at least one
 * @returns a table with a column for each run; none where all are the same
 */
export function settingsTables(runs: readonly ComparedRun[]): NumberTable[] {
  const rows = settingsOf(runs).filter(({ values }) => !same(values));
  return some({ title: "Settings that differ", header: names(runs), rows });
}

/**
 * The settings that runs have in common.
 *
 * @param runs at least one
 */
export function commonSettings(runs: readonly ComparedRun[]): Entry[] {
  return settingsOf(runs).filter(({ values }) => same(values)).map(({ label, values }) => [label, values[0]]);
}

/**
 * Where the curves of runs end.
 *
 * @param runs at least one
 * @param measure what they are compared by
 * @returns a table with a column for each run; none before an epoch has ended
 */
export function lastEpochTables(
  runs: readonly ComparedRun[],
  { name, unit, of, split }: Measure,
): NumberTable[] {
  if (runs.every(({ metrics }) => metrics.length === 0)) return [];
  const last = runs.map(({ metrics }) => metrics.at(-1));
  const means = last.map((record) => record?.[split] && of(record[split]));
  const row = (label: string, values: readonly (string | undefined)[]) => ({ label, values: filled(values) });
  const rows = [
    row("epochs", last.map((record) => record && String(record.epoch))),
    {
      ...row(name, means.map((means) => means && nats(means.loss))),
      ...(unit === NATS ? {} : { note: unit }),
    },
    row("reconstruction", means.map((means) => means && nats(means.reconstruction))),
    row("KL", means.map((means) => means && nats(means.kl))),
    row("learned df", last.map((record) => record?.df && several(record.df))),
  ];
  return some({
    title: `After the last epoch, ${SPLITS[split]}, in nats per example`,
    header: names(runs),
    rows: rows.filter(({ values }) => values.some((value) => value !== NOTHING)),
  });
}

/**
 * Evaluations: of the models, and of new examples from each source of latents.
 *
 * @param runs at least one
 * @returns tables with a column for each run; those that would be empty are left out
 */
export function evaluationTables(runs: readonly ComparedRun[]): NumberTable[] {
  const sources = new Set(
    runs.flatMap(({ evaluation }) => evaluation?.generation?.map(({ latents }) => latents) ?? []),
  );
  const from = ({ evaluation }: ComparedRun, source: string) =>
    evaluation?.generation?.find(({ latents }) => latents === source)?.metrics;
  return [
    ...metricsTable(runs, {
      title: "Evaluation on the test set; each run's report defines what is measured",
      of: ({ evaluation }) => evaluation?.metrics,
      above: [{ label: "outliers", values: filled(runs.map(outliersOf)) }],
    }),
    ...[...sources].flatMap((source) =>
      metricsTable(runs, { title: `New examples from ${source}`, of: (run) => from(run, source) })
    ),
  ];
}

function metricsTable(
  runs: readonly ComparedRun[],
  { title, of, above = [] }: {
    readonly title: string;
    readonly of: (run: ComparedRun) => Readonly<Record<string, MetricRecord>> | undefined;
    readonly above?: NumberTable["rows"];
  },
): NumberTable[] {
  const metrics = runs.map((run) => of(run) ?? {});
  const all = new Set(metrics.flatMap((metrics) => Object.keys(metrics)));
  const measured = [...all].map((name) => {
    const records = metrics.map((metrics) => metrics[name]);
    return {
      label: heading(name),
      ...unitOf(records.filter((record) => record !== undefined)),
      values: filled(records.map((record) => record && amount(record))),
    };
  });
  const told = above.filter(({ values }) => values.some((value) => value !== NOTHING));
  return measured.length === 0 ? [] : [{ title, header: names(runs), rows: [...told, ...measured] }];
}

/** Errors of several values would make columns too wide; each run's own report has them. */
function amount({ value, standardError }: MetricRecord): string {
  return typeof value === "object" ? several(value) : several([value], [standardError ?? []].flat());
}

/** The unit, unless runs differ in it, as in the number of latent dimensions. */
function unitOf(records: readonly MetricRecord[]): { note?: string } {
  const units = records.map(({ unit }) => unit);
  return same(units) ? { note: units[0] } : {};
}

function outliersOf({ evaluation }: ComparedRun): string | undefined {
  const outliers = evaluation?.outliers;
  return outliers && `${Number((100 * outliers.fraction).toPrecision(3))} % ${outliers.kind}`;
}

function settingsOf(runs: readonly ComparedRun[]): { label: string; values: readonly string[] }[] {
  const settings = runs.map(({ config }) => new Map(config));
  const keys = new Set(settings.flatMap((settings) => [...settings.keys()]));
  return inFamilies([...keys]).map((label) => ({
    label,
    values: filled(settings.map((settings) => settings.get(label))),
  }));
}

/** Dotted keys in their order, but those of one family together: what only a later run has goes where it belongs. */
function inFamilies(keys: readonly string[]): string[] {
  const place = (family: string) => keys.findIndex((key) => key === family || key.startsWith(`${family}.`));
  const placed = keys.map((key) => {
    const names = key.split(".");
    return { key, places: names.map((_, i) => place(names.slice(0, i + 1).join("."))) };
  });
  const before = (a: readonly number[], b: readonly number[]) => {
    const i = a.findIndex((at, i) => at !== b[i]);
    return i === -1 ? 0 : a[i] - b[i];
  };
  return placed.sort((a, b) => before(a.places, b.places)).map(({ key }) => key);
}

function filled(values: readonly (string | undefined)[]): readonly string[] {
  return values.map((value) => value ?? NOTHING);
}

function same(values: readonly string[]): boolean {
  return new Set(values).size === 1;
}

function names(runs: readonly ComparedRun[]): readonly string[] {
  return runs.map(({ name }) => name);
}

function some(table: NumberTable): NumberTable[] {
  return table.rows.length === 0 ? [] : [table];
}
