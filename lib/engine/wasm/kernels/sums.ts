/**
 * Sums over rows: in float32 within blocks, in float64 over blocks and chunks, whose sizes follow from shapes alone.
 *
 * @module
 */

import { after, barrier, firstOf, NONE } from "./threads";

/** Rows whose sum is kept in float32. */
export const BLOCK: i32 = 32;

/** Rows of one chunk: one thread sums them. At most 64 chunks, so that their sums are few. */
export function chunkRows(rows: i32): i32 {
  return max((rows + 63) / 64, 64);
}

/** How many chunks there are. */
export function chunks(rows: i32): i32 {
  const size = chunkRows(rows);
  return (rows + size - 1) / size;
}

/** Adds four float32 numbers to four float64 ones. */
// @ts-ignore: decorator
@inline
function addTo64(sums: usize, x: v128): void {
  v128.store(sums, f64x2.add(v128.load(sums), f64x2.promote_low_f32x4(x)));
  const high = v128.shuffle<i64>(x, x, 1, 1);
  v128.store(sums, f64x2.add(v128.load(sums, 16), f64x2.promote_low_f32x4(high)), 16);
}

/** The chunks' sums of one column, float64, `step` bytes apart, added in order. */
export function addChunks(sums: usize, count: i32, step: usize): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < count; i++, sums += step) sum += load<f64>(sums);
  return sum;
}

/** x, y, rows, columns, room for a float64 per chunk and column: y[column] ← Σ x[row, column]. */
export function sumRows(op: usize): void {
  const x = <usize> load<i32>(op, 0), y = <usize> load<i32>(op, 4);
  const rows = load<i32>(op, 8), columns = load<i32>(op, 12);
  const sums = <usize> load<i32>(op, 16);
  const size = chunkRows(rows), count = chunks(rows);
  for (let chunk = firstOf(count); chunk != NONE; chunk = after(chunk)) {
    const to = sums + <usize> (chunk * columns) * 8;
    sumChunk(x + <usize> (chunk * size * columns) * 4, min(rows - chunk * size, size), columns, to);
  }
  barrier();
  for (let j = firstOf(columns); j != NONE; j = after(j)) {
    store<f32>(y + (<usize> j << 2), <f32> addChunks(sums + <usize> j * 8, count, <usize> columns * 8));
  }
}

function sumChunk(x: usize, rows: i32, columns: i32, sums: usize): void {
  const step = <usize> columns << 2;
  memory.fill(sums, 0, <usize> columns * 8);
  for (let block = 0; block < rows; block += BLOCK) {
    const count = min(rows - block, BLOCK);
    const from = x + <usize> block * step;
    let j = 0;
    for (; j + 8 <= columns; j += 8) {
      let s0 = f32x4.splat(0), s1 = f32x4.splat(0);
      let at = from + (<usize> j << 2);
      for (let i = 0; i < count; i++, at += step) {
        s0 = f32x4.add(s0, v128.load(at));
        s1 = f32x4.add(s1, v128.load(at, 16));
      }
      addTo64(sums + <usize> j * 8, s0);
      addTo64(sums + <usize> j * 8 + 32, s1);
    }
    for (; j < columns; j++) {
      let sum: f32 = 0;
      let at = from + (<usize> j << 2);
      for (let i = 0; i < count; i++, at += step) sum += load<f32>(at);
      store<f64>(sums + <usize> j * 8, load<f64>(sums + <usize> j * 8) + <f64> sum);
    }
  }
}
