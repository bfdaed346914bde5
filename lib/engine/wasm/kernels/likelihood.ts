/**
 * What the decoder's output says of the data: the likelihoods, and the power divergence.
 *
 * @module
 */

import { BERNOULLI, STUDENT_T } from "../opcodes";
import { load4, store4 } from "./elementwise";
import { logConstant } from "./gamma_ratio";
import { after, firstOf, NONE } from "./threads";
import {
  exp4,
  log1p4,
  log1pOfFraction,
  log4,
  madd,
  nmadd,
  one,
  sigmoidFrom,
  splat,
  sumLanes64,
  zero,
} from "./vector_math";

const HALF_LOG_TWO_PI: f64 = 0.9189385332046727;

/** Elements whose terms are summed in float32. */
const BLOCK: i32 = 64;

/**
 * family, rows, columns, x, output, scale (address or 0), df, reconstruction, weight, gradient in the output or 0, and in
 * the scale for each row or 0: reconstruction[row] ← −Σ ln p(x|output).
 */
export function likelihood(op: usize): void {
  const rows = load<i32>(op, 4), columns = load<i32>(op, 8);
  const isBernoulli = load<i32>(op, 0) == BERNOULLI;
  const reconstruction = <usize> load<i32>(op, 28);
  for (let row = firstOf(rows); row != NONE; row = after(row)) {
    const sum = isBernoulli ? bernoulli(op, row, columns) : located(op, row, columns);
    store<f32>(reconstruction + (<usize> row << 2), <f32> sum);
  }
}

/** softplus(output) − x · output; its derivative sigmoid(output) − x. */
function bernoulli(op: usize, row: i32, columns: i32): f64 {
  const start = <usize> (row * columns) << 2;
  const x = <usize> load<i32>(op, 12) + start, output = <usize> load<i32>(op, 16) + start;
  const gradient = <usize> load<i32>(op, 36);
  if (gradient == 0) return bernoulliValue(x, output, columns);
  const dOutput = gradient + start, weight = splat(load<f32>(op, 32));
  const whole = columns & ~3;
  let total: f64 = 0;
  for (let block = 0; block < whole; block += BLOCK) {
    const end = <usize> min(block + BLOCK, whole) << 2;
    let sum = zero();
    for (let j = <usize> block << 2; j < end; j += 16) {
      const l = v128.load(output + j), target = v128.load(x + j);
      const t = exp4(f32x4.neg(f32x4.abs(l)));
      sum = f32x4.add(sum, bernoulliTerm(l, target, t));
      v128.store(dOutput + j, f32x4.mul(weight, f32x4.sub(sigmoidFrom(l, t), target)));
    }
    total += sumLanes64(sum);
  }
  if (whole == columns) return total;
  const l = load4(output, whole, columns), target = load4(x, whole, columns);
  const t = exp4(f32x4.neg(f32x4.abs(l)));
  store4(dOutput, whole, columns, f32x4.mul(weight, f32x4.sub(sigmoidFrom(l, t), target)));
  return total + sumLanes64(present(bernoulliTerm(l, target, t), whole, columns));
}

/**
 * The value alone. Of each block Π (1 + e^−|l|), at most 2¹⁶ in a lane, has one logarithm; a rounding of a factor is one
 * of its logarithm, 6e−8 at most.
 */
function bernoulliValue(x: usize, output: usize, columns: i32): f64 {
  const whole = columns & ~3;
  let total: f64 = 0;
  for (let block = 0; block < whole; block += BLOCK) {
    const end = <usize> min(block + BLOCK, whole) << 2;
    let sum = zero(), product = one();
    for (let j = <usize> block << 2; j < end; j += 16) {
      const l = v128.load(output + j);
      const t = exp4(f32x4.neg(f32x4.abs(l)));
      product = madd(product, t, product);
      sum = f32x4.add(sum, nmadd(v128.load(x + j), l, f32x4.pmax(l, zero())));
    }
    total += sumLanes64(f32x4.add(sum, log4(product)));
  }
  if (whole == columns) return total;
  const l = load4(output, whole, columns), target = load4(x, whole, columns);
  const t = exp4(f32x4.neg(f32x4.abs(l)));
  return total + sumLanes64(present(bernoulliTerm(l, target, t), whole, columns));
}

