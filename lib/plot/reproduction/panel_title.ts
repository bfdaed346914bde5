/**
 * Names of panels.
 *
 * @module
 */

import type { JsonObject } from "../figure.ts";

/**
 * A panel's name, above its left end.
 *
 * @param text a few words
 * @param suffix of the panel's axes
 * @returns an annotation of a layout
 */
export function panelTitle(text: string, suffix: string): JsonObject {
  return {
    text: `<b>${text}</b>`,
    x: 0,
    xref: `x${suffix} domain`,
    xanchor: "left",
    y: 1,
    yref: `y${suffix} domain`,
    yanchor: "bottom",
    yshift: 3,
  };
}
