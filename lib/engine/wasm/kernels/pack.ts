/**
 * Matrices in the order in which the inner loop of a product reads them, and its tiles where they belong.
 *
 * @module
 */

import { after, firstOf, NONE } from "./threads";
import { TILE_COLUMNS } from "./tile";

/** Bytes of a row of a tile. */
export const TILE_BYTES: usize = 4 * TILE_COLUMNS;

/** Tiles' worth of columns in n. */
export function panels(n: i32): i32 {
  return (n + TILE_COLUMNS - 1) / TILE_COLUMNS;
}

/**
 * Writes columns of b, k × n or stored as n × k where `transposed`, as panels of the tile's width; missing columns of the
 * last are 0.
 */
export function pack(b: usize, k: i32, n: i32, transposed: bool, packed: usize): void {
  const row = <usize> (transposed ? k : n) << 2;
  for (let panel = firstOf(panels(n)); panel != NONE; panel = after(panel)) {
    let out = packed + <usize> panel * k * TILE_BYTES;
    const columns = min(n - panel * TILE_COLUMNS, TILE_COLUMNS);
    if (transposed) packTransposed(b + <usize> panel * TILE_COLUMNS * row, row, k, columns, out);
    else if (columns == TILE_COLUMNS) {
      let x = b + <usize> panel * TILE_BYTES;
      for (let i = 0; i < k; i++, x += row, out += TILE_BYTES) {
        for (let j: usize = 0; j < TILE_BYTES; j += 16) v128.store(out + j, v128.load(x + j));
      }
    } else {
      let x = b + <usize> panel * TILE_BYTES;
      for (let i = 0; i < k; i++, x += row, out += TILE_BYTES) {
        for (let j = 0; j < TILE_COLUMNS; j++) {
          store<f32>(out + (<usize> j << 2), j < columns ? load<f32>(x + (<usize> j << 2)) : 0);
        }
      }
    }
  }
}

/** Writes columns of b that are stored as rows, `row` bytes apart, as one panel. */
export function packTransposed(x: usize, row: usize, k: i32, columns: i32, out: usize): void {
  for (let j = 0; j < TILE_COLUMNS; j += 4) {
    const count = min(columns - j, 4);
    const x0 = x + <usize> j * row;
    let to = out + (<usize> j << 2);
    if (count == 4) {
      packFour(x0, x0 + row, x0 + 2 * row, x0 + 3 * row, k, to, TILE_BYTES);
      continue;
    }
    for (let i = 0; i < k; i++, to += TILE_BYTES) {
      for (let c = 0; c < 4; c++) {
        const value: f32 = c < count ? load<f32>(x0 + <usize> c * row + (<usize> i << 2)) : 0;
        store<f32>(to + (<usize> c << 2), value);
      }
    }
  }
}

/** Writes rows of a, of k elements each, column by column. */
export function packRows(a: usize, rows: i32, k: i32, out: usize): void {
  const step = <usize> rows << 2, row = <usize> k << 2;
  let first = 0;
  if (rows >= 4) {
    first = 4;
    packFour(a, a + row, a + 2 * row, a + 3 * row, k, out, step);
  }
  for (let j = first; j < rows; j++) {
    let from = a + <usize> j * row, to = out + (<usize> j << 2);
    for (let i = 0; i < k; i++, from += 4, to += step) store<f32>(to, load<f32>(from));
  }
}

/** Writes four rows, whose addresses are given, column by column, `step` bytes apart. */
export function packFour(r0: usize, r1: usize, r2: usize, r3: usize, k: i32, out: usize, step: usize): void {
  let i = 0;
  let at: usize = 0;
  for (; i + 4 <= k; i += 4, at += 16, out += 4 * step) {
    const x0 = v128.load(r0 + at), x1 = v128.load(r1 + at), x2 = v128.load(r2 + at), x3 = v128.load(r3 + at);
    const low01 = v128.shuffle<i32>(x0, x1, 0, 4, 1, 5), high01 = v128.shuffle<i32>(x0, x1, 2, 6, 3, 7);
    const low23 = v128.shuffle<i32>(x2, x3, 0, 4, 1, 5), high23 = v128.shuffle<i32>(x2, x3, 2, 6, 3, 7);
    v128.store(out, v128.shuffle<i64>(low01, low23, 0, 2));
    v128.store(out + step, v128.shuffle<i64>(low01, low23, 1, 3));
    v128.store(out + 2 * step, v128.shuffle<i64>(high01, high23, 0, 2));
    v128.store(out + 3 * step, v128.shuffle<i64>(high01, high23, 1, 3));
  }
  for (; i < k; i++, at += 4, out += step) {
    store<f32>(out, load<f32>(r0 + at));
    store<f32>(out, load<f32>(r1 + at), 4);
    store<f32>(out, load<f32>(r2 + at), 8);
    store<f32>(out, load<f32>(r3 + at), 12);
  }
}

/** Writes columns of op(a) that lie `distance` bytes apart behind each other. */
export function copyColumns(a: usize, distance: usize, rows: i32, k: i32, out: usize): void {
  const step = <usize> rows << 2;
  for (let i = 0; i < k; i++, a += distance, out += step) {
    let j: usize = 0;
    if (rows >= 4) {
      v128.store(out, v128.load(a));
      j = 16;
    }
    for (; j < step; j += 4) store<f32>(out + j, load<f32>(a + j));
  }
}

/** Copies the columns that there are of a tile at the edge. */
export function copyEdge(edge: usize, c: usize, rows: i32, columns: i32, stepC: usize): void {
  for (let i = 0; i < rows; i++, edge += TILE_BYTES, c += stepC) {
    for (let j: usize = 0; j < <usize> columns << 2; j += 4) store<f32>(c + j, load<f32>(edge + j));
  }
}
