/**
 * SVG to PNG.
 *
 * @module
 */

import { initWasm, Resvg } from "@resvg/resvg-wasm";
import type { Assets } from "./assets.ts";

/** Picture pixels to a pixel of the SVG, for dense screens and for print. */
const ZOOM = 2;

/** The name of the given fonts, for text that asks for another. */
const FAMILY = "DejaVu Sans";

/** The module can be started once. */
let started: Promise<void> | undefined;

/**
 * Draws an SVG document as pixels, with no fonts but the given ones.
 *
 * @param svg the document's text
 * @param assets fonts and the rasteriser
 * @returns the bytes of a PNG file, twice as wide and high as the document; the same for the same document
 * @throws {Error} if the text is no SVG document
 */
export async function rasterise(svg: string, assets: Assets): Promise<Uint8Array<ArrayBuffer>> {
  await (started ??= initWasm(assets.resvg));
  const resvg = new Resvg(svg, {
    fitTo: { mode: "zoom", value: ZOOM },
    font: {
      fontBuffers: [assets.regular, assets.bold],
      defaultFontFamily: FAMILY,
      sansSerifFamily: FAMILY,
    },
  });
  const image = resvg.render();
  try {
    return new Uint8Array(image.asPng());
  } finally {
    image.free();
    resvg.free();
  }
}
