/**
 * What degrees of freedom do to a divergence.
 *
 * @module
 */

import { klNormal, klStudentT } from "../math/divergence.ts";
import { type Figure, plotted, range, title, type Trace } from "./figure.ts";
import { COLORS, LINE_COLORS } from "./theme.ts";

/** Posteriors of eight equal coordinates: as training makes them, and wider than the prior. */
const DIMENSIONS = 8;
const PANELS = [
  { suffix: "", loc: 1, scale: 0.5 },
  { suffix: "2", loc: 0, scale: 2 },
] as const;

/** From a tail without a mean to one that nobody tells from the normal's. */
const DF = { from: 0.5, to: 1000 };
const POINTS = 133;

interface Posterior {
  readonly loc: Float64Array;
  readonly scale: Float64Array;
}

/** One kind of divergence as a function of df. */
interface Line {
  readonly name: string;
  readonly color: string;
  readonly dash: string;
  readonly width: number;
  readonly nats: (df: number, posterior: Posterior) => number;
}

const LINES: readonly Line[] = [
  {
    name: "Gaussian limit",
    color: COLORS.neutral,
    dash: "dash",
    width: 2,
    nats: (_, posterior) => klNormal(posterior),
  },
  {
    name: "(df + 1)/2 for a joint t",
    color: LINE_COLORS[1],
    dash: "dot",
    width: 2.5,
    nats: literal,
  },
  {
    name: "independent",
    color: COLORS.data,
    dash: "solid",
    width: 2,
    nats: (df, posterior) => klStudentT({ df, ...posterior }),
  },
  {
    name: "joint",
    color: COLORS.model,
    dash: "solid",
    width: 2,
    nats: (df, posterior) => klStudentT({ df, ...posterior, joint: true }),
  },
];

/**
 * Draws KL(St(loc, scale^2, df) ‖ St(0, I, df)) in eight dimensions against df: of a joint t, of independent
 * coordinates, of a joint t with the factor (df + 1)/2 of the paper in place of (df + d)/2, and of the normal, the limit
 * of the first three.
 *
 * The wrong factor gives negative values, which no divergence has, where the posterior is wide and df is small.
 *
 * @returns a figure of two panels, a posterior inside the prior and one wider than it
 *
 * @example
 * ```ts
 * import { divergence } from "./divergence.ts";
 *
 * console.log(divergence().data.length); // 8: four lines in each panel
 * ```
 */
export function divergence(): Figure {
  const df = range(POINTS).map((i) => DF.from * (DF.to / DF.from) ** (i / (POINTS - 1)));
  const traces = PANELS.flatMap(({ suffix, loc, scale }) => {
    const posterior = {
      loc: new Float64Array(DIMENSIONS).fill(loc),
      scale: new Float64Array(DIMENSIONS).fill(scale),
    };
    return LINES.map(({ name, color, dash, width, nats }): Trace => ({
      type: "scatter",
      mode: "lines",
      name,
      legendgroup: name,
      showlegend: suffix === "",
      x: plotted(df),
      y: plotted(df.map((df) => nats(df, posterior))),
      xaxis: `x${suffix}`,
      yaxis: `y${suffix}`,
      // Simplified, as it would be, a smooth line shows corners.
      line: { color, dash, width, simplify: false },
      hovertemplate: "%{y:.3f} nats",
    }));
  });
  const axis = ({ loc, scale }: typeof PANELS[number]) => ({
    title: { text: `df, at loc ${loc} and scale ${scale} in every coordinate` },
    type: "log",
    tickvals: [1, 3, 10, 30, 100, 300, 1000],
    range: [Math.log10(DF.from), Math.log10(DF.to)],
  });
  return {
    data: traces,
    layout: {
      title: title("Divergence from the prior in eight dimensions"),
      height: 380,
      grid: { rows: 1, columns: 2, pattern: "independent", xgap: 0.16 },
      hovermode: "x unified",
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", traceorder: "reversed" },
      xaxis: axis(PANELS[0]),
      xaxis2: axis(PANELS[1]),
      yaxis: { title: { text: "KL (nats)" } },
      yaxis2: { title: { text: "KL (nats)" }, zeroline: true },
    },
  };
}

/** -sum ln scale + (df + 1)/2 ∫ f(y) dy, where the joint t's divergence has (df + d)/2 before the same integral. */
function literal(df: number, posterior: Posterior): number {
  const logScale = posterior.scale.reduce((sum, scale) => sum + Math.log(scale), 0);
  const weighted = klStudentT({ df, ...posterior, joint: true }) + logScale;
  return (df + 1) / (df + DIMENSIONS) * weighted - logScale;
}
