/**
 * What outliers among the training examples do.
 *
 * @module
 */

import type { MeanInterval } from "../../math/mean_interval.ts";
import { type Figure, type JsonObject, title } from "../figure.ts";
import { axisDomain, axisSuffix } from "../sweep/panel_grid.ts";
import { COLORS, type LineLook } from "../theme.ts";
import { difference, overSeeds, type Pair, pairs } from "./groups.ts";
import { intervalLine, intervalRange } from "./intervals.ts";
import { finalLoss, lossUnit } from "./losses.ts";
import { panelTitle } from "./panel_title.ts";
import type { StudyRecords } from "./records.ts";
import { FAMILIES, outliersOf, percent } from "./words.ts";

/** Between panels side by side, and where each row ends, as fractions of the figure. */
const GAP = 0.04, ROWS = [[0.48, 1], [0, 0.32]] as const;

/** How far lines are moved from each other, and room at the ends, as fractions of the shares' range. */
const APART = 0.006, ROOM = 0.06;

const UNIT = lossUnit("outliers");
const LOSS = finalLoss("outliers");

const DIFFERENCE = { name: "t − Gaussian", look: { color: COLORS.other, dash: "solid" } } as const;

/** What is drawn in a panel. */
interface Line {
  readonly name: string;
  readonly look: LineLook;
  /** One for each pair. */
  readonly intervals: readonly (MeanInterval | undefined)[];
}

/**
 * Draws the loss on the clean test set against the share of outliers, a column for each kind of them: both families, and
 * below what Student's t has more than the Gaussian of the same seed, with 95 % intervals over seeds.
 *
 * @param study of outliers
 * @returns a figure; undefined where there are none
 *
 * @example
 * ```ts
 * import { outlierPanels } from "./outlier_panels.ts";
 *
 * const curve = { epoch: [1], trainLoss: [170], testLoss: [150], testReconstruction: [142], testKl: [8] };
 * const figure = outlierPanels({
 *   cells: ["gaussian", "student-t"].map((family) => ({
 *     settings: { "latent.family": family, "outliers.fraction": 0.1, "outliers.kind": "uniform", seed: 0 },
 *     seconds: 3,
 *     curve,
 *     metrics: {},
 *   })),
 * });
 * console.log(figure?.data.map(({ name }) => name)); // ["Gaussian", "Student's t", "t − Gaussian"]
 * ```
 */
export function outlierPanels({ cells }: Pick<StudyRecords, "cells">): Figure | undefined {
  const all = pairs({ cells });
  const kinds = [...new Set(all.flatMap(({ settings }) => outliersOf(settings).kind ?? []))];
  if (kinds.length === 0) return undefined;
  const columns = kinds.map((kind) =>
    all.filter(({ settings }) => (outliersOf(settings).kind ?? kind) === kind)
      .toSorted((a, b) => shareOf(a) - shareOf(b))
  );
  const rows = [columns.map(familyLines), columns.map(differenceLines)];
  const [losses, differences] = rows.map((row) => row.flat().flatMap(({ intervals }) => intervals));
  const ranges = [intervalRange(losses), intervalRange(differences, [0])];
  const shares = [...new Set(all.map(shareOf))].sort((a, b) => a - b);
  const width = (shares.at(-1)! - shares[0]) || 1;
  const panels = rows.flatMap((row, r) =>
    row.map((lines, c) => ({ lines, r, c, suffix: axisSuffix(r * columns.length + c) }))
  );
  const layout = panels.map(({ r, c, suffix }): JsonObject => ({
    [`xaxis${suffix}`]: {
      anchor: `y${suffix}`,
      domain: axisDomain(c, { of: columns.length, gap: GAP }),
      range: [shares[0] - ROOM * width, shares.at(-1)! + ROOM * width],
      tickmode: "array",
      tickvals: shares,
      ticktext: shares.map((share) => `${share} %`),
      showgrid: false,
      ...(r === 1
        ? { title: { text: "outliers among the training examples" } }
        : { showticklabels: false, ticks: "" }),
      ...(suffix !== "" && { matches: "x" }),
    },
    [`yaxis${suffix}`]: {
      anchor: `x${suffix}`,
      domain: ROWS[r],
      range: ranges[r],
      ...(c === 0 ? { title: { text: UNIT.name } } : { showticklabels: false, ticks: "" }),
      ...(r === 1 && { zeroline: true, zerolinecolor: COLORS.neutral, zerolinewidth: 1 }),
    },
  }));
  return {
    data: panels.flatMap(({ lines, r, c, suffix }) =>
      lines.map(({ intervals, ...line }, l) => {
        const shift = (2 * l + 1 - lines.length) * APART * width;
        const points = columns[c].map(shareOf).map((share, i) => ({
          at: share + shift,
          label: `${share} %`,
          interval: intervals[i],
        }));
        const axes = { xaxis: `x${suffix}`, yaxis: `y${suffix}` };
        return intervalLine(points, { ...line, range: ranges[r], axes, showlegend: c === 0 });
      })
    ),
    layout: Object.assign({
      title: title("Outliers among the training examples"),
      height: 560,
      hovermode: "closest",
      legend: { orientation: "h", x: 0, y: 1.07, yanchor: "bottom", traceorder: "normal" },
      annotations: panels.map(({ r, c, suffix }) =>
        panelTitle(`${r === 0 ? "Test loss" : DIFFERENCE.name}, ${kinds[c]}`, suffix)
      ),
    }, ...layout),
  };
}

function familyLines(column: readonly Pair[]): Line[] {
  return FAMILIES.map(({ key, name, look }) => ({
    name,
    look,
    intervals: column.map((pair) => overSeeds(pair[key], LOSS)),
  }));
}

function differenceLines(column: readonly Pair[]): Line[] {
  return [{ ...DIFFERENCE, intervals: column.map((pair) => difference(pair, LOSS)) }];
}

/** In percent. */
function shareOf({ settings }: Pair): number {
  return percent(outliersOf(settings).fraction);
}