/** max(l, 0) + ln(1 + t) − target · l, where t = e^−|l| */
// @ts-ignore: decorator
@inline
function bernoulliTerm(l: v128, target: v128, t: v128): v128 {
  return nmadd(target, l, f32x4.add(f32x4.pmax(l, zero()), log1pOfFraction(t)));
}

/**
 * With t = (x − output)/scale: t²/2 + ln scale + ln(2π)/2, or (df+1)/2 ln(1 + t²/df) + ln scale − ln C; with w = 1 or
 * (df+1)/(df+t²) its derivatives −w t/scale and (1 − w t²)/scale.
 */
function located(op: usize, row: i32, columns: i32): f64 {
  const start = <usize> (row * columns) << 2;
  const x = <usize> load<i32>(op, 12) + start, output = <usize> load<i32>(op, 16) + start;
  const scale = load<f32>(<usize> load<i32>(op, 20)), df = load<f32>(op, 24);
  const isStudentT = load<i32>(op, 0) == STUDENT_T;
  const weight = load<f32>(op, 32);
  const gradient = <usize> load<i32>(op, 36), gradientScale = <usize> load<i32>(op, 40);
  const rate = splat(1 / scale), outer = splat(-weight / scale);
  let total: f64 = 0, moments: f64 = 0;
  for (let block = 0; block < columns; block += BLOCK) {
    const end = min(block + BLOCK, columns);
    let sum = zero(), moment = zero();
    for (let j = block; j < end; j += 4) {
      const t = f32x4.mul(f32x4.sub(load4(x, j, columns), load4(output, j, columns)), rate);
      const square = f32x4.mul(t, t);
      const energy = isStudentT ? log1p4(f32x4.div(square, splat(df))) : square;
      const w = isStudentT ? f32x4.div(splat(df + 1), f32x4.add(square, splat(df))) : one();
      sum = f32x4.add(sum, present(energy, j, columns));
      moment = f32x4.add(moment, present(f32x4.mul(w, square), j, columns));
      if (gradient != 0) store4(gradient + start, j, columns, f32x4.mul(outer, f32x4.mul(w, t)));
    }
    total += sumLanes64(sum);
    moments += sumLanes64(moment);
  }
  if (gradientScale != 0) {
    const inScale = <f64> weight * (<f64> columns - moments) / <f64> scale;
    store<f32>(gradientScale + (<usize> row << 2), <f32> inScale);
  }
  const logScale = Math.log(<f64> scale);
  return isStudentT
    ? 0.5 * (<f64> df + 1) * total + <f64> columns * (logScale - logConstant(<f64> df, 1))
    : 0.5 * total + <f64> columns * (logScale + HALF_LOG_TWO_PI);
}

/** Elements from j on, those past the end 0. */
// @ts-ignore: decorator
@inline
function present(x: v128, j: i32, count: i32): v128 {
  if (j + 4 <= count) return x;
  return v128.and(x, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count - j)));
}

/** Σ (x − output)², and the gradient ← factor · (output − x) unless its address is 0. */
function squaredDistance(x: usize, output: usize, columns: i32, gradient: usize, factor: f32): f64 {
  let total: f64 = 0;
  for (let block = 0; block < columns; block += BLOCK) {
    const end = min(block + BLOCK, columns);
    let sum = zero();
    for (let j = block; j < end; j += 4) {
      const difference = f32x4.sub(load4(output, j, columns), load4(x, j, columns));
      sum = f32x4.add(sum, present(f32x4.mul(difference, difference), j, columns));
      if (gradient != 0) store4(gradient, j, columns, f32x4.mul(splat(factor), difference));
    }
    total += sumLanes64(sum);
  }
  return total;
}

