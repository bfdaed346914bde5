/**
 * Operations on each element by itself.
 *
 * @module
 */

import { after, firstOf } from "./threads";
import { select4, sigmoid4, softplus4, splat, zero } from "./vector_math";

/** The first four of `count` elements that this thread has; negative where there are none. */
// @ts-ignore: decorator
@inline
function first(count: i32): i32 {
  return 4 * firstOf((count + 3) / 4);
}

/** The four after those from i on. */
// @ts-ignore: decorator
@inline
function next(i: i32): i32 {
  return 4 * after(i / 4);
}

/** Four elements from i on, those from `count` on missing. */
// @ts-ignore: decorator
@inline
export function load4(x: usize, i: i32, count: i32): v128 {
  const from = x + (<usize> i << 2);
  if (i + 4 <= count) return v128.load(from);
  let y = f32x4.splat(load<f32>(from));
  if (i + 1 < count) y = f32x4.replace_lane(y, 1, load<f32>(from, 4));
  if (i + 2 < count) y = f32x4.replace_lane(y, 2, load<f32>(from, 8));
  return y;
}

/** Stores those of four elements from i on that are before `count`. */
// @ts-ignore: decorator
@inline
export function store4(x: usize, i: i32, count: i32, y: v128): void {
  const to = x + (<usize> i << 2);
  if (i + 4 <= count) {
    v128.store(to, y);
    return;
  }
  store<f32>(to, f32x4.extract_lane(y, 0));
  if (i + 1 < count) store<f32>(to, f32x4.extract_lane(y, 1), 4);
  if (i + 2 < count) store<f32>(to, f32x4.extract_lane(y, 2), 8);
}

/** x, y, count, slope: y ← x where x > 0, else slope · x. */
export function leakyRelu(op: usize): void {
  const x = <usize> load<i32>(op, 0), y = <usize> load<i32>(op, 4);
  const count = load<i32>(op, 8);
  const slope = splat(load<f32>(op, 12));
  for (let i = first(count); i >= 0; i = next(i)) {
    const value = load4(x, i, count);
    store4(y, i, count, select4(f32x4.gt(value, zero()), value, f32x4.mul(value, slope)));
  }
}

/** x, dy, dx, count, slope: dx ← dy where x > 0, else slope · dy. */
export function leakyReluGradient(op: usize): void {
  const x = <usize> load<i32>(op, 0), dy = <usize> load<i32>(op, 4), dx = <usize> load<i32>(op, 8);
  const count = load<i32>(op, 12);
  const slope = splat(load<f32>(op, 16));
  for (let i = first(count); i >= 0; i = next(i)) {
    const g = load4(dy, i, count);
    store4(dx, i, count, select4(f32x4.gt(load4(x, i, count), zero()), g, f32x4.mul(g, slope)));
  }
}

/** x, y, count, floor: y ← floor + ln(1 + e^x). */
export function softplus(op: usize): void {
  const x = <usize> load<i32>(op, 0), y = <usize> load<i32>(op, 4);
  const count = load<i32>(op, 8);
  const floor = splat(load<f32>(op, 12));
  for (let i = first(count); i >= 0; i = next(i)) {
    store4(y, i, count, f32x4.add(floor, softplus4(load4(x, i, count))));
  }
}

/** x, dy, dx, count: dx ← dy / (1 + e^−x). */
export function softplusGradient(op: usize): void {
  const x = <usize> load<i32>(op, 0), dy = <usize> load<i32>(op, 4), dx = <usize> load<i32>(op, 8);
  const count = load<i32>(op, 12);
  for (let i = first(count); i >= 0; i = next(i)) {
    store4(dx, i, count, f32x4.mul(load4(dy, i, count), sigmoid4(load4(x, i, count))));
  }
}

/** x, y, count: y ← 1 / (1 + e^−x). */
export function sigmoid(op: usize): void {
  const x = <usize> load<i32>(op, 0), y = <usize> load<i32>(op, 4);
  const count = load<i32>(op, 8);
  for (let i = first(count); i >= 0; i = next(i)) store4(y, i, count, sigmoid4(load4(x, i, count)));
}

/** x, y, count: y += x. */
export function add(op: usize): void {
  const x = <usize> load<i32>(op, 0), y = <usize> load<i32>(op, 4);
  const count = load<i32>(op, 8);
  for (let i = first(count); i >= 0; i = next(i)) {
    store4(y, i, count, f32x4.add(load4(y, i, count), load4(x, i, count)));
  }
}
