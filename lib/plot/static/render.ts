/**
 * Figures as pictures, without a browser.
 *
 * @module
 */

import type { Figure } from "../figure.ts";
import { STATIC_FONT, themed } from "../theme.ts";
import { readAssets } from "./assets.ts";
import { thin } from "./point_cloud.ts";
import { rasterise } from "./raster.ts";
import { type Plotly, standIn } from "./shims.ts";
import { typeface } from "./typeface.ts";

/** A figure that nothing but an image viewer is needed for. */
export interface Picture {
  /** The text of an SVG document. */
  readonly svg: string;
  /** The same as a PNG file, twice as wide and high. */
  readonly png: Uint8Array<ArrayBuffer>;
}

/** The width in pixels of a figure that names none, about that of a page of text on the web. */
const WIDTH = 860;

/** The height in pixels of a figure that names none. */
const HEIGHT = 420;

/**
 * Draws figures as SVG and PNG, on light paper.
 *
 * Plotly lays them out as in a browser, on a stand-in for one. The same figure gives the same bytes, on every machine.
 * Text is measured and drawn in DejaVu Sans; where it is missing, an SVG viewer takes Verdana, which is as wide.
 *
 * @param figures by name
 * @returns a picture of each, by name
 * @throws {Error} if packages are not installed
 *
 * @example
 * ```ts
 * import { klPerDimension } from "../kl_per_dimension.ts";
 * import { renderFigures } from "./render.ts";
 *
 * const pictures = await renderFigures(new Map([["kl", klPerDimension([2.9, 3.1, 0.01])]]));
 * console.log(pictures.get("kl")?.svg.slice(0, 4)); // <svg
 * ```
 */
export async function renderFigures(
  figures: ReadonlyMap<string, Figure>,
): Promise<ReadonlyMap<string, Picture>> {
  const assets = await readAssets();
  await using browser = standIn(typeface(assets));
  const pictures = new Map<string, Picture>();
  for (const [name, figure] of figures) {
    browser.reseed();
    const svg = await drawSvg(browser.plotly, figure);
    pictures.set(name, { svg, png: await rasterise(svg, assets) });
  }
  return pictures;
}

async function drawSvg(plotly: Plotly, figure: Figure): Promise<string> {
  const { figure: { data, layout }, restore } = thin(themed(figure, "light"));
  const { width = WIDTH, height = HEIGHT } = layout as { width?: number; height?: number };
  // Plotly writes into what it is given.
  const drawn = structuredClone({
    data,
    layout: { ...layout, width, height, font: { family: STATIC_FONT } },
  });
  return restore(await plotly.toImage(drawn, { format: "svg", imageDataOnly: true, width, height })) + "\n";
}
