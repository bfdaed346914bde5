/**
 * What a kernel sees at each of its places: rows of a matrix, written in the order in which a product reads them.
 *
 * @module
 */

import {
  kernelSize,
  largeChannels,
  largeHeight,
  largeWidth,
  paddingLeft,
  paddingTop,
  smallChannels,
  smallHeight,
  smallWidth,
  stride,
} from "./geometry";
import { packFour, TILE_BYTES } from "./pack";
import { scratch } from "./threads";
import { TILE_COLUMNS } from "./tile";

// Places: a grid of so many for each image. A place sees tapsY × tapsX pixels of the source: the first at `stepping` times
// its row and column, plus an offset, the others `direction` pixels on.
let source: usize = 0;
let sourceHeight: i32 = 0;
let sourceWidth: i32 = 0;
let sourceChannels: i32 = 0;
export let placesHeight: i32 = 0;
export let placesWidth: i32 = 0;
let stepping: i32 = 1;
let offsetY: i32 = 0;
let offsetX: i32 = 0;
let direction: i32 = 1;
export let tapsY: i32 = 0;
export let tapsX: i32 = 0;

/** Places of a convolution from the large images to the small ones. */
export function setPlaces(large: usize): void {
  source = large;
  sourceHeight = largeHeight;
  sourceWidth = largeWidth;
  sourceChannels = largeChannels;
  placesHeight = smallHeight;
  placesWidth = smallWidth;
  stepping = stride;
  offsetY = -paddingTop;
  offsetX = -paddingLeft;
  direction = 1;
  tapsY = kernelSize;
  tapsX = kernelSize;
}

/**
 * Places of the transposed convolution: the pixels of the large images whose row and column leave these rests when divided
 * by the stride. The same places of the kernel reach all of them: those from `firstTap(rest, padding)` on, a stride apart.
 */
export function setTransposedPlaces(small: usize, restY: i32, restX: i32): void {
  source = small;
  sourceHeight = smallHeight;
  sourceWidth = smallWidth;
  sourceChannels = smallChannels;
  placesHeight = (largeHeight - restY + stride - 1) / stride;
  placesWidth = (largeWidth - restX + stride - 1) / stride;
  stepping = 1;
  offsetY = (restY + paddingTop) / stride;
  offsetX = (restX + paddingLeft) / stride;
  direction = -1;
  tapsY = tapCount(restY + paddingTop);
  tapsX = tapCount(restX + paddingLeft);
}

/** How many rows of the kernel reach a row of the large image: each stride-th one. */
function tapCount(row: i32): i32 {
  return max(0, (kernelSize - row % stride + stride - 1) / stride);
}

// A thread's own memory: where each place of a tile begins (image, y, x and the pixel's address), the addresses of its
// pixels, zeros for pixels outside, then what products need.
const ORIGIN: usize = 16;
export const PIXELS: usize = 128;
const OUTSIDE: usize = 192;

/** Clears the pixel that lies outside; returns the memory behind it. */
export function startPlaces(): usize {
  const own = scratch();
  const bytes = (<usize> sourceChannels << 2) + 63 & ~63;
  memory.fill(own + OUTSIDE, 0, bytes);
  return own + OUTSIDE + bytes;
}

/** Notes where a place begins; returns whether all that it sees lies inside its image. */
function setOrigin(origin: usize, place: i32): bool {
  const perImage = placesHeight * placesWidth;
  const image = place / perImage, inImage = place % perImage;
  const y = inImage / placesWidth * stepping + offsetY, x = inImage % placesWidth * stepping + offsetX;
  const at = ((image * sourceHeight + y) * sourceWidth + x) * sourceChannels;
  store<i32>(origin, image);
  store<i32>(origin, y, 4);
  store<i32>(origin, x, 8);
  store<usize>(origin, source + <usize> (at << 2), 12);
  const farY = y + direction * (tapsY - 1), farX = x + direction * (tapsX - 1);
  return min(y, farY) >= 0 && max(y, farY) < sourceHeight && min(x, farX) >= 0 && max(x, farX) < sourceWidth;
}

/** Notes where some places begin; returns whether all that they see lies inside their images. */
export function setOrigins(own: usize, first: i32, count: i32): bool {
  let inside = true;
  for (let i = 0; i < count; i++) {
    if (!setOrigin(own + <usize> i * ORIGIN, first + i)) inside = false;
  }
  return inside;
}

