/**
 * Convolutions as products: the pixels under each place of the kernel are a row of a matrix, which is written only a few
 * rows at a time, in the order in which the product reads it.
 *
 * @module
 */

import { ZEROS } from "../opcodes";
import { copyColumns, copyEdge, pack, packFour, packTransposed, panels } from "./product";
import { barrier, endOf, firstOf, scratch } from "./threads";
import { tile, TILE_COLUMNS, TILE_ROWS } from "./tile";
import { madd, sumLanes } from "./vector_math";

const TILE_BYTES: usize = 4 * TILE_COLUMNS;

let rows: i32 = 0;
let largeHeight: i32 = 0;
let largeWidth: i32 = 0;
let largeChannels: i32 = 0;
let smallHeight: i32 = 0;
let smallWidth: i32 = 0;
let smallChannels: i32 = 0;
let kernelSize: i32 = 0;
let stride: i32 = 0;
let paddingTop: i32 = 0;
let paddingLeft: i32 = 0;

function setGeometry(op: usize): void {
  rows = load<i32>(op, 0);
  largeHeight = load<i32>(op, 4);
  largeWidth = load<i32>(op, 8);
  largeChannels = load<i32>(op, 12);
  smallHeight = load<i32>(op, 16);
  smallWidth = load<i32>(op, 20);
  smallChannels = load<i32>(op, 24);
  kernelSize = load<i32>(op, 28);
  stride = load<i32>(op, 32);
  paddingTop = load<i32>(op, 36);
  paddingLeft = load<i32>(op, 40);
}

// Places: a grid of so many for each image. A place sees tapsY × tapsX pixels of the source: the first at `stepping` times
// its row and column, plus an offset, the others `direction` pixels on.
let source: usize = 0;
let sourceHeight: i32 = 0;
let sourceWidth: i32 = 0;
let sourceChannels: i32 = 0;
let placesHeight: i32 = 0;
let placesWidth: i32 = 0;
let stepping: i32 = 1;
let offsetY: i32 = 0;
let offsetX: i32 = 0;
let direction: i32 = 1;
let tapsY: i32 = 0;
let tapsX: i32 = 0;

