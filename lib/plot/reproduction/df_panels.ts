/**
 * What degrees of freedom do.
 *
 * @module
 */

import type { MeanInterval } from "../../math/mean_interval.ts";
import { type Figure, type Json, type JsonObject, plotted, title, type Trace } from "../figure.ts";
import { axisDomain, axisSuffix } from "../sweep/panel_grid.ts";
import type { Settings } from "../sweep/records.ts";
import { COLORS, LINE_COLORS, type LineLook } from "../theme.ts";
import { type Configuration, configurations, type Measure, metric, overSeeds } from "./groups.ts";
import { intervalText } from "./interval_text.ts";
import { intervalLine, intervalRange } from "./intervals.ts";
import { finalLoss } from "./losses.ts";
import { panelTitle } from "./panel_title.ts";
import type { StudyCell, StudyRecords } from "./records.ts";
import { dfText, FAMILIES } from "./words.ts";

/** What is drawn against df. */
interface Panel {
  readonly name: string;
  readonly unit: string;
  readonly of: Measure;
  /** The same of draws of the prior. */
  readonly prior?: Measure;
}

const PANELS: readonly Panel[] = [
  { name: "Test loss", unit: "nats per example", of: finalLoss("df") },
  { name: "Log-likelihood", unit: "nats per example", of: metric("logLikelihood") },
  { name: "KL divergence", unit: "nats per example", of: ({ curve }) => curve.testKl.at(-1) },
  { name: "MMD² of new examples", unit: "squared discrepancy", of: metric("mmd") },
  {
    name: "Tail index of z",
    unit: "mean over dimensions",
    of: metric("tailIndex"),
    prior: metric("priorTailIndex"),
  },
];

const PRIOR = { name: "draws of the prior", look: { color: COLORS.neutral, dash: "dash" } } as const;

/** A kind of Student's t latent, and how it is drawn. */
export interface LatentKind {
  readonly joint: boolean;
  readonly name: string;
  readonly look: LineLook;
}

/** Independent latents and joint ones. */
export const LATENT_KINDS: readonly LatentKind[] = [
  { joint: false, name: "independent", look: { color: COLORS.model, dash: "solid" } },
  { joint: true, name: "joint", look: { color: LINE_COLORS[4], dash: "dot" } },
];

/** How far apart words stand, and beyond what is at the ends, in decades of df; lines are moved a little from each other. */
const STEP = 0.2, ROOM = 0.1, APART = 0.008;

/** The height of a panel, of what is between two of them, and of what is around all, in pixels. */
const PANEL = 190, BETWEEN = 57, AROUND = 120;

const BAND_OPACITY = 0.22;

/** Where a setting of df stands. */
interface Place {
  readonly df: Json;
  readonly at: number;
}

/**
 * Draws test loss, log-likelihood, KL divergence, MMD² and tail index of the latents against df, one panel each: means
 * over seeds with their 95 % intervals, a line for independent latents and one for joint ones, the Gaussian as a level;
 * beside the tail index that of draws of the prior.
 *
 * Numbers stand at their logarithms, learned and amortised df beside them.
 *
 * @param study of degrees of freedom
 * @returns a figure, without panels of what was not measured; undefined where no df was varied
 *
 * @example
 * ```ts
 * import { dfPanels } from "./df_panels.ts";
 *
 * const curve = { epoch: [1], trainLoss: [170], testLoss: [150], testReconstruction: [142], testKl: [8] };
 * const figure = dfPanels({
 *   cells: [3, 30].map((df) => ({
 *     settings: { "latent.family": "student-t", "latent.df": df, "latent.joint": false, seed: 0 },
 *     seconds: 3,
 *     curve,
 *     metrics: {},
 *   })),
 * });
 * console.log(figure?.data.length); // 2: a line in each of two panels
 * ```
 */
export function dfPanels({ cells }: Pick<StudyRecords, "cells">): Figure | undefined {
  const groups = configurations({ cells });
  const places = placesOf(groups);
  if (places.length === 0) return undefined;
  const gaussian = cells.filter(({ settings }) => settings["latent.family"] === "gaussian");
  const panels = PANELS.filter(({ of }) => overSeeds(cells, of) !== undefined);
  const height = PANEL * panels.length;
  const x: readonly [number, number] = [places[0].at - ROOM, places.at(-1)!.at + ROOM];
  const drawn = panels.map(({ of, prior }, i) =>
    panelTraces(groups, { of, prior, places, x, gaussian, suffix: axisSuffix(i), showlegend: i === 0 })
  );
  const layout = panels.map(({ unit }, i): JsonObject => ({
    [`xaxis${axisSuffix(i)}`]: {
      anchor: `y${axisSuffix(i)}`,
      range: x,
      showgrid: false,
      tickmode: "array",
      tickvals: places.map(({ at }) => at),
      ticktext: places.map(({ df }) => dfText(df)),
      ...(i === panels.length - 1 ? { title: { text: "df" } } : { showticklabels: false, ticks: "" }),
      ...(i > 0 && { matches: "x" }),
    },
    [`yaxis${axisSuffix(i)}`]: {
      anchor: `x${axisSuffix(i)}`,
      domain: axisDomain(panels.length - 1 - i, { of: panels.length, gap: BETWEEN / height }),
      title: { text: unit },
      range: drawn[i].range,
    },
  }));
  return {
    data: drawn.flatMap(({ traces }) => traces),
    layout: Object.assign({
      title: title("Degrees of freedom"),
      height: height + AROUND,
      hovermode: "closest",
      legend: { orientation: "h", x: 0, y: 1 + 24 / height, yanchor: "bottom", traceorder: "normal" },
      annotations: panels.map(({ name }, i) => panelTitle(name, axisSuffix(i))),
    }, ...layout),
  };
}

