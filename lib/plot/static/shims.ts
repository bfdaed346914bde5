/**
 * What Plotly asks of a browser and Deno does not have. Everything that stands in for a browser is in this file.
 *
 * Documents and elements are happy-dom's. Four things more are needed; a canvas and object URLs are not, as
 * Plotly uses them for heat maps and WebGL, which no figure of this project has.
 *
 * @module
 */

import plotly from "plotly.js-cartesian-dist-min/plotly-cartesian.min.js" with { type: "text" };
// @ts-types="./happy_dom.d.ts"
import { type Element, Window } from "happy-dom";
import type { Figure } from "../figure.ts";
import { boxOf } from "./boxes.ts";
import type { Typeface } from "./typeface.ts";

/** The part of Plotly used here. */
export interface Plotly {
  /** Draws a figure; in format `svg` with `imageDataOnly`, the text of an SVG document. */
  toImage(
    figure: Pick<Figure, "data" | "layout">,
    options: {
      readonly format: "svg";
      readonly imageDataOnly: true;
      readonly width: number;
      readonly height: number;
    },
  ): Promise<string>;
}

/** Plotly with something to draw on. No global of this program is changed. */
export interface StandIn extends AsyncDisposable {
  readonly plotly: Plotly;
  /** Makes the next figure the same bytes as if it were the first. */
  reseed(): void;
}

/** Plotly looks for some browsers by name, and happy-dom would name the operating system. */
const USER_AGENT = "Deno";

/**
 * Starts Plotly in a stand-in for a browser; to be used by one at a time.
 *
 * @param face the font in which all text is set
 * @returns Plotly, until it is disposed of
 */
export function standIn(face: Typeface): StandIn {
  const window = new Window({ settings: { navigator: { userAgent: USER_AGENT } } });
  const restore = [...measureText(window, face), ...measureArrows(window)];
  const { math, reseed } = seededMath();
  return {
    plotly: evaluate(plotly, { window, math }),
    reseed,
    [Symbol.asyncDispose]: async () => {
      restore.forEach((undo) => undo());
      await window.happyDOM.close();
    },
  };
}

/**
 * Shim 1, sizes of text. Plotly measures titles, tick labels and legends to make room for them, and happy-dom, which
 * lays nothing out, says that all are 0 pixels wide: everything would overlap.
 */
function measureText(window: Window, face: Typeface): Undo[] {
  const getBoundingClientRect = function (this: Element): object {
    const { left, top, right, bottom } = boxOf(this, face) ?? { left: 0, top: 0, right: 0, bottom: 0 };
    return new window.DOMRect(left, top, right - left, bottom - top);
  };
  return override(window.Element.prototype, { getBoundingClientRect });
}

/**
 * Shim 2, lengths of arrows. Plotly leaves an arrow out if it is shorter than its head, turns the head along it, and
 * cuts it where the head begins; happy-dom says that every path is 0 pixels long. An arrow is a straight line, `Mx,yLx,y`.
 */
function measureArrows(window: Window): Undo[] {
  const ends = (path: Element) =>
    (path.getAttribute("d") ?? "").match(/-?[\d.]+(?:e-?\d+)?/g)?.map(Number) ?? [];
  const getTotalLength = function (this: Element): number {
    const [x0, y0, x1, y1] = ends(this);
    return Math.hypot(x1 - x0, y1 - y0);
  };
  const getPointAtLength = function (this: Element, length: number): { x: number; y: number } {
    const [x0, y0, x1, y1] = ends(this);
    const fraction = length / getTotalLength.call(this);
    return { x: x0 + fraction * (x1 - x0), y: y0 + fraction * (y1 - y0) };
  };
  return override(window.SVGGeometryElement.prototype, { getTotalLength, getPointAtLength });
}

type Undo = () => void;

/** Replaces methods, until each is undone: all windows share happy-dom's prototypes. */
function override(prototype: object, methods: Readonly<Record<string, unknown>>): Undo[] {
  return Object.entries(methods).map(([name, value]) => {
    const original = Object.getOwnPropertyDescriptor(prototype, name)!;
    Object.defineProperty(prototype, name, { ...original, value });
    return () => Object.defineProperty(prototype, name, original);
  });
}

/**
 * Shim 3, a `Math` whose `random` starts anew for every figure. Plotly draws the ids of clip paths at random, and the
 * same figure would be other bytes every time.
 */
function seededMath(): { math: Math; reseed: () => void } {
  const SEED = 1;
  let state = SEED;
  const math = Object.create(Math, {
    // Park & Miller 1988, "Random number generators: good ones are hard to find", with the later multiplier 48271.
    random: { value: () => (state = state * 48271 % 0x7fffffff) / 0x7fffffff },
  });
  return { math, reseed: () => void (state = SEED) };
}

/**
 * Shim 4, a browser's global names. Plotly is a script that expects them in scope; here they are parameters of a
 * function around it, so that they are global for Plotly alone.
 */
function evaluate(source: string, { window, math }: { window: Window; math: Math }): Plotly {
  const module: { exports: Plotly | Record<string, never> } = { exports: {} };
  const scope = {
    window,
    self: window,
    document: window.document,
    navigator: window.navigator,
    Element: window.Element,
    HTMLElement: window.HTMLElement,
    SVGElement: window.SVGElement,
    DOMParser: window.DOMParser,
    XMLSerializer: window.XMLSerializer,
    getComputedStyle: window.getComputedStyle.bind(window),
    Math: math,
    module,
  };
  new Function(...Object.keys(scope), source)(...Object.values(scope));
  return module.exports as Plotly;
}
