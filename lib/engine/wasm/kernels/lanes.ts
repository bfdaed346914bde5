/**
 * Four distributions at a time: one in each lane, all of their coordinates in turn. Independent coordinates are
 * distributions of one coordinate each; a joint row is one of as many as it has columns.
 *
 * @module
 */

/** How many distributions there are, and coordinates in each. */
export let items: i32 = 0;
export let size: i32 = 1;
let columns: i32 = 1;
let isJoint: bool = false;

/** Says what is in lanes: rows, columns, and whether they are joint, as i32 from `op` on. */
export function setItems(op: usize): void {
  const rows = load<i32>(op, 0);
  columns = load<i32>(op, 4);
  isJoint = load<i32>(op, 8) != 0;
  items = isJoint ? rows : rows * columns;
  size = isJoint ? columns : 1;
}

/** Coordinate `j` of the distributions from `item` on; past the end the last one again. */
export function loadCoordinate(x: usize, item: i32, j: i32): v128 {
  if (size == 1 && item + 4 <= items) return v128.load(x + (<usize> item << 2));
  return loadLanes(x, item, j, size);
}

/** The same of a matrix with `width` columns. */
export function loadLanes(x: usize, item: i32, j: i32, width: i32): v128 {
  const step = <usize> width << 2;
  const from = x + <usize> item * step + (<usize> j << 2);
  const last = items - 1 - item;
  let y = v128.load32_splat(from);
  y = v128.load32_lane(from + <usize> min(1, last) * step, y, 1);
  y = v128.load32_lane(from + <usize> min(2, last) * step, y, 2);
  return v128.load32_lane(from + <usize> min(3, last) * step, y, 3);
}

/** Stores coordinate `j` of the distributions from `item` on that there are. */
export function storeCoordinate(x: usize, item: i32, j: i32, y: v128): void {
  if (size == 1 && item + 4 <= items) {
    v128.store(x + (<usize> item << 2), y);
    return;
  }
  storeLanes(x + <usize> (item * size + j) * 4, <usize> size << 2, items - item, y);
}

/** Adds to coordinate `j` of the distributions from `item` on. */
export function addCoordinate(x: usize, item: i32, j: i32, y: v128): void {
  storeCoordinate(x, item, j, f32x4.add(loadCoordinate(x, item, j), y));
}

/** Stores one number for each distribution. */
export function storeItem(x: usize, item: i32, y: v128): void {
  storeLanes(x + (<usize> item << 2), 4, items - item, y);
}

/** Adds one number to that of each distribution. */
export function addItem(x: usize, item: i32, y: v128): void {
  const last = items - 1;
  const at = x + (<usize> item << 2);
  let old = v128.load32_splat(at);
  old = v128.load32_lane(x + (<usize> min(item + 1, last) << 2), old, 1);
  old = v128.load32_lane(x + (<usize> min(item + 2, last) << 2), old, 2);
  old = v128.load32_lane(x + (<usize> min(item + 3, last) << 2), old, 3);
  storeItem(x, item, f32x4.add(old, y));
}

function storeLanes(x: usize, step: usize, count: i32, y: v128): void {
  v128.store32_lane(x, y, 0);
  if (count > 1) v128.store32_lane(x + step, y, 1);
  if (count > 2) v128.store32_lane(x + 2 * step, y, 2);
  if (count > 3) v128.store32_lane(x + 3 * step, y, 3);
}

/** One number of a strided buffer, given at `op` as address, bytes from row to row and from column to column. */
export function strided(op: usize, argument: i32): f32 {
  const item = min(argument, items - 1);
  const row = isJoint ? item : item / columns;
  const column = isJoint ? 0 : item % columns;
  return load<f32>(<usize> (load<i32>(op) + row * load<i32>(op, 4) + column * load<i32>(op, 8)));
}

/** The numbers of the four distributions from `item` on. */
export function stridedLanes(op: usize, item: i32): v128 {
  const y = f32x4.splat(strided(op, item));
  if (load<i32>(op, 4) == 0 && load<i32>(op, 8) == 0) return y;
  return f32x4.replace_lane(
    f32x4.replace_lane(
      f32x4.replace_lane(y, 1, strided(op, item + 1)),
      2,
      strided(op, item + 2),
    ),
    3,
    strided(op, item + 3),
  );
}

/** x with another number in one lane. */
export function withLane(x: v128, lane: i32, value: f32): v128 {
  const mask = i32x4.eq(i32x4.splat(lane), i32x4(0, 1, 2, 3));
  return v128.bitselect(f32x4.splat(value), x, mask);
}
