/**
 * A sweep as a page and as files.
 *
 * @module
 */

import type { Figure } from "../figure.ts";
import { type FigureExhibit, type NumberTable, page } from "../page.ts";
import { bestAndWorst, opensLate } from "./best_and_worst.ts";
import { heatMap } from "./heat_map.ts";
import { marginalEffects } from "./marginal_effects.ts";
import { parallelCoordinates } from "./parallel_coordinates.ts";
import { meanTexts, type RankedGroup, settingsText, type SweepRecords } from "./records.ts";
import { survivalPanels } from "./survival_panels.ts";

/** A sweep's report. */
export interface SweepReport {
  /** One interactive page that works from a file and without a network. */
  readonly html: string;
  /** What Plotly draws, by name; `static/mod.ts` makes pictures of them. */
  readonly figures: ReadonlyMap<string, Figure>;
}

/** A page has room for so many rows; the summary's files have all. */
const MOST_ROWS = 10;

/**
 * Makes a report of a sweep: page and figures, of the cells that have finished.
 *
 * Pure: the same records give the same bytes.
 *
 * @param records what is known of the sweep
 * @returns the page, and what is on it for files of their own; no figure before a cell has finished
 *
 * @example
 * ```ts
 * import { sweepReport } from "./report.ts";
 *
 * const cells = [3, 5].map((df) => ({ name: `df ${df}`, settings: { "latent.df": df }, value: 100 - df }));
 * const { figures } = sweepReport({
 *   name: "df",
 *   metric: { name: "validation.loss", unit: "nats per example", direction: "min" },
 *   keys: ["latent.df"],
 *   total: 2,
 *   cells,
 *   ranking: [{ settings: { "latent.df": 5 }, mean: 95, count: 1 }],
 *   best: [{ cell: cells[1], values: [120, 95] }],
 *   worst: [{ cell: cells[0], values: [120, 97] }],
 *   entries: [{ title: "Sweep", rows: [["engine", "wasm"]] }],
 * });
 * console.log([...figures.keys()]); // ["marginal_effects", "parallel_coordinates", "best_and_worst"]
 * ```
 */
export function sweepReport(records: SweepRecords): SweepReport {
  const pictures = records.cells.length === 0 ? [] : exhibits(records);
  const html = page({
    title: records.name,
    summary: summary(records),
    numbers: [...rankingTable(records), ...records.tables ?? []],
    exhibits: pictures,
    entries: records.entries,
  });
  return { html, figures: new Map(pictures.map(({ name, figure }) => [name, figure])) };
}

function exhibits(records: SweepRecords): FigureExhibit[] {
  const { cells, metric, keys } = records;
  const better = metric.direction === "min" ? "Lower" : "Higher";
  const curves = [...records.best, ...records.worst];
  return [
    {
      kind: "figure",
      wide: true,
      name: "marginal_effects",
      figure: marginalEffects(cells, { metric, keys }),
      caption:
        `${metric.name} in ${metric.unit} against one parameter at a time: finished cells as dots, 1000 at most, and the mean ` +
        "over all that share a value, with its 95 % confidence interval. The intervals take whatever else is varied " +
        "for chance, and those that leave their panel are wider than is shown; where parameters depend on one another, " +
        "or some combinations are missing, means mislead. " +
        `${better} is better.`,
    },
    ...heatMaps(records),
    {
      kind: "figure",
      wide: true,
      name: "parallel_coordinates",
      figure: parallelCoordinates(cells, { metric, keys }),
      caption:
        `A line for each finished cell, 400 at most, through its settings to its ${metric.name}; the best end at the top, in orange. ` +
        "Lines that share a value are spread a little, so that they can be followed.",
    },
    ...(curves.length === 0 ? [] : [{
      kind: "figure" as const,
      wide: true,
      name: "best_and_worst",
      figure: bestAndWorst(records, { metric, keys }),
      caption: `${metric.name} after every epoch, of the best cells in orange and of the worst in blue.` +
        (opensLate(curves) ? " Double-click to see the first epochs too." : ""),
    }]),
    ...tailExhibits(records),
  ];
}

/** The seed is no parameter that one would choose. */
function heatMaps({ cells, metric, keys }: SweepRecords): FigureExhibit[] {
  const chosen = keys.filter((key) => key !== "seed");
  if (chosen.length !== 2) return [];
  const figure = heatMap(cells, { metric, keys: [chosen[0], chosen[1]] });
  return figure === undefined ? [] : [{
    kind: "figure",
    wide: true,
    name: "heat_map",
    figure,
    caption: `The mean of ${metric.name} over the cells that share both values. Orange is best.`,
  }];
}

function tailExhibits({ tails, keys }: SweepRecords): FigureExhibit[] {
  if (tails === undefined) return [];
  const spread =
    "Lines are means over the cells of a configuration, bands reach from the least to the greatest of them. " +
    "The best configurations by the sweep's metric come first, 16 at most.";
  return [
    {
      kind: "figure",
      wide: true,
      name: "survival_x",
      figure: survivalPanels(tails.x, { title: "Tails of examples", quantity: "|x|", keys }),
      caption:
        "How often the Euclidean norm of an example exceeds r: in the test set, and of new examples x ~ p(x|z) with z " +
        `from each source. ${spread}`,
    },
    {
      kind: "figure",
      wide: true,
      name: "survival_z",
      figure: survivalPanels(tails.z, { title: "Tails of latents", quantity: "|z|", keys }),
      caption:
        `The same of latents: z ~ q(z|x) of the test set, and those that new examples are made from. ${spread}`,
    },
  ];
}

function summary({ metric, keys, total, cells, ranking: [best] }: SweepRecords): string {
  const finished = `${cells.length} of ${total} cells finished`;
  if (best === undefined) return `${finished}.`;
  const { mean, halfWidth } = meanTexts(best);
  const measured = halfWidth === ""
    ? `${mean} ${metric.unit}`
    : `${mean} ${halfWidth} ${metric.unit} (95 % interval over ${best.count} cells)`;
  return `${finished}. Best ${metric.name}: ${measured}, with ${labelOf(best, keys)}.`;
}

function rankingTable({ metric, keys, ranking }: SweepRecords): NumberTable[] {
  if (ranking.length === 0) return [];
  const more = ranking.length > MOST_ROWS ? `, the first ${MOST_ROWS} of ${ranking.length}` : "";
  return [{
    title: `Best ${metric.name}, in ${metric.unit}${more}`,
    header: ["mean", "95 % interval", "cells"],
    rows: ranking.slice(0, MOST_ROWS).map((group) => {
      const { mean, halfWidth } = meanTexts(group);
      return { label: labelOf(group, keys), values: [mean, halfWidth, String(group.count)] };
    }),
  }];
}

function labelOf({ settings }: RankedGroup, keys: readonly string[]): string {
  return settingsText(settings, keys) || "the only configuration";
}
