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
  /** Reads a TrueType file. */
  parse(file: ArrayBuffer): Font;
};
export default opentype;
