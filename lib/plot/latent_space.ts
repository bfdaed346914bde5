/**
 * Where the encoder puts the examples.
 *
 * @module
 */

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
import { type ArrayRecords, className } from "./records.ts";
import { COLORS, LABEL_COLORS } from "./theme.ts";

/** More points hide one another and make the page slow. */
const MOST_POINTS = 3000;

/** More labels, one below the other, are higher than a panel. */
const CORNER_LABELS = 10;

/** After every ten labels the colours start again, with another symbol. */
const SYMBOLS = ["circle", "diamond", "square", "cross", "triangle-up"] as const;

/** The examples of one label; one group of all where there are no labels. */
interface Group {
  readonly rows: readonly number[];
  readonly color: string;
  readonly symbol: string;
  readonly name: string;
}

/** A figure but for what all latent spaces share. */
interface Untitled {
  readonly data: readonly Trace[];
  readonly layout: JsonObject;
}

/** A panel of a scatter plot: which latent coordinate goes along which axis. */
interface Panel {
  readonly x: number;
  readonly y: number;
  readonly xaxis: string;
  readonly yaxis: string;
}

/**
 * Draws loc of q(z|x) for the examples, coloured by label.
 *
 * One latent dimension is a histogram, two are a scatter plot, three are a scatter plot of every pair; of more,
 * the first two are shown. Every k-th example is drawn where there are more than 3000.
 *
 * @param arrays `loc` `[examples, latentSize]`, `latentSize` and, where there are classes, `labels` `[examples]`
 * @returns a figure
 * @throws {TypeError} if `loc` has an incomplete row or there are not as many labels as examples
 *
 * @example
 * ```ts
 * import { latentSpace } from "./latent_space.ts";
 *
 * const figure = latentSpace({ loc: Float32Array.of(0, 1, 2, 3), latentSize: 2, labels: Uint8Array.of(7, 4) });
 * console.log(figure.data.map(({ name }) => name)); // ["4", "7"]
 * ```
 */
export function latentSpace(arrays: Pick<ArrayRecords, "loc" | "latentSize" | "labels" | "classes">): Figure {
  const groups = groupByLabel(arrays);
  const { data, layout } = arrays.latentSize === 1
    ? histogram(arrays.loc, groups)
    : scatter(arrays.loc, { groups, columns: arrays.latentSize });
  return {
    data,
    layout: { ...layout, title: title("Latent space"), showlegend: arrays.labels !== undefined },
  };
}

function histogram(loc: Float32Array, groups: readonly Group[]): Untitled {
  return {
    data: groups.map(({ name, rows, color }): Trace => ({
      type: "histogram",
      name,
      x: plotted(column(loc, { column: 0, columns: 1, rows })),
      marker: { color },
    })),
    layout: {
      height: 400,
      barmode: "stack",
      bargap: 0.04,
      legend: TOP_LEGEND,
      xaxis: { title: { text: axisTitle(0) } },
      yaxis: { title: { text: "examples" } },
    },
  };
}

function scatter(
  loc: Float32Array,
  { groups, columns }: { readonly groups: readonly Group[]; readonly columns: number },
): Untitled {
  const { panels, layout } = columns === 3 ? cornerPanels(groups.length) : singlePanel();
  return {
    data: panels.flatMap(({ x, y, xaxis, yaxis }, panel) =>
      groups.map(({ name, rows, color, symbol }): Trace => ({
        type: "scatter",
        mode: "markers",
        name,
        legendgroup: name,
        showlegend: panel === 0,
        x: plotted(column(loc, { column: x, columns, rows })),
        y: plotted(column(loc, { column: y, columns, rows })),
        xaxis,
        yaxis,
        marker: { color, symbol, size: 4, opacity: 0.7 },
        hovertemplate: `%{x:.2f}, %{y:.2f}<extra>${name}</extra>`,
      }))
    ),
    layout,
  };
}

function singlePanel(): { panels: readonly Panel[]; layout: JsonObject } {
  return {
    panels: [{ x: 0, y: 1, xaxis: "x", yaxis: "y" }],
    layout: {
      height: 560,
      legend: TOP_LEGEND,
      xaxis: { title: { text: axisTitle(0) } },
      // The prior is the same along every axis, so a unit is as long along both.
      yaxis: { title: { text: axisTitle(1) }, scaleanchor: "x", scaleratio: 1 },
    },
  };
}

/** The lower triangle of a matrix of pairs: columns 1 and 2 across, rows 2 and 3 down; a short legend fills the gap. */
function cornerPanels(groups: number): { panels: readonly Panel[]; layout: JsonObject } {
  const [low, high] = [[0, 0.485], [0.515, 1]];
  return {
    panels: [
      { x: 0, y: 1, xaxis: "x", yaxis: "y" },
      { x: 0, y: 2, xaxis: "x", yaxis: "y2" },
      { x: 1, y: 2, xaxis: "x2", yaxis: "y2" },
    ],
    layout: {
      height: 560,
      legend: groups <= CORNER_LABELS ? { ...LEGEND, x: 0.56, y: 1, yanchor: "top" } : TOP_LEGEND,
      xaxis: { domain: low, anchor: "y2", title: { text: axisTitle(0) } },
      xaxis2: { domain: high, anchor: "y2", title: { text: axisTitle(1) } },
      yaxis: { domain: high, anchor: "x", title: { text: axisTitle(1) } },
      yaxis2: { domain: low, anchor: "x", title: { text: axisTitle(2) } },
    },
  };
}

const LEGEND: JsonObject = {
  itemsizing: "constant",
  title: { text: "label" },
  traceorder: "normal",
};

const TOP_LEGEND: JsonObject = { ...LEGEND, orientation: "h", x: 0, y: 1.02, yanchor: "bottom" };

function axisTitle(dimension: number): string {
  return `loc of dimension ${dimension + 1}`;
}

function groupByLabel(
  { loc, latentSize, labels, classes }: Pick<ArrayRecords, "loc" | "latentSize" | "labels" | "classes">,
): Group[] {
  const examples = countRows(loc, { columns: latentSize, what: "the latent space" });
  if (labels !== undefined && labels.length !== examples) {
    throw new TypeError(
      `Cannot draw the latent space: expected a label for each of ${examples} examples, got ${labels.length}`,
    );
  }
  const shown = Math.min(examples, MOST_POINTS);
  const rows = range(shown).map((i) => Math.floor(i * examples / shown));
  if (labels === undefined) return [{ rows, color: COLORS.data, symbol: SYMBOLS[0], name: "examples" }];
  return [...Map.groupBy(rows, (row) => labels[row])].sort(([a], [b]) => a - b).map(([label, rows]) => ({
    rows,
    color: LABEL_COLORS[label % LABEL_COLORS.length],
    symbol: SYMBOLS[Math.floor(label / LABEL_COLORS.length) % SYMBOLS.length],
    name: className(label, { classes }),
  }));
}
