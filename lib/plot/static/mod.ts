/**
 * Figures as SVG and PNG, without a browser. Loads a document model and a rasteriser: import it when they are needed.
 *
 * @module
 */

export { type Picture, renderFigures } from "./render.ts";
