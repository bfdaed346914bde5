/**
 * The part of opentype.js 2.0 used here; the package ships no types.
 *
 * @module
 */

/** A font's measures, in units of which there are `unitsPerEm` in its size. */
export interface Font {
  readonly unitsPerEm: number;
  /** From the baseline up. */
  readonly ascender: number;
  /** From the baseline down, negative. */
  readonly descender: number;
  charToGlyph(character: string): { readonly advanceWidth?: number };
}

declare const opentype: {
  /** Reads a TrueType file; with little memory, glyphs one by one as they are asked for. */
  parse(file: ArrayBuffer, options: { readonly lowMemory: true }): Font;
};
export default opentype;
