/**
 * Many small images as one picture.
 *
 * @module
 */

import { isImage, sizeOf } from "../model/record.ts";
import { countRows } from "./figure.ts";
import { encodePng } from "./png.ts";

/** What to draw, and how large. */
export interface MosaicOptions {
  /** Gray images, `[n, height, width]` row-major: numbers from 0 (black) to 1 (white), or bytes to 255. */
  readonly images: Float32Array | Uint8Array;
  /** The shape of one image: `[height, width]` or `[height, width, 1]`. */
  readonly shape: readonly number[];
  /** Images in a row; 8 by default. */
  readonly columns?: number;
  /** The side of an image's pixel in the picture's pixels; 1 by default. */
  readonly scale?: number;
  /** Clear pixels between images; 2 by default. */
  readonly gap?: number;
}

/**
 * Lays gray images side by side, row by row, and encodes them as one PNG.
 *
 * Enlarged pixels stay sharp squares. Gaps, and what is missing from the last row, are transparent, so that the
 * picture sits well on light and dark pages. Values beyond the range are clipped.
 *
 * @param options the images and their arrangement
 * @returns the bytes of a PNG file
 * @throws {TypeError} if `shape` is no gray image's or the last image is incomplete
 * @throws {RangeError} if there is no image, or `columns`, `scale` or `gap` is no whole number in its range
 *
 * @example
 * ```ts
 * import { mosaic } from "./mosaic.ts";
 *
 * const black = new Float32Array(28 * 28), white = new Float32Array(28 * 28).fill(1);
 * const png = mosaic({ images: new Float32Array([...black, ...white]), shape: [28, 28], scale: 2 });
 * ```
 */
export function mosaic(
  { images, shape, columns = 8, scale = 1, gap = 2 }: MosaicOptions,
): Uint8Array<ArrayBuffer> {
  if (!isImage(shape)) {
    throw new TypeError(`Cannot draw a mosaic: shape must be [height, width], got [${shape.join(", ")}]`);
  }
  checkWhole("columns", { value: columns, least: 1 });
  checkWhole("scale", { value: scale, least: 1 });
  checkWhole("gap", { value: gap, least: 0 });
  const [height, width] = shape;
  const count = countRows(images, { columns: sizeOf(shape), what: "a mosaic" });
  if (count === 0) throw new RangeError("Cannot draw a mosaic: there must be at least one image, got none");

  const across = Math.min(columns, count);
  const down = Math.ceil(count / across);
  const size = {
    width: across * (width * scale + gap) - gap,
    height: down * (height * scale + gap) - gap,
  };
  const brightness = images instanceof Uint8Array ? 1 : 255;
  const pixels = new Uint8ClampedArray(size.height * size.width * 2);
  for (let i = 0; i < count; i++) {
    const left = (i % across) * (width * scale + gap);
    const top = Math.floor(i / across) * (height * scale + gap);
    for (let y = 0; y < height * scale; y++) {
      for (let x = 0; x < width * scale; x++) {
        const from = (i * height + Math.floor(y / scale)) * width + Math.floor(x / scale);
        const to = ((top + y) * size.width + left + x) * 2;
        pixels[to] = images[from] * brightness;
        pixels[to + 1] = 255;
      }
    }
  }
  return encodePng(new Uint8Array(pixels.buffer), size);
}

function checkWhole(
  name: string,
  { value, least }: { readonly value: number; readonly least: number },
): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`Cannot draw a mosaic: ${name} must be a whole number >= ${least}, got ${value}`);
  }
}
