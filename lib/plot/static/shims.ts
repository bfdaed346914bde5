/**
 * What Plotly asks of a browser and Deno does not have. Everything that stands in for a browser is in this file.
 *
 * Documents and elements are happy-dom's. Three things more are needed; a canvas, lengths of paths and object URLs
 * are not, as Plotly uses them for heat maps, contours and WebGL, which no figure of this project has.
 *
 * @module
 */

import plotly from "plotly.js-cartesian-dist-min/plotly-cartesian.min.js" with { type: "text" };
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
  const restore = measureText(window, face);
  const { math, reseed } = seededMath();
  return {
    plotly: evaluate(plotly, { window, math }),
    reseed,
    [Symbol.asyncDispose]: async () => {
      restore();
      await window.happyDOM.close();
    },
  };
}

/**
 * Shim 1, sizes of text. Plotly measures titles, tick labels and legends to make room for them, and happy-dom, which
 * lays nothing out, says that all are 0 pixels wide: everything would overlap.
 */
function measureText(window: Window, face: Typeface): () => void {
  // All windows share happy-dom's prototypes.
  const { prototype } = window.Element;
  const original = Object.getOwnPropertyDescriptor(prototype, "getBoundingClientRect")!;
  Object.defineProperty(prototype, "getBoundingClientRect", {
    ...original,
    value(this: Element) {
      const { left, top, right, bottom } = boxOf(this, face) ?? { left: 0, top: 0, right: 0, bottom: 0 };
      return new window.DOMRect(left, top, right - left, bottom - top);
    },
  });
  return () => Object.defineProperty(prototype, "getBoundingClientRect", original);
}

/**
 * Shim 2, a `Math` whose `random` starts anew for every figure. Plotly draws the ids of clip paths at random, and the
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
 * Shim 3, a browser's global names. Plotly is a script that expects them in scope; here they are parameters of a
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
