/** A made-up sweep. */

import type { FinishedCell, Settings, SweepRecords } from "../../../lib/plot/sweep/records.ts";

export const METRIC = { name: "validation.loss", unit: "nats per example", direction: "min" } as const;

/** Cells in order; the value of each is made of its settings. */
export function finished(all: readonly Settings[], value: (settings: Settings) => number): FinishedCell[] {
  return all.map((settings, i) => ({
    name: String(i).padStart(4, "0"),
    settings,
    value: value(settings),
  }));
}

const number = (settings: Settings, key: string): number => Number(settings[key] ?? 4);

/** Three df, two learning rates and two seeds; the best is df 10 with the greater rate. */
export const GRID: readonly FinishedCell[] = finished(
  [3, 5, 10].flatMap((df) =>
    [3e-4, 1e-3].flatMap((rate) =>
      [0, 1].map((seed) => ({ "latent.df": df, "optimizer.learningRate": rate, seed }))
    )
  ),
  (settings) =>
    100 - number(settings, "latent.df") / 5 - 2000 * number(settings, "optimizer.learningRate") +
    number(settings, "seed") / 4,
);

/** Words, arrays and keys that some cells do not have. */
export const UNION: readonly FinishedCell[] = finished([
  ...[2, 8].map((size) => ({ "latent.family": "gaussian", "latent.size": size })),
  ...[3, "per-dimension"].flatMap((df) =>
    [2, 8].flatMap((size) =>
      [[128, 64, 32], [512, 256]].map((hidden) => ({
        "latent.family": "student-t",
        "latent.size": size,
        "latent.df": df,
        "model.hidden": hidden,
      }))
    )
  ),
], (settings) => 100 - number(settings, "latent.size"));

/** Values that are all different: rates over three decades. */
export const RANDOM: readonly FinishedCell[] = finished(
  Array.from({ length: 40 }, (_, i) => ({
    "optimizer.learningRate": 10 ** (-4.5 + 3 * (i * 17 % 40) / 40),
    "latent.df": 2 + 28 * (i * 23 % 40) / 40,
  })),
  (settings) => 95 + (Math.log10(number(settings, "optimizer.learningRate")) + 3) ** 2,
);

export function sweep(cells: readonly FinishedCell[] = GRID): SweepRecords {
  const curve = (cell: FinishedCell) => ({ cell, values: [cell.value + 50, cell.value + 9, cell.value] });
  const sorted = cells.toSorted((a, b) => a.value - b.value);
  return {
    name: "df",
    metric: METRIC,
    keys: [...new Set(cells.flatMap(({ settings }) => Object.keys(settings)))],
    total: cells.length + 1,
    cells,
    ranking: sorted.map(({ settings, value }) => ({ settings, mean: value, halfWidth: 0.5, count: 2 })),
    best: sorted.slice(0, 2).map(curve),
    worst: sorted.slice(-2).map(curve),
    entries: [{ title: "Sweep", rows: [["engine", "wasm"]] }, { title: "Errors", rows: [] }],
  };
}
