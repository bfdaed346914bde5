/**
 * Samples and reconstructions of examples that are no images.
 *
 * @module
 */

import { sizeOf } from "../model/record.ts";
import {
  column,
  countRows,
  type Figure,
  type JsonObject,
  plotted,
  range,
  title,
  type Trace,
} from "./figure.ts";
import type { ArrayRecords } from "./records.ts";
import { COLORS, LABEL_COLORS } from "./theme.ts";

/** More pairs of lines cannot be followed. */
const MOST_PAIRS = 6;

const LEGEND: JsonObject = { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" };

/**
 * Draws vectors sampled from the model and vectors of the data.
 *
 * One element is a histogram, two are a scatter plot, more are a line per vector.
 *
 * @param arrays `samples` and `inputs`, `[n, sizeOf(shape)]` each
 * @returns a figure
 * @throws {TypeError} if a row is incomplete
 *
 * @example
 * ```ts
 * import { vectorSamples } from "./vectors.ts";
 *
 * const figure = vectorSamples({ shape: [2], samples: Float32Array.of(0, 1), inputs: Float32Array.of(1, 1) });
 * console.log(figure.data.map(({ name }) => name)); // ["samples", "data"]
 * ```
 */
export function vectorSamples(
  { shape, samples, inputs }: Pick<ArrayRecords, "shape" | "samples" | "inputs">,
): Figure {
  const columns = sizeOf(shape);
  const sets = [
    { values: samples, name: "samples", color: COLORS.model },
    { values: inputs, name: "data", color: COLORS.data },
  ];
  for (const { values, name } of sets) countRows(values, { columns, what: name });
  return {
    data: sets.map(({ values, name, color }): Trace =>
      columns === 1
        ? {
          type: "histogram",
          name,
          x: plotted(values),
          histnorm: "probability density",
          marker: { color },
          opacity: 0.6,
        }
        : columns === 2
        ? {
          type: "scatter",
          mode: "markers",
          name,
          marker: { color, size: 6, opacity: 0.75 },
          ...points(values),
        }
        : {
          type: "scatter",
          mode: "lines",
          name,
          line: { color, width: 1 },
          opacity: 0.5,
          ...lines(values, columns),
        }
    ),
    layout: {
      title: title("Samples"),
      height: 420,
      legend: LEGEND,
      ...(columns === 1 ? { barmode: "overlay" } : {}),
      ...axes(columns),
    },
  };
}

/**
 * Draws vectors and what the model makes of them: points joined by a line, or a solid and a dashed line per vector.
 *
 * @param arrays `inputs` and `reconstructions`, `[n, sizeOf(shape)]` each
 * @returns a figure
 * @throws {TypeError} if a row is incomplete or there are not as many reconstructions as inputs
 */
export function vectorReconstructions(
  { shape, inputs, reconstructions }: Pick<ArrayRecords, "shape" | "inputs" | "reconstructions">,
): Figure {
  const columns = sizeOf(shape);
  const rows = countRows(inputs, { columns, what: "reconstructions" });
  if (reconstructions.length !== inputs.length) {
    throw new TypeError(
      `Cannot draw reconstructions: expected ${inputs.length} elements, as the inputs have, got ${reconstructions.length}`,
    );
  }
  return {
    data: columns <= 2
      ? joinedPoints({ inputs, reconstructions, columns })
      : range(Math.min(rows, MOST_PAIRS)).flatMap((row) =>
        linePair({ inputs, reconstructions, columns, row })
      ),
    layout: {
      title: title("Reconstructions"),
      height: 420,
      legend: LEGEND,
      ...(columns === 1
        ? { xaxis: { title: { text: "example" } }, yaxis: { title: { text: "value" } } }
        : axes(columns)),
    },
  };
}

/** A point for each input and each reconstruction, and one line of segments with gaps between them. */
function joinedPoints(
  { inputs, reconstructions, columns }: {
    readonly inputs: Float32Array;
    readonly reconstructions: Float32Array;
    readonly columns: number;
  },
): Trace[] {
  // A single number is drawn over the number of its example.
  const place = (values: Float32Array) =>
    columns === 2 ? points(values) : { x: range(values.length).map((i) => i + 1), y: plotted(values) };
  const [from, to] = [place(inputs), place(reconstructions)];
  const segments = (a: readonly (number | null)[], b: readonly (number | null)[]) =>
    a.flatMap((value, i) => [value, b[i], null]);
  return [
    {
      type: "scatter",
      mode: "lines",
      x: segments(from.x, to.x),
      y: segments(from.y, to.y),
      line: { color: COLORS.neutral, width: 1 },
      hoverinfo: "skip",
      showlegend: false,
    },
    { type: "scatter", mode: "markers", name: "inputs", marker: { color: COLORS.data, size: 8 }, ...from },
    {
      type: "scatter",
      mode: "markers",
      name: "reconstructions",
      marker: { color: COLORS.model, size: 8, symbol: "diamond" },
      ...to,
    },
  ];
}

function linePair(
  { inputs, reconstructions, columns, row }: {
    readonly inputs: Float32Array;
    readonly reconstructions: Float32Array;
    readonly columns: number;
    readonly row: number;
  },
): Trace[] {
  const color = LABEL_COLORS[row];
  const line = (values: Float32Array, dash: string): Trace => ({
    type: "scatter",
    mode: "lines",
    name: `example ${row + 1}`,
    legendgroup: String(row),
    showlegend: dash === "solid",
    x: range(columns).map((i) => i + 1),
    y: plotted(values.subarray(row * columns, (row + 1) * columns)),
    line: { color, dash, width: dash === "solid" ? 2 : 1.5 },
  });
  return [line(inputs, "solid"), line(reconstructions, "dash")];
}

/** Pairs of numbers as coordinates. */
function points(values: Float32Array): { x: (number | null)[]; y: (number | null)[] } {
  return {
    x: plotted(column(values, { column: 0, columns: 2 })),
    y: plotted(column(values, { column: 1, columns: 2 })),
  };
}

/** Rows as one line, broken by a gap after each. */
function lines(values: Float32Array, columns: number): { x: (number | null)[]; y: (number | null)[] } {
  const rows = range(values.length / columns);
  return {
    x: rows.flatMap(() => [...range(columns).map((i) => i + 1), null]),
    y: rows.flatMap((row) => [...plotted(values.subarray(row * columns, (row + 1) * columns)), null]),
  };
}

function axes(columns: number): JsonObject {
  const titles = columns === 1
    ? ["value", "density"]
    : columns === 2
    ? ["element 1", "element 2"]
    : ["element", "value"];
  return { xaxis: { title: { text: titles[0] } }, yaxis: { title: { text: titles[1] } } };
}
