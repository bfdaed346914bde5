/**
 * Where SVG elements are, for a document that no browser lays out.
 *
 * @module
 */

import type { Element, Node } from "./happy_dom.d.ts";
import type { Typeface } from "./typeface.ts";

/** A rectangle in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Plotly's distance between the baselines of two lines, in multiples of the size. */
const LINE_SPACING = 1.3;

/** SVG's own default, in pixels. */
const FONT_SIZE = 16;

/** Plotly's reference point: a path of one pixel, and the only path that it measures. */
const REFERENCE_POINT: Box = { left: 0, top: 0, right: 1, bottom: 1 };

/**
 * The smallest rectangle around an element's text and rectangles, after its own transform and before its parents'.
 *
 * Paths and images are left out, but for the one that Plotly measures from: all else it asks about is text.
 *
 * @param element of an SVG document
 * @param face the font in which all text is set
 * @returns the rectangle, undefined if there is nothing to measure
 */
export function boxOf(element: Element, face: Typeface): Box | undefined {
  const box = ownBox(element, face);
  return box && transformed(box, element.getAttribute("transform") ?? "");
}

function ownBox(element: Element, face: Typeface): Box | undefined {
  switch (element.tagName.toLowerCase()) {
    case "text":
      return textBox(element, face);
    case "rect": {
      const [left, top, width, height] = ["x", "y", "width", "height"].map((name) => number(element, name));
      return { left, top, right: left + width, bottom: top + height };
    }
    case "path":
      return element.id === "js-reference-point" ? REFERENCE_POINT : undefined;
    case "g":
    case "svg":
      return union([...element.children].flatMap((child) => boxOf(child, face) ?? []));
    default:
      return undefined;
  }
}

function textBox(text: Element, face: Typeface): Box | undefined {
  if (text.textContent === "") return undefined;
  const lines = [...text.querySelectorAll("tspan.line")];
  const size = fontSize(text);
  const width = Math.max(...(lines.length === 0 ? [text] : lines).map((line) => widthOf(line, face)));
  const height = (face.ascent + face.descent + LINE_SPACING * Math.max(0, lines.length - 1)) * size;
  const anchor = text.getAttribute("text-anchor");
  const left = number(text, "x") - width * (anchor === "middle" ? 0.5 : anchor === "end" ? 1 : 0);
  const top = number(text, "y") - face.ascent * size;
  return { left, top, right: left + width, bottom: top + height };
}

function widthOf(element: Element, face: Typeface): number {
  const style = { size: fontSize(element), bold: isBold(element) };
  return [...element.childNodes].reduce(
    (sum, child) => sum + (isElement(child) ? widthOf(child, face) : face.width(child.textContent, style)),
    0,
  );
}

/** Subscripts are set in percent of the text around them. */
function fontSize(element: Element | null): number {
  if (element === null) return FONT_SIZE;
  const [, value, unit] = declared(element, "font-size").match(/^([\d.]+)(px|%)$/) ?? [];
  if (value === undefined) return fontSize(element.parentElement);
  return unit === "px" ? Number(value) : Number(value) / 100 * fontSize(element.parentElement);
}

function isBold(element: Element | null): boolean {
  if (element === null) return false;
  const weight = declared(element, "font-weight");
  return weight === "" ? isBold(element.parentElement) : weight === "bold" || Number(weight) >= 600;
}

/** Reads the attribute: happy-dom's `style` would parse all of it for each question. */
function declared(element: Element, property: string): string {
  const [, value = ""] = (element.getAttribute("style") ?? "").match(`(?:^|;)\\s*${property}:\\s*([^;]*)`) ??
    [];
  return value.trim();
}

/**
 * The smallest rectangle around a rectangle that is moved and turned.
 *
 * @param box the rectangle
 * @param transform SVG's list of `translate(x, y)` and `rotate(degrees, x, y)`, of which the last acts first
 * @returns the rectangle around its corners
 */
export function transformed({ left, top, right, bottom }: Box, transform: string): Box {
  const steps = [...transform.matchAll(/(translate|rotate)\(([^)]*)\)/g)].reverse();
  const corners = [[left, top], [right, top], [left, bottom], [right, bottom]].map(([x, y]) =>
    steps.reduce(([x, y], [, kind, list]) => {
      const [first, a = 0, b = 0] = list.split(/[\s,]+/).map(Number);
      if (kind === "translate") return [x + first, y + a];
      const [cos, sin] = [Math.cos(first * Math.PI / 180), Math.sin(first * Math.PI / 180)];
      return [a + cos * (x - a) - sin * (y - b), b + sin * (x - a) + cos * (y - b)];
    }, [x, y])
  );
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  return {
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: Math.max(...xs),
    bottom: Math.max(...ys),
  };
}

function union(boxes: readonly Box[]): Box | undefined {
  return boxes.length === 0 ? undefined : {
    left: Math.min(...boxes.map(({ left }) => left)),
    top: Math.min(...boxes.map(({ top }) => top)),
    right: Math.max(...boxes.map(({ right }) => right)),
    bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
  };
}

function number(element: Element, attribute: string): number {
  return Number(element.getAttribute(attribute) ?? 0);
}

function isElement(node: Node): node is Element {
  return node.nodeType === 1;
}
