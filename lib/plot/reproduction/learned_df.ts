/**
 * Where learned degrees of freedom go.
 *
 * @module
 */

import { type Figure, title } from "../figure.ts";
import { epochAxis } from "../loss_panels.ts";
import { LATENT_KINDS } from "./df_panels.ts";
import { configurations } from "./groups.ts";
import type { StudyRecords } from "./records.ts";
import { seedBand, seedLine } from "./seed_lines.ts";

/**
 * Draws learned df by epoch, a line for independent latents and one for joint ones: means over seeds, in bands from the
 * least to the greatest.
 *
 * @param study of degrees of freedom
 * @returns a figure; undefined where none are learned
 *
 * @example
 * ```ts
 * import { learnedDf } from "./learned_df.ts";
 *
 * const curve = { epoch: [1], trainLoss: [170], testLoss: [150], testReconstruction: [142], testKl: [8], df: [5.2] };
 * const settings = { "latent.df": "learned", "latent.joint": true, seed: 0 };
 * const figure = learnedDf({ cells: [{ settings, seconds: 3, curve, metrics: {} }] });
 * console.log(figure?.data[0].name); // joint
 * ```
 */
export function learnedDf({ cells }: Pick<StudyRecords, "cells">): Figure | undefined {
  const groups = configurations({ cells: cells.filter(({ curve }) => curve.df !== undefined) });
  if (groups.length === 0) return undefined;
  const lines = groups.map(({ settings, cells }) => ({
    ...LATENT_KINDS.find(({ joint }) => joint === (settings["latent.joint"] ?? false))!,
    epochs: cells[0].curve.epoch,
    curves: cells.map(({ curve }) => curve.df!),
  }));
  return {
    data: [
      ...lines.flatMap((line) => seedBand(line, {})),
      ...lines.map((line) => seedLine(line, { width: 2, showlegend: true })),
    ],
    layout: {
      title: title("Learned degrees of freedom by epoch"),
      height: 340,
      hovermode: "x unified",
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", traceorder: "normal" },
      xaxis: epochAxis(lines[0].epochs),
      yaxis: { title: { text: "df" } },
    },
  };
}