/** Places of a convolution from the large images to the small ones. */
function setPlaces(large: usize): void {
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
function setTransposedPlaces(small: usize, restY: i32, restX: i32): void {
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
const PIXELS: usize = 128;
const OUTSIDE: usize = 192;

/** Clears the pixel that lies outside; returns the memory behind it. */
function startPlaces(): usize {
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
function setOrigins(own: usize, first: i32, count: i32): bool {
  let inside = true;
  for (let i = 0; i < count; i++) {
    if (!setOrigin(own + <usize> i * ORIGIN, first + i)) inside = false;
  }
  return inside;
}

/** Notes the addresses of the pixels that some places see at one of their taps. */
function setPixels(own: usize, count: i32, tapY: i32, tapX: i32, inside: bool): void {
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
function packPlaces(first: i32, count: i32, out: usize): void {
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

/** Geometry, large, kernel, small, bias or 0, relu, room for the packed kernel: small ← rows of pixels · kernel. */
export function conv(op: usize): void {
  setGeometry(op);
  const small = <usize> load<i32>(op, 52), bias = <usize> load<i32>(op, 56);
  const floor: f32 = load<i32>(op, 60) != 0 ? 0 : -Infinity;
  const packed = <usize> load<i32>(op, 64);
  const k = kernelSize * kernelSize * largeChannels;
  const across = panels(smallChannels);
  pack(<usize> load<i32>(op, 48), k, smallChannels, false, packed, firstOf(across), endOf(across));
  barrier();
  setPlaces(<usize> load<i32>(op, 44));
  const room = startPlaces(), packedA = room + TILE_ROWS * TILE_BYTES;
  const places = rows * smallHeight * smallWidth;
  const tilesDown = (places + TILE_ROWS - 1) / TILE_ROWS;
  const end = endOf(tilesDown);
  for (let i = firstOf(tilesDown); i < end; i++) {
    const first = i * TILE_ROWS, count = min(places - first, TILE_ROWS);
    packPlaces(first, count, packedA);
    const to = small + (<usize> (first * smallChannels) << 2);
    multiplyTiles(
      count,
      smallChannels,
      k,
      packedA,
      packed,
      bias,
      to,
      <usize> smallChannels << 2,
      floor,
      room,
    );
  }
}

/** One row of tiles: c ← max(floor, bias + a · b), a and b packed. */
function multiplyTiles(
  count: i32,
  n: i32,
  k: i32,
  a: usize,
  packed: usize,
  bias: usize,
  c: usize,
  stepC: usize,
  floor: f32,
  room: usize,
): void {
  const stepA = <usize> count << 2;
  for (let column = 0; column < n; column += TILE_COLUMNS) {
    const at = <usize> column << 2;
    const columns = min(n - column, TILE_COLUMNS);
    const whole = columns == TILE_COLUMNS;
    const init = bias == 0 ? <usize> ZEROS : bias + at;
    tile(count, k, a, stepA, packed, init, 0, whole ? c + at : room, whole ? stepC : TILE_BYTES, floor);
    if (!whole) copyEdge(room, c + at, count, columns, stepC);
    packed += <usize> k * TILE_BYTES;
  }
}

/**
 * Geometry, large, kernel, small, bias or 0, relu, room for the packed kernel: large ← rows of small pixels · kernelᵀ.
 *
 * Pixels of the large images whose places leave the same rests by the stride see the same part of the kernel: for each
 * pair of rests this is a convolution of its own, of the small images.
 */
export function convTranspose(op: usize): void {
  setGeometry(op);
  const large = <usize> load<i32>(op, 44),
    small = <usize> load<i32>(op, 52),
    bias = <usize> load<i32>(op, 56);
  const floor: f32 = load<i32>(op, 60) != 0 ? 0 : -Infinity;
  const packed = <usize> load<i32>(op, 64);
  const across = panels(largeChannels);
  packTransposedKernel(<usize> load<i32>(op, 48), packed);
  barrier();
  let from = packed;
  for (let restY = 0; restY < stride; restY++) {
    for (let restX = 0; restX < stride; restX++) {
      setTransposedPlaces(small, restY, restX);
      if (largeChannels == 1 && (smallChannels & 3) == 0) {
        transposeToOneChannel(<usize> load<i32>(op, 48), large, bias, floor, restY, restX);
        continue;
      }
      const k = tapsY * tapsX * smallChannels;
      multiplyTransposed(large, from, k, bias, floor, restY, restX);
      from += <usize> (across * k) * TILE_BYTES;
    }
  }
}

/**
 * The same to one channel: products with one vector, for which the tiles of a matrix would be empty for the most part.
 * Four places at a time; four channels in the lanes of a register.
 */
function transposeToOneChannel(
  kernel: usize,
  large: usize,
  bias: usize,
  floor: f32,
  restY: i32,
  restX: i32,
): void {
  startPlaces();
  const own = scratch();
  const perImage = placesHeight * placesWidth;
  const added: f32 = bias == 0 ? 0 : load<f32>(bias);
  const places = rows * perImage;
  const groups = (places + 3) / 4;
  const end = endOf(groups);
  for (let group = firstOf(groups); group < end; group++) {
    const first = 4 * group, count = min(places - first, 4);
    const inside = setOrigins(own, first, count);
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (let tapY = 0; tapY < tapsY; tapY++) {
      for (let tapX = 0; tapX < tapsX; tapX++) {
        const y = (restY + paddingTop) % stride + tapY * stride,
          x = (restX + paddingLeft) % stride + tapX * stride;
        const weights = kernel + (<usize> ((y * kernelSize + x) * smallChannels) << 2);
        setPixels(own, count, tapY, tapX, inside);
        const p0 = load<usize>(own + PIXELS);
        const p1 = count > 1 ? load<usize>(own + PIXELS, 4) : p0,
          p2 = count > 2 ? load<usize>(own + PIXELS, 8) : p0;
        const p3 = count > 3 ? load<usize>(own + PIXELS, 12) : p0;
        for (let c: usize = 0; c < <usize> smallChannels << 2; c += 16) {
          const w = v128.load(weights + c);
          s0 = madd(w, v128.load(p0 + c), s0);
          s1 = madd(w, v128.load(p1 + c), s1);
          s2 = madd(w, v128.load(p2 + c), s2);
          s3 = madd(w, v128.load(p3 + c), s3);
        }
      }
    }
    storeOne(large, first, restY, restX, max(sumLanes(s0) + added, floor));
    if (count > 1) storeOne(large, first + 1, restY, restX, max(sumLanes(s1) + added, floor));
    if (count > 2) storeOne(large, first + 2, restY, restX, max(sumLanes(s2) + added, floor));
    if (count > 3) storeOne(large, first + 3, restY, restX, max(sumLanes(s3) + added, floor));
  }
}

function storeOne(large: usize, place: i32, restY: i32, restX: i32, value: f32): void {
  const inImage = place % (placesHeight * placesWidth);
  const y = inImage / placesWidth * stride + restY, x = inImage % placesWidth * stride + restX;
  const at = (place / (placesHeight * placesWidth) * largeHeight + y) * largeWidth + x;
  store<f32>(large + (<usize> at << 2), value);
}

/** The part of the kernel that each pair of rests sees, one after the other, as panels of large channels. */
function packTransposedKernel(kernel: usize, packed: usize): void {
  const across = panels(largeChannels);
  const panelRows = <usize> smallChannels << 2;
  const first = firstOf(across), end = endOf(across);
  for (let restY = 0; restY < stride; restY++) {
    for (let restX = 0; restX < stride; restX++) {
      setTransposedPlaces(0, restY, restX);
      const k = tapsY * tapsX * smallChannels;
      for (let panel = first; panel < end; panel++) {
        let to = packed + <usize> (panel * k) * TILE_BYTES;
        const columns = min(largeChannels - panel * TILE_COLUMNS, TILE_COLUMNS);
        for (let tapY = 0; tapY < tapsY; tapY++) {
          for (let tapX = 0; tapX < tapsX; tapX++) {
            const y = (restY + paddingTop) % stride + tapY * stride,
              x = (restX + paddingLeft) % stride + tapX * stride;
            const channel = (y * kernelSize + x) * largeChannels + panel * TILE_COLUMNS;
            packTransposed(kernel + <usize> channel * panelRows, panelRows, smallChannels, columns, to);
            to += <usize> smallChannels * TILE_BYTES;
          }
        }
      }
      packed += <usize> (across * k) * TILE_BYTES;
    }
  }
}

function multiplyTransposed(
  large: usize,
  packed: usize,
  k: i32,
  bias: usize,
  floor: f32,
  restY: i32,
  restX: i32,
): void {
  const pixelBytes = <usize> largeChannels << 2;
  const room = startPlaces(), packedA = room + TILE_ROWS * TILE_BYTES;
  const result = packedA + (<usize> (TILE_ROWS * k) << 2) + 64;
  const perImage = placesHeight * placesWidth;
  const places = rows * perImage;
  const tilesDown = (places + TILE_ROWS - 1) / TILE_ROWS;
  const end = endOf(tilesDown);
  for (let i = firstOf(tilesDown); i < end; i++) {
    const first = i * TILE_ROWS, count = min(places - first, TILE_ROWS);
    packPlaces(first, count, packedA);
    // With a stride of 1 the places of a tile follow each other; else they go where they belong one by one.
    const to = stride == 1 ? large + <usize> first * pixelBytes : result;
    multiplyTiles(count, largeChannels, k, packedA, packed, bias, to, pixelBytes, floor, room);
    if (stride == 1) continue;
    for (let j = 0; j < count; j++) {
      const place = first + j;
      const y = place % perImage / placesWidth * stride + restY, x = place % placesWidth * stride + restX;
      const at = (place / perImage * largeHeight + y) * largeWidth + x;
      memory.copy(large + <usize> at * pixelBytes, result + <usize> j * pixelBytes, pixelBytes);
    }
  }
}

/**
 * Geometry, large, kernel, small, images in a chunk, places in a block, room for one gradient per chunk:
 * kernelᵀ ← Σ over chunks of smallᵀ · (rows of pixels), each chunk's product added up block by block.
 */
export function convKernelGradient(op: usize): void {
  setGeometry(op);
  const small = <usize> load<i32>(op, 52);
  const chunkImages = load<i32>(op, 56), size = load<i32>(op, 60);
  const partial = <usize> load<i32>(op, 64);
  setPlaces(<usize> load<i32>(op, 44));
  const room = startPlaces();
  const k = kernelSize * kernelSize * largeChannels;
  const count = k * smallChannels;
  const chunks = (rows + chunkImages - 1) / chunkImages;
  const perImage = smallHeight * smallWidth;
  const end = endOf(chunks);
  for (let chunk = firstOf(chunks); chunk < end; chunk++) {
    const to = partial + (<usize> (chunk * count) << 2);
    const start = chunk * chunkImages * perImage;
    const last = min((chunk + 1) * chunkImages, rows) * perImage;
    for (let first = start; first < last; first += size) {
      const places = min(last - first, size);
      addBlock(small + (<usize> (first * smallChannels) << 2), first, places, k, to, first == start, room);
    }
  }
  barrier();
  addGradients(partial, chunks, k, <usize> load<i32>(op, 48));
}

/**
 * c ← c + smallᵀ · (rows of pixels) over some places, or without c where they are the first. Columns of all of smallᵀ stay
 * in the innermost cache, while panels of pixels pass by.
 */
function addBlock(
  small: usize,
  first: i32,
  places: i32,
  k: i32,
  c: usize,
  isFirst: bool,
  room: usize,
): void {
  const packedA = room + TILE_ROWS * TILE_BYTES;
  const stepA = <usize> (TILE_ROWS * places) << 2;
  const tilesDown = (smallChannels + TILE_ROWS - 1) / TILE_ROWS;
  const packed = packedA + <usize> tilesDown * stepA + 64;
  for (let i = 0; i < tilesDown; i++) {
    const count = min(smallChannels - i * TILE_ROWS, TILE_ROWS);
    const from = small + (<usize> (i * TILE_ROWS) << 2);
    copyColumns(from, <usize> smallChannels << 2, count, places, packedA + <usize> i * stepA);
  }
  packPlacesAcross(first, places, packed);
  const stepC = <usize> k << 2;
  for (let column = 0; column < k; column += TILE_COLUMNS) {
    const columns = min(k - column, TILE_COLUMNS);
    const whole = columns == TILE_COLUMNS;
    const b = packed + <usize> (column * places << 2);
    for (let i = 0; i < tilesDown; i++) {
      const count = min(smallChannels - i * TILE_ROWS, TILE_ROWS);
      const at = c + <usize> (i * TILE_ROWS) * stepC + (<usize> column << 2);
      tile(
        count,
        places,
        packedA + <usize> i * stepA,
        <usize> count << 2,
        b,
        isFirst ? <usize> ZEROS : at,
        isFirst ? 0 : stepC,
        whole ? at : room,
        whole ? stepC : TILE_BYTES,
        -Infinity,
      );
      if (!whole) copyEdge(room, at, count, columns, stepC);
    }
  }
}

/** Writes the rows of places as panels: for each the tile's columns of one place after those of the one before. */
function packPlacesAcross(first: i32, count: i32, packed: usize): void {
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

function columnOf(row: usize, column: i32, panelBytes: usize): usize {
  return row + <usize> (column / TILE_COLUMNS) * panelBytes + (<usize> (column % TILE_COLUMNS) << 2);
}

/** kernel[tap, channel] ← Σ over chunks of partial[chunk][channel, tap], in order. */
function addGradients(partial: usize, chunks: i32, k: i32, kernel: usize): void {
  const count = k * smallChannels;
  const end = endOf(count);
  for (let i = firstOf(count); i < end; i++) {
    let sum: f32 = 0;
    let at = partial + (<usize> i << 2);
    for (let chunk = 0; chunk < chunks; chunk++, at += <usize> count << 2) sum += load<f32>(at);
    store<f32>(kernel + (<usize> (i % k * smallChannels + i / k) << 2), sum);
  }
}
