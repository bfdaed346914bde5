/**
 * Convolutions as products: the pixels under each place of the kernel are a row of a matrix, of which only a few rows are
 * there at a time.
 *
 * @module
 */

import { ZEROS } from "../opcodes";
import {
  kernelSize,
  largeChannels,
  largeHeight,
  largeWidth,
  paddingLeft,
  paddingTop,
  rows,
  setGeometry,
  smallChannels,
  smallHeight,
  smallWidth,
  stride,
} from "./geometry";
import { copyEdge, pack, packTransposed, panels, TILE_BYTES } from "./pack";
import {
  packPlaces,
  PIXELS,
  placesHeight,
  placesWidth,
  setOrigins,
  setPixels,
  setPlaces,
  setTransposedPlaces,
  startPlaces,
  tapsX,
  tapsY,
} from "./places";
import { after, barrier, firstOf, NONE, scratch } from "./threads";
import { tile, TILE_COLUMNS, TILE_ROWS } from "./tile";
import { madd, sumLanes } from "./vector_math";

/** Geometry, large, kernel, small, bias or 0, relu, room for the packed kernel: small ← rows of pixels · kernel. */
export function conv(op: usize): void {
  setGeometry(op);
  const small = <usize> load<i32>(op, 52), bias = <usize> load<i32>(op, 56);
  const floor: f32 = load<i32>(op, 60) != 0 ? 0 : -Infinity;
  const packed = <usize> load<i32>(op, 64);
  const k = kernelSize * kernelSize * largeChannels;
  const across = panels(smallChannels);
  pack(<usize> load<i32>(op, 48), k, smallChannels, false, packed);
  barrier();
  setPlaces(<usize> load<i32>(op, 44));
  const room = startPlaces(), packedA = room + <usize> TILE_ROWS * TILE_BYTES;
  const places = rows * smallHeight * smallWidth;
  const tilesDown = (places + TILE_ROWS - 1) / TILE_ROWS;
  for (let i = firstOf(tilesDown); i != NONE; i = after(i)) {
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
  for (let group = firstOf(groups); group != NONE; group = after(group)) {
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
  for (let restY = 0; restY < stride; restY++) {
    for (let restX = 0; restX < stride; restX++) {
      setTransposedPlaces(0, restY, restX);
      const k = tapsY * tapsX * smallChannels;
      for (let panel = firstOf(across); panel != NONE; panel = after(panel)) {
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
  const room = startPlaces(), packedA = room + <usize> TILE_ROWS * TILE_BYTES;
  const result = packedA + (<usize> (TILE_ROWS * k) << 2) + 64;
  const perImage = placesHeight * placesWidth;
  const places = rows * perImage;
  const tilesDown = (places + TILE_ROWS - 1) / TILE_ROWS;
  for (let i = firstOf(tilesDown); i != NONE; i = after(i)) {
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
