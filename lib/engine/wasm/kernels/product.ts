/**
 * Products of matrices, tile by tile.
 *
 * @module
 */

import { ZEROS } from "../opcodes";
import { copyColumns, copyEdge, pack, packRows, panels, TILE_BYTES } from "./pack";
import { after, barrier, firstOf, NONE, scratch } from "./threads";
import { tile, TILE_COLUMNS, TILE_ROWS } from "./tile";

/**
 * a, b, c, m, n, k, transposeA, transposeB, bias or 0, accumulate, relu, mask or 0, room for b packed:
 *
 *     c ← max(floor, init + op(a) · b),   init one of bias, c and 0, floor 0 or −Infinity
 */
export function product(op: usize): void {
  const a = <usize> load<i32>(op, 0), c = <usize> load<i32>(op, 8);
  const m = load<i32>(op, 12), n = load<i32>(op, 16), k = load<i32>(op, 20);
  const transposeA = load<i32>(op, 24) != 0, transposeB = load<i32>(op, 28) != 0;
  const bias = <usize> load<i32>(op, 32);
  const accumulate = load<i32>(op, 36) != 0;
  const floor: f32 = load<i32>(op, 40) != 0 ? 0 : -Infinity;
  const mask = <usize> load<i32>(op, 44), packed = <usize> load<i32>(op, 48);

  const across = panels(n);
  pack(<usize> load<i32>(op, 4), k, n, transposeB, packed);
  barrier();

  const edge = scratch(), packedA = edge + <usize> TILE_ROWS * TILE_BYTES;
  const stepC = <usize> n << 2;
  const stepInit: usize = accumulate ? stepC : 0;
  // Columns whose distance is a large power of two would all fall on a few lines of the cache.
  const inPlace = transposeA && (across < 4 || (m & 63) != 0);
  const tiles = (m + TILE_ROWS - 1) / TILE_ROWS * across;
  let rowsPacked = -1;
  for (let i = firstOf(tiles); i != NONE; i = after(i)) {
    const firstRow = i / across * TILE_ROWS, panel = i % across;
    const rows = min(m - firstRow, TILE_ROWS), columns = min(n - panel * TILE_COLUMNS, TILE_COLUMNS);
    if (!inPlace && firstRow != rowsPacked) {
      rowsPacked = firstRow;
      if (transposeA) copyColumns(a + (<usize> firstRow << 2), <usize> m << 2, rows, k, packedA);
      else packRows(a + (<usize> (firstRow * k) << 2), rows, k, packedA);
    }
    const offset = <usize> panel * TILE_BYTES;
    const corner = <usize> firstRow * stepC + offset;
    const init = accumulate ? c + corner : bias != 0 ? bias + offset : <usize> ZEROS;
    const columnsOfA = inPlace ? a + (<usize> firstRow << 2) : packedA;
    const stepA = <usize> (inPlace ? m : rows) << 2;
    const b = packed + offset * k;
    const whole = columns == TILE_COLUMNS;
    const to = whole ? c + corner : edge;
    tile(rows, k, columnsOfA, stepA, b, init, stepInit, to, whole ? stepC : TILE_BYTES, floor);
    if (!whole) copyEdge(edge, c + corner, rows, columns, stepC);
    if (mask != 0) hide(c + corner, mask + corner, rows, columns, stepC);
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