/** Notes the addresses of the pixels that some places see at one of their taps. */
export function setPixels(own: usize, count: i32, tapY: i32, tapX: i32, inside: bool): void {
  const distance = direction * (tapY * sourceWidth + tapX) * sourceChannels << 2;
  for (let i = 0; i < count; i++) {
    const origin = own + <usize> i * ORIGIN;
    const at = inside
      ? load<usize>(origin, 12) + <usize> distance
      : pixelAt(origin, tapY * direction, tapX * direction, own + OUTSIDE);
    store<usize>(own + PIXELS + (<usize> i << 2), at);
  }
}

/** Writes the rows of some places, `first` to before `first + count`, column by column. */
export function packPlaces(first: i32, count: i32, out: usize): void {
  const own = scratch();
  const inside = setOrigins(own, first, count);
  // Inside an image the pixels of a row of the kernel follow each other.
  const together = inside && direction == 1 ? tapsX : 1;
  const numbers = together * sourceChannels;
  let to = out;
  for (let tapY = 0; tapY < tapsY; tapY++) {
    for (let tapX = 0; tapX < tapsX; tapX += together) {
      setPixels(own, count, tapY, tapX, inside);
      packPixels(own + PIXELS, numbers, count, to);
      to += <usize> (numbers * count) << 2;
    }
  }
}

/** Address of the pixel that lies so far from where a place begins, or of zeros outside its image. */
// @ts-ignore: decorator
@inline
function pixelAt(origin: usize, dy: i32, dx: i32, outside: usize): usize {
  const y = load<i32>(origin, 4) + dy, x = load<i32>(origin, 8) + dx;
  if (<u32> y >= <u32> sourceHeight || <u32> x >= <u32> sourceWidth) return outside;
  const at = ((load<i32>(origin) * sourceHeight + y) * sourceWidth + x) * sourceChannels;
  return source + (<usize> at << 2);
}

/** Writes so many numbers from some addresses on, one after the other, of each those of all addresses. */
function packPixels(pixels: usize, numbers: i32, count: i32, out: usize): void {
  const step = <usize> count << 2;
  const whole = numbers & ~3;
  let first = 0;
  if (count >= 4 && whole > 0) {
    first = 4;
    packFour(
      load<usize>(pixels),
      load<usize>(pixels, 4),
      load<usize>(pixels, 8),
      load<usize>(pixels, 12),
      whole,
      out,
      step,
    );
  }
  for (let i = first; i < count; i++) {
    let from = load<usize>(pixels + (<usize> i << 2));
    let to = out + (<usize> i << 2);
    for (let c = 0; c < whole; c += 4, from += 16, to += 4 * step) {
      const four = v128.load(from);
      v128.store32_lane(to, four, 0);
      v128.store32_lane(to + step, four, 1);
      v128.store32_lane(to + 2 * step, four, 2);
      v128.store32_lane(to + 3 * step, four, 3);
    }
  }
  for (let c = whole; c < numbers; c++) {
    const to = out + <usize> c * step;
    for (let i: usize = 0; i < step; i += 4) {
      store<f32>(to + i, load<f32>(load<usize>(pixels + i) + (<usize> c << 2)));
    }
  }
}

/** Writes the rows of places as panels: for each the tile's columns of one place after those of the one before. */
export function packPlacesAcross(first: i32, count: i32, packed: usize): void {
  const own = scratch();
  const panelBytes = <usize> count * TILE_BYTES;
  for (let i = 0; i < count; i++) {
    const inside = setOrigin(own, first + i);
    const together = inside ? tapsX : 1;
    const numbers = together * sourceChannels;
    const row = packed + <usize> i * TILE_BYTES;
    let column = 0;
    for (let tapY = 0; tapY < tapsY; tapY++) {
      for (let tapX = 0; tapX < tapsX; tapX += together) {
        const from = pixelAt(own, tapY, tapX, own + OUTSIDE);
        // Four columns never lie in two panels where channels come in fours.
        if ((sourceChannels & 3) == 0) {
          for (let c: usize = 0; c < <usize> numbers << 2; c += 16, column += 4) {
            v128.store(columnOf(row, column, panelBytes), v128.load(from + c));
          }
        } else {
          for (let c: usize = 0; c < <usize> numbers << 2; c += 4, column++) {
            store<f32>(columnOf(row, column, panelBytes), load<f32>(from + c));
          }
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function columnOf(row: usize, column: i32, panelBytes: usize): usize {
  return row + <usize> (column / TILE_COLUMNS) * panelBytes + (<usize> (column % TILE_COLUMNS) << 2);
}
