/**
 * Products of matrices: c ← op(a) · op(b), tile by tile, with b packed so that the inner loop reads it in order.
 *
 * @module
 */

import { ZEROS } from "../opcodes";
import { barrier, endOf, firstOf, scratch } from "./threads";
import { tile, TILE_COLUMNS, TILE_ROWS } from "./tile";

const TILE_BYTES: usize = 4 * TILE_COLUMNS;

/** Bytes that `multiply` needs: for a tile of c, and as many rows of op(a). */
export function multiplyRoom(k: i32): usize {
  return TILE_ROWS * TILE_BYTES + (<usize> (TILE_ROWS * k) << 2) + 64;
}

/** Tiles' worth of columns in n. */
export function panels(n: i32): i32 {
  return (n + TILE_COLUMNS - 1) / TILE_COLUMNS;
}

/** Tiles in an m × n matrix. */
export function tiles(m: i32, n: i32): i32 {
  return (m + TILE_ROWS - 1) / TILE_ROWS * panels(n);
}

/**
 * Writes columns of b, k × n or stored as n × k where `transposed`, as panels of the tile's width, from panel `from` to
 * before `to`; missing columns of the last are 0.
 */
export function pack(b: usize, k: i32, n: i32, transposed: bool, packed: usize, from: i32, to: i32): void {
  const row = <usize> (transposed ? k : n) << 2;
  for (let panel = from; panel < to; panel++) {
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

/**
 * Tiles `from` to before `to` of c ← max(floor, init + op(a) · b), counted along the rows of c; b is packed. `init` is a
 * bias (stepInit 0), c itself or zeros; steps are bytes from row to row. `room` is memory of `multiplyRoom(k)`
 * bytes.
 */
export function multiply(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  transposeA: bool,
  packed: usize,
  init: usize,
  stepInit: usize,
  c: usize,
  floor: f32,
  mask: usize,
  room: usize,
  from: i32,
  to: i32,
): void {
  const across = panels(n);
  const stepC = <usize> n << 2;
  const packedA = room + TILE_ROWS * TILE_BYTES;
  // Columns whose distance is a large power of two would all fall on a few lines of the cache.
  const inPlace = transposeA && (across < 4 || (m & 63) != 0);
  let rowsPacked = -1;
  for (let i = from; i < to; i++) {
    const firstRow = i / across * TILE_ROWS;
    const panel = i % across;
    const rows = min(m - firstRow, TILE_ROWS);
    const columns = min(n - panel * TILE_COLUMNS, TILE_COLUMNS);
    if (!inPlace && firstRow != rowsPacked) {
      rowsPacked = firstRow;
      if (transposeA) copyColumns(a + (<usize> firstRow << 2), <usize> m << 2, rows, k, packedA);
      else packRows(a + (<usize> (firstRow * k) << 2), rows, k, packedA);
    }
    const corner = <usize> firstRow * stepC + <usize> panel * TILE_BYTES;
    const whole = columns == TILE_COLUMNS;
    tile(
      rows,
      k,
      inPlace ? a + (<usize> firstRow << 2) : packedA,
      (<usize> (inPlace ? m : rows)) << 2,
      packed + <usize> panel * k * TILE_BYTES,
      init + <usize> firstRow * stepInit + <usize> panel * TILE_BYTES * <usize> (init != ZEROS),
      stepInit,
      whole ? c + corner : room,
      whole ? stepC : TILE_BYTES,
      floor,
    );
    if (!whole) copyEdge(room, c + corner, rows, columns, stepC);
    if (mask != 0) hide(c + corner, mask + corner, rows, columns, stepC);
  }
}

/** Writes rows of a, of k elements each, column by column. */
function packRows(a: usize, rows: i32, k: i32, out: usize): void {
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

/** c ← 0 where the mask is not > 0. */
function hide(c: usize, mask: usize, rows: i32, columns: i32, step: usize): void {
  const zero = f32x4.splat(0);
  for (let i = 0; i < rows; i++, c += step, mask += step) {
    if (columns == TILE_COLUMNS) {
      for (let j: usize = 0; j < TILE_BYTES; j += 16) {
        v128.store(c + j, v128.and(v128.load(c + j), f32x4.gt(v128.load(mask + j), zero)));
      }
    } else {
      for (let j: usize = 0; j < <usize> columns << 2; j += 4) {
        if (!(load<f32>(mask + j) > 0)) store<f32>(c + j, 0);
      }
    }
  }
}

/** a, b, c, m, n, k, transposeA, transposeB, bias or 0, accumulate, relu, mask or 0, room for b packed. */
export function product(op: usize): void {
  const c = <usize> load<i32>(op, 8);
  const m = load<i32>(op, 12), n = load<i32>(op, 16), k = load<i32>(op, 20);
  const transposeA = load<i32>(op, 24) != 0, transposeB = load<i32>(op, 28) != 0;
  const bias = <usize> load<i32>(op, 32);
  const accumulate = load<i32>(op, 36) != 0;
  const floor: f32 = load<i32>(op, 40) != 0 ? 0 : -Infinity;
  const mask = <usize> load<i32>(op, 44);
  const packed = <usize> load<i32>(op, 48);

  const across = panels(n);
  pack(<usize> load<i32>(op, 4), k, n, transposeB, packed, firstOf(across), endOf(across));
  barrier();
  const init = accumulate ? c : bias != 0 ? bias : ZEROS;
  const stepInit = accumulate ? <usize> n << 2 : 0;
  const all = tiles(m, n);
  multiply(
    m,
    n,
    k,
    <usize> load<i32>(op, 0),
    transposeA,
    packed,
    init,
    stepInit,
    c,
    floor,
    mask,
    scratch(),
    firstOf(all),
    endOf(all),
  );
}
