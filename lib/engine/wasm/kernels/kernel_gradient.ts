/**
 * The gradient of a convolution's kernel.
 *
 * @module
 */

import { ZEROS } from "../opcodes";
import {
  kernelSize,
  largeChannels,
  rows,
  setGeometry,
  smallChannels,
  smallHeight,
  smallWidth,
} from "./geometry";
import { copyColumns, copyEdge, TILE_BYTES } from "./pack";
import { packPlacesAcross, setPlaces, startPlaces } from "./places";
import { after, barrier, firstOf, NONE } from "./threads";
import { tile, TILE_COLUMNS, TILE_ROWS } from "./tile";

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
  for (let chunk = firstOf(chunks); chunk != NONE; chunk = after(chunk)) {
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
  const packedA = room + <usize> TILE_ROWS * TILE_BYTES;
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

/** kernel[tap, channel] ← Σ over chunks of partial[chunk][channel, tap], in order. */
function addGradients(partial: usize, chunks: i32, k: i32, kernel: usize): void {
  const count = k * smallChannels;
  for (let i = firstOf(count); i != NONE; i = after(i)) {
    let sum: f32 = 0;
    let at = partial + (<usize> i << 2);
    for (let chunk = 0; chunk < chunks; chunk++, at += <usize> count << 2) sum += load<f32>(at);
    store<f32>(kernel + (<usize> (i % k * smallChannels + i / k) << 2), sum);
  }
}
