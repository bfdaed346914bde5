/**
 * How both families train on each data set.
 *
 * @module
 */

import { type Figure, type JsonObject, title } from "../figure.ts";
import { epochAxis, settledRange } from "../loss_panels.ts";
import { axisDomain, axisSuffix } from "../sweep/panel_grid.ts";
import { type Pair, pairs } from "./groups.ts";
import { lossUnit } from "./losses.ts";
import { panelTitle } from "./panel_title.ts";
import type { StudyCurve, StudyRecords } from "./records.ts";
import { seedBand, type SeedCurves, seedLine } from "./seed_lines.ts";
import { datasetOf, FAMILIES, STUDY_WORDS } from "./words.ts";

/** Between panels, as a fraction of the figure. */
const GAP = 0.09;

/** What is drawn of each family, the lowest first; training is no more than a hint. */
const CURVES = [
  { of: "trainLoss", name: (family: string) => `${family}, training`, width: 1 },
  { of: "testLoss", name: (family: string) => family, width: 2 },
] as const;

/**
 * Draws the loss on the test set by epoch, a panel for each data set and a line for each family, and more thinly that of
 * training: means over seeds, those of the test set in a band from the least to the greatest.
 *
 * From ten epochs on, panels open on what follows the first tenth of them.
 *
 * @param study both families on one data set or several, at least one cell
 * @returns a figure
 *
 * @example
 * ```ts
 * import { familyLosses } from "./family_losses.ts";
 *
 * const curve = { epoch: [1], trainLoss: [170], testLoss: [150], testReconstruction: [142], testKl: [8] };
 * const figure = familyLosses({
 *   study: "fc",
 *   config: [["dataset", "mnist"]],
 *   cells: [{ settings: { "latent.family": "gaussian", seed: 0 }, seconds: 3, curve, metrics: {} }],
 * });
 * console.log(figure.data.map(({ name }) => name)); // ["Gaussian, training", "Gaussian"]
 * ```
 */
export function familyLosses(study: Pick<StudyRecords, "study" | "config" | "cells">): Figure {
  const panels = pairs(study);
  const unit = lossUnit(study.study);
  const lines = panels.map((pair) => curvesOf(pair, unit.perNat));
  const named = new Map(lines.flat().toReversed().map((line) => [line.name, line]));
  const layout = panels.map((_, i): JsonObject => ({
    [`xaxis${axisSuffix(i)}`]: {
      ...epochAxis(longest(lines[i])),
      anchor: `y${axisSuffix(i)}`,
      domain: axisDomain(i, { of: panels.length, gap: GAP }),
    },
    [`yaxis${axisSuffix(i)}`]: {
      anchor: `x${axisSuffix(i)}`,
      ...(i === 0 && { title: { text: unit.name } }),
      ...settledRange(lines[i].flatMap(({ curves }) => curves)),
    },
  }));
  return {
    data: panels.flatMap((_, i) => {
      const axes = { xaxis: `x${axisSuffix(i)}`, yaxis: `y${axisSuffix(i)}` };
      return [
        ...lines[i].flatMap((line) => line.width === 1 ? [] : seedBand(line, { axes })),
        ...lines[i].map((line) =>
          seedLine(line, { axes, width: line.width, showlegend: named.get(line.name) === line })
        ),
      ];
    }),
    layout: Object.assign({
      title: title(`Loss by epoch: ${STUDY_WORDS[study.study]}`),
      height: 420,
      hovermode: "x unified",
      legend: { orientation: "h", x: 0, y: 1.09, yanchor: "bottom", traceorder: "reversed" },
      annotations: panels.map(({ settings }, i) => panelTitle(datasetOf(settings, study), axisSuffix(i))),
    }, ...layout),
  };
}

function curvesOf(pair: Pair, perNat: number): (SeedCurves & { readonly width: number })[] {
  return CURVES.flatMap(({ of, name, width }) =>
    FAMILIES.flatMap(({ key, name: family, look }) => {
      const all: readonly StudyCurve[] = pair[key].map(({ curve }) => curve);
      if (all.length === 0) return [];
      const curves = all.map((curve) => curve[of].map((loss) => loss * perNat));
      return [{ name: name(family), look, epochs: all[0].epoch, curves, width }];
    })
  );
}

function longest(lines: readonly SeedCurves[]): readonly number[] {
  return lines.map(({ epochs }) => epochs).reduce((longest, epochs) =>
    epochs.length > longest.length ? epochs : longest
  );
}
