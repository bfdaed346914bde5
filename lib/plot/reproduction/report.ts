/**
 * A reproduction of the paper as a page and as files.
 *
 * @module
 */

import type { Figure } from "../figure.ts";
import { page } from "../page.ts";
import { dfTables } from "./df_tables.ts";
import { detailEntries } from "./entries.ts";
import { figureExhibits, imageExhibits } from "./exhibits.ts";
import { markdown } from "./markdown.ts";
import { measuredTables, metricEntries } from "./measured_tables.ts";
import { outlierTables } from "./outlier_tables.ts";
import { STUDIES, type StudyName, type StudyRecords } from "./records.ts";
import { lossTables } from "./loss_tables.ts";
import { epochsText, seedsOf, sharedNotes, studyTable } from "./study_table.ts";
import { counted } from "./words.ts";

/** The report of a reproduction. */
export interface ReproductionReport {
  /** One interactive page that works from a file and without a network. */
  readonly html: string;
  /** What Plotly draws, by name; `static/mod.ts` makes pictures of them. */
  readonly figures: ReadonlyMap<string, Figure>;
  /** The tables as Markdown, with links to the figures as `figures/<name>.svg`. */
  readonly markdown: string;
}

const TITLE = "Student's-t variational auto-encoders: the reproduction";

/**
 * Makes a report of a reproduction: page, figures, and tables as Markdown. What has not been trained or measured is left
 * out, and said.
 *
 * Pure: the same records give the same bytes.
 *
 * @param studies what is known of each that has been begun, in any order
 * @returns the page, and what is on it for files of their own
 *
 * @example
 * ```ts
 * import { reproductionReport } from "./report.ts";
 *
 * const curve = { epoch: [1], trainLoss: [170], testLoss: [150], testReconstruction: [142], testKl: [8] };
 * const { markdown } = reproductionReport([{
 *   study: "fc",
 *   command: "deno task reproduce --only fc",
 *   notes: [],
 *   keys: ["dataset", "latent.family", "seed"],
 *   total: 12,
 *   cells: [{
 *     settings: { dataset: "mnist", "latent.family": "gaussian", seed: 0 },
 *     seconds: 3,
 *     curve,
 *     metrics: {},
 *   }],
 *   metrics: {},
 *   config: [],
 *   provenance: [],
 *   images: [],
 * }]);
 * console.log(markdown.includes("1 of 12")); // true
 * ```
 */
export function reproductionReport(studies: readonly StudyRecords[]): ReproductionReport {
  const sorted = STUDIES.flatMap((name) => studies.filter(({ study }) => study === name));
  const figures = figureExhibits(sorted);
  const metrics = metricEntries(sorted);
  const content = { title: TITLE, summary: summary(sorted), numbers: numbers(sorted) };
  const exhibits = [...figures, ...imageExhibits(sorted)];
  return {
    html: page({
      ...content,
      exhibits,
      entries: [{ title: "Metrics", rows: metrics }, ...detailEntries(sorted)],
    }),
    figures: new Map(figures.map(({ name, figure }) => [name, figure])),
    markdown: markdown({ ...content, figures, metrics }),
  };
}

function numbers(studies: readonly StudyRecords[]) {
  const one = (name: StudyName) => studies.filter(({ study }) => study === name);
  return [
    studyTable(studies),
    ...lossTables(studies),
    ...measuredTables(studies),
    ...one("df").flatMap(dfTables),
    ...one("outliers").flatMap(outlierTables),
  ];
}

/** What is here, what is not, and what is to be known of it. */
function summary(studies: readonly StudyRecords[]): string {
  const sum = (of: (study: StudyRecords) => number) => studies.reduce((sum, study) => sum + of(study), 0);
  const [trained, total] = [sum(({ cells }) => cells.length), sum(({ total }) => total)];
  const absent = STUDIES.filter((name) => !studies.some(({ study }) => study === name));
  return [
    "Variational auto-encoders whose latents are Student's t beside Gaussian ones, trained alike.",
    ...(studies.length === 0 ? [] : [
      `${trained} of ${counted(total, "model")} have been trained: ${studies.map(extent).join(", ")}.`,
    ]),
    ...(absent.length === 0 ? [] : [`Not here: ${absent.join(", ")}.`]),
    ...sharedNotes(studies),
  ].join(" ");
}

/** Such as `fc (500 epochs, 3 seeds)`. */
function extent({ study, cells, total }: StudyRecords): string {
  const epochs = epochsText(cells), seeds = seedsOf(cells);
  const facts = [
    ...(cells.length === 0 ? [] : [`${epochs} epoch${epochs === "1" ? "" : "s"}`, counted(seeds, "seed")]),
    ...(cells.length === total ? [] : [`${cells.length} of ${counted(total, "model")}`]),
  ];
  return `${study} (${facts.join(", ")})`;
}
