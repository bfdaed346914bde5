/**
 * Scatter plots of thousands of points, without an element of the document for each.
 *
 * @module
 */

import type { Figure, Json, Trace } from "../figure.ts";

/** Fewer points than this cost Plotly little. */
const LEAST_POINTS = 20;

/** A figure that is quick to draw, and what was left out of it. */
export interface Thinned {
  readonly figure: Figure;
  /** Writes every point into the drawing of `figure`. */
  readonly restore: (svg: string) => string;
}

interface Cloud {
  /** Plotly's name for the trace, a part of its class. */
  readonly uid: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Which points Plotly draws, ascending. */
  readonly kept: readonly number[];
}

/** Where a value of the data is drawn: at `offset + slope * value`. */
interface LinearMap {
  readonly offset: number;
  readonly slope: number;
}

/**
 * Leaves only the outermost points of every large scatter plot, from which axes and places follow.
 *
 * An element of the document costs a fraction of a millisecond, and thousands of them seconds. Points of one trace look
 * alike, so that the others can be written into the finished drawing as copies of one.
 *
 * @param figure axes are linear; large scatter plots have no points but finite ones, and axes that fit them
 * @returns the smaller figure, and the way back, which throws an Error if an axis hides points
 */
export function thin({ data, layout }: Figure): Thinned {
  const clouds: Cloud[] = [];
  const thinned = data.map((trace): Trace => {
    const cloud = cloudOf(trace, `cloud${clouds.length}`);
    if (cloud === undefined) return trace;
    clouds.push(cloud);
    const { uid, x, y, kept } = cloud;
    return { ...trace, uid, x: kept.map((i) => x[i]), y: kept.map((i) => y[i]) };
  });
  return { figure: { data: thinned, layout }, restore: (svg) => clouds.reduce(withEveryPoint, svg) };
}

function cloudOf({ type, mode, x, y }: Trace, uid: string): Cloud | undefined {
  if (type !== "scatter" || mode !== "markers" || !isNumbers(x) || !isNumbers(y)) return undefined;
  if (x.length < LEAST_POINTS) return undefined;
  const outermost = [x, y].flatMap((values) => [
    values.indexOf(values.reduce((a, b) => Math.min(a, b))),
    values.indexOf(values.reduce((a, b) => Math.max(a, b))),
  ]);
  return { uid, x, y, kept: [...new Set(outermost)].sort((a, b) => a - b) };
}

function isNumbers(values: Json | undefined): values is readonly number[] {
  return Array.isArray(values) && values.every((value) => typeof value === "number");
}

/**
 * How Plotly draws a point. Its opacity is the element's, for which rasterisers blend a layer each; as the fill's, which
 * is all that points have, it looks the same.
 */
const LOOK = /style="opacity: ([^;]+);(.*?) fill-opacity: 1;" d="([^"]+)"/;

function withEveryPoint(svg: string, { uid, x, y, kept }: Cloud): string {
  const points = new RegExp(`(<g class="trace scatter trace${uid}".*?<g class="points">)(.*?)</g>`, "s");
  return svg.replace(points, (_, before: string, drawn: string) => {
    const places = [...drawn.matchAll(/transform="translate\(([^,]+),([^)]+)\)"/g)];
    if (places.length !== kept.length) {
      throw new Error(
        `Cannot draw every point: all ${kept.length} outermost ones must be inside the axes, got ${places.length}`,
      );
    }
    const toX = linearMap(kept.map((i) => x[i]), places.map(([, left]) => Number(left)));
    const toY = linearMap(kept.map((i) => y[i]), places.map(([, , top]) => Number(top)));
    const [, opacity, style, shape] = drawn.match(LOOK)!;
    const all = x.map((value, i) =>
      `<path transform="translate(${at(value, toX)},${at(y[i], toY)})" d="${shape}"/>`
    );
    return `${before}<g style="${style} fill-opacity: ${opacity};">${all.join("")}</g></g>`;
  });
}

/** Through the lowest and the highest value, so that rounding in the drawing is not magnified. */
function linearMap(values: readonly number[], places: readonly number[]): LinearMap {
  const low = values.indexOf(Math.min(...values)), high = values.indexOf(Math.max(...values));
  const slope = values[low] === values[high]
    ? 0
    : (places[high] - places[low]) / (values[high] - values[low]);
  return { offset: places[low] - slope * values[low], slope };
}

function at(value: number, { offset, slope }: LinearMap): number {
  return Number((offset + slope * value).toFixed(2));
}
