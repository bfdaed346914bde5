/**
 * Boxes joined by arrows.
 *
 * @module
 */

import type { Shape } from "../model/record.ts";
import { type Figure, type JsonObject, range, title } from "./figure.ts";
import { COLORS } from "./theme.ts";

/** What stands in one box. */
export interface Block {
  readonly name: string;
  /** Settings, in words. */
  readonly detail?: string;
  /** Of what comes out. */
  readonly shape: Shape;
  /** Trained parameters, where there are any. */
  readonly count?: number;
  readonly color: string;
}

/** A stack of boxes, in pixels; y counts upwards. */
interface Column {
  readonly left: number;
  readonly width: number;
  /** The middle of the lowest box. */
  readonly bottom: number;
  /** From the lowest to the highest. */
  readonly blocks: readonly Block[];
}

/** Of all, and of boxes at the sides and in the middle, in pixels. */
const WIDTH = 844, SIDE = 304, MIDDLE = 168;
/** The height of a box, and from one to the next. */
const BOX = 38, PITCH = 52;
/** From the edge of a box to its text, and from the heads to the frame around them. */
const PADDING = 10, FRAME = 8;
/** The room of a column's heading, of the title and around everything. */
const HEADER = 24, TITLE = 40, MARGIN = 8;

/**
 * Draws a chain of boxes in the shape of a U, its bottom the latent space.
 *
 * @param name of the model; the title adds how many parameters it has
 * @param blocks `encoder` from its input on, the latent `heads`, the `sample` that is drawn from them, and `decoder`
 * up to what it is the distribution of
 * @returns a figure of fixed width
 */
export function blockDiagram(
  name: string,
  { encoder: down, heads, sample, decoder: up }: {
    readonly encoder: readonly Block[];
    readonly heads: readonly Block[];
    readonly sample: Block;
    readonly decoder: readonly Block[];
  },
): Figure {
  const middle = (WIDTH - MIDDLE) / 2, right = WIDTH - SIDE - 1;
  const bottom = BOX / 2 + 1;
  const [lowest, highest] = [bottom + PITCH + FRAME, bottom + PITCH * heads.length + FRAME];
  const entry = (lowest + highest) / 2;
  const encoder: Column = { left: 1, width: SIDE, bottom: entry, blocks: down.toReversed() };
  const latent: Column = { left: middle, width: MIDDLE, bottom: lowest, blocks: heads.toReversed() };
  const decoder: Column = { left: right, width: SIDE, bottom, blocks: up };
  const columns = [encoder, latent, { ...latent, bottom, blocks: [sample] }, decoder];
  const frame = {
    x: [middle - FRAME, middle + MIDDLE + FRAME],
    y: [lowest - BOX / 2 - FRAME, highest + BOX / 2 + FRAME],
  };
  const height = Math.max(...columns.map(top)) + HEADER;
  const total = [...down, ...heads, ...up].reduce((sum, { count = 0 }) => sum + count, 0);
  const centre = middle + MIDDLE / 2;
  return {
    data: [],
    layout: {
      title: title(`${name}: ${grouped(total)} parameters`),
      width: WIDTH + 2 * MARGIN,
      height: TITLE + height + 2 * MARGIN,
      margin: { t: MARGIN, b: MARGIN, l: MARGIN, r: MARGIN },
      dragmode: false,
      showlegend: false,
      xaxis: { visible: false, fixedrange: true, range: [0, WIDTH] },
      yaxis: { visible: false, fixedrange: true, range: [0, height] },
      shapes: [
        rectangle({ ...frame, color: COLORS.neutral, dash: "dot" }),
        ...columns.flatMap(boxes),
      ],
      annotations: [
        ...columns.flatMap(labels),
        ...[["encoder", encoder] as const, ["decoder", decoder] as const].flatMap(headings),
        ...steps(encoder, { upwards: false }),
        ...steps(decoder, { upwards: true }),
        arrow({ from: [encoder.left + SIDE, entry], to: [frame.x[0], entry] }),
        arrow({ from: [centre, frame.y[0]], to: [centre, bottom + BOX / 2] }),
        arrow({ from: [middle + MIDDLE, bottom], to: [right, bottom] }),
      ],
    },
  };
}

function middleOf({ bottom }: Column, i: number): number {
  return bottom + PITCH * i;
}

function top(column: Column): number {
  return middleOf(column, column.blocks.length - 1) + BOX / 2;
}

function boxes(column: Column): JsonObject[] {
  const { left, width, blocks } = column;
  return blocks.map(({ color }, i) => {
    const y = middleOf(column, i);
    return rectangle({ x: [left, left + width], y: [y - BOX / 2, y + BOX / 2], color, fill: true });
  });
}

function rectangle(
  { x, y, color, dash = "solid", fill = false }: {
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly color: string;
    readonly dash?: string;
    readonly fill?: boolean;
  },
): JsonObject {
  return {
    type: "rect",
    layer: "below",
    x0: x[0],
    x1: x[1],
    y0: y[0],
    y1: y[1],
    line: { color, dash, width: 1 },
    // Two hexadecimal digits more are the opacity: a tint of either paper.
    ...(fill ? { fillcolor: `${color}20` } : {}),
  };
}

function labels(column: Column): JsonObject[] {
  const { left, width, blocks } = column;
  return blocks.flatMap(({ name, detail, shape, count }, i) => {
    const y = middleOf(column, i);
    const [start, end] = [left + PADDING, left + width - PADDING];
    const [above, below] = [y + 8, y - 9];
    const line = !detail && count === undefined ? y : above;
    return [
      text(`<b>${name}</b>`, { x: start, y: line, xanchor: "left" }),
      text(`[${shape.join(", ")}]`, { x: end, y: line, xanchor: "right" }),
      ...(!detail ? [] : [text(detail, { x: start, y: below, xanchor: "left", ...SMALL })]),
      ...(count === undefined
        ? []
        : [text(grouped(count), { x: end, y: below, xanchor: "right", ...SMALL })]),
    ];
  });
}

function headings([name, column]: readonly [string, Column]): JsonObject[] {
  const y = top(column) + HEADER / 2;
  const { left, width } = column;
  return [
    text(name, { x: left, y, xanchor: "left" }),
    text("shape of output, parameters", { x: left + width, y, xanchor: "right", ...SMALL }),
  ];
}

const SMALL: JsonObject = { font: { size: 11 }, opacity: 0.75 };

function text(content: string, place: JsonObject): JsonObject {
  return { text: content, showarrow: false, yanchor: "middle", xref: "x", yref: "y", ...place };
}

/** Arrows from each box of a column to the next. */
function steps(column: Column, { upwards }: { readonly upwards: boolean }): JsonObject[] {
  const x = column.left + column.width / 2;
  return range(column.blocks.length - 1).map((i) => {
    const low = [x, middleOf(column, i) + BOX / 2], high = [x, middleOf(column, i + 1) - BOX / 2];
    return upwards ? arrow({ from: low, to: high }) : arrow({ from: high, to: low });
  });
}

function arrow(
  { from, to }: { readonly from: readonly number[]; readonly to: readonly number[] },
): JsonObject {
  return {
    text: "",
    showarrow: true,
    arrowcolor: COLORS.neutral,
    arrowhead: 2,
    arrowwidth: 1.5,
    ax: from[0],
    ay: from[1],
    x: to[0],
    y: to[1],
    axref: "x",
    ayref: "y",
    xref: "x",
    yref: "y",
  };
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
