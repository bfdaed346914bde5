/**
 * Draws from the posterior, their gradients, and free bits.
 *
 * @module
 */

import {
  addCoordinate,
  addItem,
  items,
  loadCoordinate,
  loadLanes,
  setItems,
  size,
  storeCoordinate,
  stridedLanes,
} from "./lanes";
import { after, firstOf, NONE } from "./threads";
import {
  cosTwoPi,
  exp4,
  expm1From,
  half,
  logNear1,
  madd,
  minusTwo,
  one,
  polarSlope,
  sinTwoPi,
  splat,
  zero,
} from "./vector_math";

/** −2 ln u */
// @ts-ignore: decorator
@inline
function energyOf(u: v128): v128 {
  return f32x4.mul(minusTwo(), logNear1(f32x4.sub(u, one()), u));
}

/**
 * rows, columns, joint, loc, scale, factor, df (address or 0, row step, column step), u, v, z, t or 0, dt/d(df) or 0:
 * z ← loc + factor · scale · t.
 */
export function draw(op: usize): void {
  setItems(op);
  const blocks = (items + 3) / 4;
  const isJoint = load<i32>(op, 8) != 0;
  for (let block = firstOf(blocks); block != NONE; block = after(block)) {
    if (isJoint) drawJoint(op, 4 * block);
    else drawIndependent(op, 4 * block);
  }
}

/** t = √(df expm1 x) cos 2πv with x = −2 ln u / df; without df √(−2 ln u) cos 2πv. */
function drawIndependent(op: usize, item: i32): void {
  const energy = energyOf(loadCoordinate(<usize> load<i32>(op, 36), item, 0));
  const cosine = cosTwoPi(loadCoordinate(<usize> load<i32>(op, 40), item, 0));
  if (load<i32>(op, 24) == 0) {
    keep(op, item, 0, f32x4.mul(f32x4.sqrt(energy), cosine), zero());
    return;
  }
  const df = stridedLanes(op + 24, item);
  const x = f32x4.div(energy, df);
  const growth = expm1From(x, exp4(x));
  const rate = f32x4.div(polarSlope(x, growth), f32x4.add(df, df));
  keep(op, item, 0, f32x4.mul(f32x4.sqrt(f32x4.mul(df, growth)), cosine), rate);
}

/**
 * Pair i has the radius √(df (e^xᵢ − 1) e^(x₀ + … + xᵢ₋₁)), xᵢ = −2 ln uᵢ / (df + 2i), both its sine and its cosine, and
 *
 *     d ln r/d(df) = ½ (2i/(df (df + 2i)) − Σ xⱼ/(df + 2j) − (xᵢ/(1 − e^−xᵢ) − 1)/(df + 2i)),   j < i
 *
 * Source: Bailey 1994, "Polar generation of random variates with the t-distribution", chained by conditioning.
 */
function drawJoint(op: usize, item: i32): void {
  const df = stridedLanes(op + 24, item);
  const pairs = (size + 1) / 2;
  let before = zero(), slopes = zero();
  for (let i = 0; i < pairs; i++) {
    const own = f32x4.add(df, splat(2 * <f32> i));
    const x = f32x4.div(energyOf(loadLanes(<usize> load<i32>(op, 36), item, i, pairs)), own);
    const v = loadLanes(<usize> load<i32>(op, 40), item, i, pairs);
    const growth = expm1From(x, exp4(x));
    const square = f32x4.mul(f32x4.mul(df, growth), exp4(before));
    const radius = f32x4.sqrt(square);
    const inDf = f32x4.add(f32x4.div(splat(2 * <f32> i), df), polarSlope(x, growth));
    const rate = f32x4.mul(half(), f32x4.sub(f32x4.div(inDf, own), slopes));
    keep(op, item, 2 * i, f32x4.mul(radius, cosTwoPi(v)), rate);
    if (2 * i + 1 < size) keep(op, item, 2 * i + 1, f32x4.mul(radius, sinTwoPi(v)), rate);
    before = f32x4.add(before, x);
    slopes = f32x4.add(slopes, f32x4.div(x, own));
  }
}

/** Stores z, and what its gradient needs: t and dt/d(df) = t · rate. */
function keep(op: usize, item: i32, j: i32, t: v128, rate: v128): void {
  const loc = loadCoordinate(<usize> load<i32>(op, 12), item, j);
  const scale = f32x4.mul(splat(load<f32>(op, 20)), loadCoordinate(<usize> load<i32>(op, 16), item, j));
  storeCoordinate(<usize> load<i32>(op, 44), item, j, madd(scale, t, loc));
  const keptT = <usize> load<i32>(op, 48), keptDf = <usize> load<i32>(op, 52);
  if (keptT != 0) storeCoordinate(keptT, item, j, t);
  if (keptDf != 0) storeCoordinate(keptDf, item, j, f32x4.mul(t, rate));
}

/**
 * rows, columns, joint, factor, dz, t, dt/d(df) or 0, scale, gradients in loc, scale and df or 0:
 * dLoc += dz; dScale += dz · factor · t; dDf += Σ dz · factor · scale · dt/d(df).
 */
export function drawGradient(op: usize): void {
  setItems(op);
  const factor = splat(load<f32>(op, 12));
  const dz = <usize> load<i32>(op, 16), t = <usize> load<i32>(op, 20), tDf = <usize> load<i32>(op, 24);
  const scale = <usize> load<i32>(op, 28);
  const dLoc = <usize> load<i32>(op, 32), dScale = <usize> load<i32>(op, 36), dDf = <usize> load<i32>(op, 40);
  const blocks = (items + 3) / 4;
  for (let block = firstOf(blocks); block != NONE; block = after(block)) {
    const item = 4 * block;
    let inDf = zero();
    for (let j = 0; j < size; j++) {
      const g = loadCoordinate(dz, item, j);
      const scaled = f32x4.mul(g, factor);
      addCoordinate(dLoc, item, j, g);
      addCoordinate(dScale, item, j, f32x4.mul(scaled, loadCoordinate(t, item, j)));
      if (dDf == 0) continue;
      const rate = f32x4.mul(loadCoordinate(scale, item, j), loadCoordinate(tDf, item, j));
      inDf = madd(scaled, rate, inDf);
    }
    if (dDf != 0) addItem(dDf, item, inDf);
  }
}

/**
 * rows, columns, kl, threshold, count of gradients, address and columns of each: those of a column whose mean kl is below
 * the threshold become 0.
 */
export function freeBits(op: usize): void {
  const rows = load<i32>(op, 0), columns = load<i32>(op, 4);
  const threshold = <f64> load<f32>(op, 12);
  for (let column = 0; column < columns; column++) {
    // Every thread takes all means for itself: they are few.
    let sum: f64 = 0;
    let at = <usize> load<i32>(op, 8) + (<usize> column << 2);
    for (let row = 0; row < rows; row++, at += <usize> columns << 2) sum += <f64> load<f32>(at);
    if (!(sum / <f64> rows < threshold)) continue;
    const count = load<i32>(op, 16);
    for (let i = 0; i < count; i++) {
      const gradient = op + 20 + (<usize> i << 3);
      clearColumns(<usize> load<i32>(gradient), rows, load<i32>(gradient, 4), column, columns);
    }
  }
}

function clearColumns(x: usize, rows: i32, width: i32, first: i32, step: i32): void {
  for (let row = firstOf(rows); row != NONE; row = after(row)) {
    for (let column = first; column < width; column += step) {
      store<f32>(x + (<usize> (row * width + column) << 2), 0);
    }
  }
}