/** Numbers in order, then words as they come. */
function placesOf(groups: readonly Configuration[]): Place[] {
  const all = [
    ...new Set(groups.flatMap(({ settings: { "latent.df": df } }) => df === undefined ? [] : [df])),
  ];
  const numbers = all.filter((df) => typeof df === "number").sort((a, b) => a - b);
  const last = Math.log10(numbers.at(-1) ?? 1);
  return [
    ...numbers.map((df) => ({ df, at: Math.log10(df) })),
    ...all.filter((df) => typeof df !== "number").map((df, i) => ({ df, at: last + (i + 1) * STEP })),
  ];
}

function panelTraces(
  groups: readonly Configuration[],
  { of, prior, places, x, gaussian, suffix, showlegend }: {
    readonly of: Measure;
    readonly prior: Measure | undefined;
    readonly places: readonly Place[];
    readonly x: readonly [number, number];
    readonly gaussian: readonly StudyCell[];
    readonly suffix: string;
    readonly showlegend: boolean;
  },
): { readonly traces: readonly Trace[]; readonly range: readonly [number, number] } {
  const lines = [
    ...LATENT_KINDS.map((kind) => ({ ...kind, of, isIn: isOfKind(kind), showlegend })),
    // Once for both kinds, whose coordinates have the same distribution.
    ...(prior === undefined
      ? []
      : [{ ...PRIOR, of: prior, isIn: isOfKind(LATENT_KINDS[0]), showlegend: true }]),
  ].map(({ of, isIn, ...line }) => ({
    ...line,
    intervals: places.map(({ df }) => {
      const group = groups.find(({ settings }) => settings["latent.df"] === df && isIn(settings));
      return group && overSeeds(group.cells, of);
    }),
  })).filter(({ intervals }) => intervals.some((interval) => interval !== undefined));
  const level = overSeeds(gaussian, of);
  const range = intervalRange([...lines.flatMap(({ intervals }) => intervals), level]);
  const axes = { xaxis: `x${suffix}`, yaxis: `y${suffix}` };
  return {
    range,
    traces: [
      ...(level === undefined ? [] : levelTraces(level, { x, range, axes, showlegend })),
      ...lines.map(({ name, look, intervals, showlegend }, i): Trace => {
        const shift = (2 * i + 1 - lines.length) * APART;
        // A gap before each word: what is between is no number.
        const points = places.flatMap(({ df, at }, i) => [
          ...(typeof df === "number" ? [] : [{ at: at + shift, label: "", interval: undefined }]),
          { at: at + shift, label: `df ${dfText(df)}`, interval: intervals[i] },
        ]);
        return intervalLine(points, { name, look, range, axes, showlegend });
      }),
    ],
  };
}

function isOfKind({ joint }: LatentKind): (settings: Settings) => boolean {
  return (settings) => (settings["latent.joint"] ?? false) === joint;
}

/** The Gaussian from end to end, and its interval as a band. */
function levelTraces(
  level: MeanInterval,
  { x, range: [least, most], axes, showlegend }: {
    readonly x: readonly [number, number];
    readonly range: readonly [number, number];
    readonly axes: JsonObject;
    readonly showlegend: boolean;
  },
): Trace[] {
  const [{ name, look }] = FAMILIES;
  const common = { type: "scatter", mode: "lines", name, legendgroup: name, ...axes } as const;
  const { mean, halfWidth } = level;
  const [low, high] = [Math.max(least, mean - (halfWidth ?? 0)), Math.min(most, mean + (halfWidth ?? 0))];
  return [
    ...(halfWidth === undefined ? [] : [{
      ...common,
      showlegend: false,
      x: plotted([...x, ...x.toReversed()]),
      y: plotted([high, high, low, low]),
      fill: "toself",
      fillcolor: look.color,
      opacity: BAND_OPACITY,
      line: { width: 0 },
      hoverinfo: "skip",
    }]),
    {
      ...common,
      showlegend,
      x: plotted(x),
      y: plotted([mean, mean]),
      line: { ...look, dash: "dash", width: 2 },
      hovertemplate: `${intervalText(level)}<extra>${name}</extra>`,
    },
  ];
}
