/**
 * How much room text takes, from the font's own metrics.
 *
 * @module
 */

// @ts-types="./opentype.d.ts"
import opentype from "opentype.js";
import type { Assets } from "./assets.ts";

/** How a run of characters is set. */
export interface TextStyle {
  /** In pixels. */
  readonly size: number;
  readonly bold: boolean;
}

/** A font family's measures. */
export interface Typeface {
  /** Of the regular font, in multiples of its size, upwards from the baseline. */
  readonly ascent: number;
  /** Of the regular font, in multiples of its size, downwards from the baseline. */
  readonly descent: number;
  /** The width of characters in a row, in pixels; pairs are not kerned. */
  width(text: string, style: TextStyle): number;
}

/**
 * Reads the metrics of a family of two fonts.
 *
 * @param fonts TrueType files
 * @returns measures of text
 */
export function typeface(fonts: Pick<Assets, "regular" | "bold">): Typeface {
  const [regular, bold] = [fonts.regular, fonts.bold].map(({ buffer }) =>
    opentype.parse(buffer, { lowMemory: true })
  );
  return {
    ascent: regular.ascender / regular.unitsPerEm,
    descent: -regular.descender / regular.unitsPerEm,
    width: (text, style) => {
      const font = style.bold ? bold : regular;
      const units = Array.from(text).reduce(
        (sum, character) => sum + (font.charToGlyph(character).advanceWidth ?? 0),
        0,
      );
      return units / font.unitsPerEm * style.size;
    },
  };
}
