/**
 * What makes the Student-t distribution different.
 *
 * @module
 */

import { logProb as normalLogProb } from "../math/normal.ts";
import { logProb as studentTLogProb } from "../math/student_t.ts";
import { type Figure, plotted, range, title, type Trace } from "./figure.ts";
import { COLORS, LINE_COLORS } from "./theme.ts";

/** One distribution's line. */
interface Line {
  readonly name: string;
  readonly color: string;
  readonly dash: string;
  readonly logProb: (x: number) => number;
}

const DFS = [1, 2, 5, 30] as const;

const LINES: readonly Line[] = [
  ...DFS.map((df, i) => ({
    name: `t, df ${df}`,
    color: LINE_COLORS[i],
    dash: "solid",
    logProb: (x: number) => studentTLogProb(x, { df }),
  })),
  { name: "normal", color: COLORS.neutral, dash: "dash", logProb: (x) => normalLogProb(x, {}) },
];

/** Each panel as far as it shows something: the bodies differ near 0, and the tails far from it. */
const PANELS = [
  { suffix: "", reach: 5, value: Math.exp, unit: "" },
  { suffix: "2", reach: 10, value: (logProb: number) => logProb, unit: " nats" },
] as const;

/** So many points of a line look like a curve. */
const POINTS = 201;

/**
 * Draws the densities of St(0, 1, df) for df 1, 2, 5 and 30 beside N(0, 1), and their logarithms, where tails show.
 *
 * The normal's log density falls like -x^2/2, a Student-t's like -(df + 1) ln |x|.
 *
 * @returns a figure of two panels
 *
 * @example
 * ```ts
 * import { densities } from "./densities.ts";
 *
 * console.log(densities().data.length); // 10: five lines in each panel
 * ```
 */
export function densities(): Figure {
  const traces = PANELS.flatMap(({ suffix, reach, value, unit }) => {
    const x = range(POINTS).map((i) => (2 * i / (POINTS - 1) - 1) * reach);
    return LINES.map(({ name, color, dash, logProb }): Trace => ({
      type: "scatter",
      mode: "lines",
      name,
      legendgroup: name,
      showlegend: suffix === "",
      x: plotted(x),
      y: plotted(x.map((x) => value(logProb(x)))),
      xaxis: `x${suffix}`,
      yaxis: `y${suffix}`,
      // Simplified, as it would be, a smooth line shows corners.
      line: { color, dash, width: 2, simplify: false },
      hovertemplate: `%{y:.4f}${unit}`,
    }));
  });
  return {
    data: traces,
    layout: {
      title: title("Student's t beside the normal"),
      height: 380,
      grid: { rows: 1, columns: 2, pattern: "independent", xgap: 0.16 },
      hovermode: "x unified",
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", traceorder: "normal" },
      xaxis: { title: { text: "x" }, range: [-PANELS[0].reach, PANELS[0].reach] },
      xaxis2: { title: { text: "x" }, range: [-PANELS[1].reach, PANELS[1].reach] },
      yaxis: { title: { text: "density" }, rangemode: "tozero" },
      yaxis2: { title: { text: "log density (nats)" }, range: [-20, 0] },
    },
  };
}