/**
 * rows, columns, latent columns, x, output, loc, scale, bound, weight, gradients in output, loc and scale or 0, then as
 * float64 s, a, b, c, p, shift: with w = p (Σ ln scale − shift),
 *
 *     bound[row] ← |x − output|²/s² + |loc|² + a Σ scale² − c − b·expm1(w)
 */
export function t3(op: usize): void {
  const rows = load<i32>(op, 0), columns = load<i32>(op, 4), size = load<i32>(op, 8);
  const weight = load<f32>(op, 32);
  const dOutput = <usize> load<i32>(op, 36),
    dLoc = <usize> load<i32>(op, 40),
    dScale = <usize> load<i32>(op, 44);
  const s = load<f64>(op, 48), a = load<f64>(op, 56), b = load<f64>(op, 64);
  const c = load<f64>(op, 72), p = load<f64>(op, 80), shift = load<f64>(op, 88);
  const factor = <f32> (2 * <f64> weight / (s * s));
  for (let row = firstOf(rows); row != NONE; row = after(row)) {
    const start = <usize> (row * columns) << 2;
    const distance = squaredDistance(
      <usize> load<i32>(op, 12) + start,
      <usize> load<i32>(op, 16) + start,
      columns,
      dOutput == 0 ? 0 : dOutput + start,
      factor,
    );
    let sum = distance / (s * s) - c, logScale: f64 = 0;
    const first = <usize> (row * size) << 2;
    const loc = <usize> load<i32>(op, 20) + first, scale = <usize> load<i32>(op, 24) + first;
    for (let j: usize = 0; j < <usize> size << 2; j += 4) {
      const m = <f64> load<f32>(loc + j), r = <f64> load<f32>(scale + j);
      sum += m * m + a * r * r;
      logScale += Math.log(r);
    }
    const w = p * (logScale - shift);
    store<f32>(<usize> load<i32>(op, 28) + (<usize> row << 2), <f32> (sum - b * Math.expm1(w)));
    if (dLoc == 0) continue;
    const pull = b * p * Math.exp(w);
    for (let j: usize = 0; j < <usize> size << 2; j += 4) {
      const r = <f64> load<f32>(scale + j);
      store<f32>(dLoc + first + j, 2 * weight * load<f32>(loc + j));
      store<f32>(dScale + first + j, <f32> (<f64> weight * (2 * a * r - pull / r)));
    }
  }
}

/**
 * rows, columns, latent columns, x, output, z, reconstruction, then at 32 as float64 df and scale: −ln of a joint t around
 * the output, of df + m and scale · √((df + |z|²)/(df + m)).
 */
export function t3Likelihood(op: usize): void {
  const rows = load<i32>(op, 0), columns = load<i32>(op, 4), size = load<i32>(op, 8);
  const z = <usize> load<i32>(op, 20);
  const df = load<f64>(op, 32), scale = load<f64>(op, 40);
  const own = df + <f64> size;
  const constant = logConstant(own, columns);
  for (let row = firstOf(rows); row != NONE; row = after(row)) {
    const start = <usize> (row * columns) << 2;
    let square: f64 = 0;
    for (let j = 0; j < size; j++) {
      const value = <f64> load<f32>(z + (<usize> (row * size + j) << 2));
      square += value * value;
    }
    const x = <usize> load<i32>(op, 12) + start, output = <usize> load<i32>(op, 16) + start;
    const variance = scale * scale * (df + square) / own;
    const energy = Math.log1p(squaredDistance(x, output, columns, 0, 0) / (variance * own));
    const value = 0.5 * (<f64> columns * Math.log(variance) + (own + <f64> columns) * energy) - constant;
    store<f32>(<usize> load<i32>(op, 24) + (<usize> row << 2), <f32> value);
  }
}
