/**
 * What figures of losses by epoch have in common: three panels over one axis.
 *
 * @module
 */

import { type JsonObject, plotted, type Trace } from "./figure.ts";
import type { Means } from "./records.ts";
import type { LineLook } from "./theme.ts";

/** Means after some epochs. */
export interface LossLine {
  /** What the legend calls it; lines of one name are hidden together. */
  readonly name: string;
  readonly look: LineLook;
  /** In order. */
  readonly epochs: readonly number[];
  /** One for each epoch; undefined where it was not measured. */
  readonly means: readonly (Means | undefined)[];
}

/** Panels without what the figure as a whole has. */
export interface LossPanels {
  readonly data: readonly Trace[];
  readonly layout: JsonObject;
}

/** Reconstruction is an order of magnitude above the divergence, so each quantity has its own axis. */
const PANELS = [
  { key: "loss", axis: "y" },
  { key: "reconstruction", axis: "y2" },
  { key: "kl", axis: "y3" },
] as const;

/** So many epochs can be told apart as dots. */
const MOST_MARKERS = 30;

/**
 * Draws loss, reconstruction and KL divergence by epoch, one panel each, all lines in each.
 *
 * @param lines the first lowest
 * @param options what the panel of the loss is called, and in what it is
 * @returns traces, and the layout but for title, height and legend
 */
export function lossPanels(
  lines: readonly LossLine[],
  { title, unit }: { readonly title: string; readonly unit: string },
): LossPanels {
  const longest = lines.reduce<readonly number[]>(
    (longest, { epochs }) => epochs.length > longest.length ? epochs : longest,
    [],
  );
  const titles = { loss: title, reconstruction: "Reconstruction", kl: "KL divergence" };
  const yaxis = (key: keyof Means) => ({
    title: { text: key === "loss" ? unit : "nats per example" },
    ...settledRange(lines.map(({ means }) => means.map((means) => means?.[key] ?? NaN))),
  });
  return {
    data: PANELS.flatMap(({ key, axis }) =>
      lines.map(({ name, look, epochs, means }): Trace => ({
        type: "scatter",
        mode: modeOf(longest),
        name,
        legendgroup: name,
        showlegend: key === "loss",
        x: epochs,
        y: plotted(means.map((means) => means?.[key] ?? NaN)),
        yaxis: axis,
        line: { ...look, width: 2 },
        marker: { color: look.color, size: 5 },
        hovertemplate: "%{y:.2f}",
      }))
    ),
    layout: {
      grid: { rows: PANELS.length, columns: 1, pattern: "coupled", ygap: 0.28 },
      hovermode: "x unified",
      xaxis: epochAxis(longest),
      yaxis: yaxis("loss"),
      yaxis2: yaxis("reconstruction"),
      yaxis3: yaxis("kl"),
      annotations: PANELS.map(({ key, axis }) => ({
        text: `<b>${titles[key]}</b>`,
        x: 0,
        xref: "paper",
        xanchor: "left",
        y: 1,
        yref: `${axis} domain`,
        yanchor: "bottom",
        yshift: 3,
      })),
    },
  };
}

/**
 * How lines are drawn: with a dot for each epoch where they can be told apart.
 *
 * @param epochs all that there are
 */
export function modeOf({ length }: { readonly length: number }): string {
  return length <= MOST_MARKERS ? "lines+markers" : "lines";
}

/**
 * The horizontal axis of what is drawn by epoch.
 *
 * @param epochs all that there are, in order
 */
export function epochAxis(epochs: readonly number[]): JsonObject {
  return { title: { text: "epoch" }, unifiedhovertitle: { text: "epoch %{x}" }, ...epochTicks(epochs) };
}

/**
 * Whether panels open on less than all epochs.
 *
 * @param epochs all that there are
 */
export function opensLate({ length }: { readonly length: number }): boolean {
  return length >= 10;
}

/**
 * The range of lines by epoch once they have settled, with some room: that of what follows the first tenth of long ones.
 *
 * @param lines a value for each epoch; what is not finite has no say
 * @returns the range of an axis; nothing where all lines are short, or where all is equal
 */
export function settledRange(lines: readonly (readonly number[])[]): { range?: readonly number[] } {
  const values = lines.flatMap((line) => line.slice(opensLate(line) ? Math.ceil(line.length / 10) : 0))
    .filter(Number.isFinite);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = 0.08 * (most - least);
  return lines.some(opensLate) && room > 0 ? { range: [least - room, most + room] } : {};
}

/** Plotly would put ticks between the epochs of a short run. */
function epochTicks(epochs: readonly number[]): { dtick?: number; range?: readonly number[] } {
  if (epochs.length > 10) return {};
  return epochs.length === 1 ? { dtick: 1, range: [epochs[0] - 1, epochs[0] + 1] } : { dtick: 1 };
}
