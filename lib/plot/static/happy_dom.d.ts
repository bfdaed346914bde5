/**
 * The part of happy-dom 21 used here. Its own types bring those of Node, which change what the whole project's mean.
 *
 * @module
 */

/** A part of a document: an element or text. */
export interface Node {
  readonly nodeType: number;
  readonly textContent: string;
}

/** An element of a document. */
export interface Element extends Node {
  readonly id: string;
  readonly tagName: string;
  readonly children: Iterable<Element>;
  readonly childNodes: Iterable<Node>;
  readonly parentElement: Element | null;
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): Iterable<Element>;
}

/** A window that shows nothing, with the classes of its document. */
export class Window {
  constructor(options?: { readonly settings?: { readonly navigator?: { readonly userAgent?: string } } });
  readonly document: object;
  readonly navigator: object;
  readonly happyDOM: { close(): Promise<void> };
  readonly getComputedStyle: (element: Element) => object;
  readonly DOMParser: new () => {
    parseFromString(text: string, type: string): { readonly documentElement: Element };
  };
  readonly DOMRect: new (x: number, y: number, width: number, height: number) => object;
  readonly Element: { readonly prototype: object };
  readonly HTMLElement: { readonly prototype: object };
  readonly SVGElement: { readonly prototype: object };
  readonly SVGGeometryElement: { readonly prototype: object };
  readonly XMLSerializer: object;
}
