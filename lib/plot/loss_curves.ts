/**
 * How training went.
 *
 * @module
 */

import { type Figure, plotted, title, type Trace } from "./figure.ts";
import type { EpochRecord, Means, ObjectiveKind } from "./records.ts";
import { COLORS } from "./theme.ts";

const SPLITS = [
  { key: "train", name: "train", color: COLORS.data, dash: "solid" },
  { key: "validation", name: "validation", color: COLORS.other, dash: "dash" },
  { key: "test", name: "test", color: COLORS.model, dash: "solid" },
  { key: "testOnBatchStatistics", name: "test, batch statistics", color: COLORS.model, dash: "dot" },
] as const;

/** Reconstruction is an order of magnitude above the divergence, so each quantity has its own axis. */
const PANELS = [
  { key: "loss", title: "Loss", axis: "y" },
  { key: "reconstruction", title: "Reconstruction", axis: "y2" },
  { key: "kl", title: "KL divergence", axis: "y3" },
] as const;

/** So many epochs can be told apart as dots. */
const MOST_MARKERS = 30;

/**
 * Draws loss, reconstruction and KL divergence by epoch, one panel each, one line per split that was measured.
 *
 * From ten epochs on, the panels open on what follows the first tenth of them, whose fall would flatten all else;
 * a double click shows the rest. The training set's means are taken while the parameters move, so early in training
 * they lie above the others.
 *
 * @param metrics one record per epoch
 * @param objective what the loss is of, and so in what; an ELBO by default
 * @returns a figure of three panels over one epoch axis
 *
 * @example
 * ```ts
 * import { lossCurves } from "./loss_curves.ts";
 *
 * const train = { loss: 140, reconstruction: 132, kl: 8 };
 * const figure = lossCurves([{ epoch: 1, step: 118, seconds: 2, train }]);
 * console.log(figure.data.length); // 3: one line in each panel
 * ```
 */
export function lossCurves(metrics: readonly EpochRecord[], objective: ObjectiveKind = "elbo"): Figure {
  const epochs = metrics.map(({ epoch }) => epoch);
  const measured = SPLITS.filter(({ key }) => metrics.some((record) => record[key] !== undefined));
  const traces = PANELS.flatMap(({ key, axis }) =>
    measured.map(({ key: split, name, color, dash }): Trace => ({
      type: "scatter",
      mode: metrics.length <= MOST_MARKERS ? "lines+markers" : "lines",
      name,
      legendgroup: name,
      showlegend: key === "loss",
      x: epochs,
      y: plotted(metrics.map((record) => record[split]?.[key] ?? NaN)),
      yaxis: axis,
      line: { color, dash, width: 2 },
      marker: { color, size: 5 },
      hovertemplate: "%{y:.2f}",
    }))
  );
  const yaxis = (key: keyof Means) => ({
    title: { text: key === "loss" && objective === "t3" ? "power divergence" : "nats per example" },
    ...settledRange(metrics, key),
  });
  return {
    data: traces,
    layout: {
      title: title("Loss by epoch"),
      height: 560,
      grid: { rows: PANELS.length, columns: 1, pattern: "coupled", ygap: 0.28 },
      hovermode: "x unified",
      legend: { orientation: "h", x: 0, y: 1.05, yanchor: "bottom" },
      xaxis: { title: { text: "epoch" }, unifiedhovertitle: { text: "epoch %{x}" }, ...epochTicks(epochs) },
      yaxis: yaxis("loss"),
      yaxis2: yaxis("reconstruction"),
      yaxis3: yaxis("kl"),
      annotations: PANELS.map(({ title, axis }) => ({
        text: `<b>${title}</b>`,
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
 * Whether the panels open on less than all epochs.
 *
 * @param metrics one record per epoch
 */
export function opensLate(metrics: readonly EpochRecord[]): boolean {
  return metrics.length >= 10;
}

/** The range of a quantity once it has settled, with some room. */
function settledRange(metrics: readonly EpochRecord[], key: keyof Means): { range?: readonly number[] } {
  const values = metrics.slice(Math.ceil(metrics.length / 10)).flatMap(({ train, validation, test }) =>
    [train, validation, test].flatMap((means) => means === undefined ? [] : [means[key]])
  ).filter(Number.isFinite);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = 0.08 * (most - least);
  return opensLate(metrics) && room > 0 ? { range: [least - room, most + room] } : {};
}

/** Plotly would put ticks between the epochs of a short run. */
function epochTicks(epochs: readonly number[]): { dtick?: number; range?: readonly number[] } {
  if (epochs.length > 10) return {};
  return epochs.length === 1 ? { dtick: 1, range: [epochs[0] - 1, epochs[0] + 1] } : { dtick: 1 };
}
