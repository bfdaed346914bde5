/**
 * From gradients to parameters.
 *
 * @module
 */

import { currentStep } from "./batch";
import { after, barrier, endOfPiece, firstOf, nextPiece, NONE } from "./threads";
import { madd, splat, sumLanes64 } from "./vector_math";

const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

/**
 * value, gradient, m, v, count, learning rate as float64:
 *
 *     m ← β₁m + (1−β₁)g      v ← β₂v + (1−β₂)g²      value ← value − α·(m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε)
 *
 * The corrections follow from the number of the step in float64, folded into α and ε.
 */
export function adam(op: usize): void {
  const value = <usize> load<i32>(op, 0), gradient = <usize> load<i32>(op, 4);
  const m = <usize> load<i32>(op, 8), v = <usize> load<i32>(op, 12);
  const count = load<i32>(op, 16);
  const t = <f64> currentStep() + 1;
  const correction = Math.sqrt(1 - Math.pow(BETA2, t));
  const alpha = <f32> (load<f64>(op, 20) * correction / (1 - Math.pow(BETA1, t)));
  const epsilon = <f32> (EPSILON * correction);
  const keep1 = <f32> BETA1, take1 = <f32> (1 - BETA1), keep2 = <f32> BETA2, take2 = <f32> (1 - BETA2);

  for (let block = firstOf((count + 3) / 4); block != NONE; block = nextPiece()) {
    const end = min(4 * endOfPiece(), count);
    let i = 4 * block;
    for (; i + 4 <= end; i += 4) {
      const at = <usize> i << 2;
      const g = v128.load(gradient + at);
      const newM = madd(splat(keep1), v128.load(m + at), f32x4.mul(splat(take1), g));
      const newV = madd(splat(keep2), v128.load(v + at), f32x4.mul(splat(take2), f32x4.mul(g, g)));
      const change = f32x4.div(f32x4.mul(newM, splat(alpha)), f32x4.add(f32x4.sqrt(newV), splat(epsilon)));
      v128.store(m + at, newM);
      v128.store(v + at, newV);
      v128.store(value + at, f32x4.sub(v128.load(value + at), change));
    }
    for (; i < end; i++) {
      const at = <usize> i << 2;
      const g = load<f32>(gradient + at);
      const newM = keep1 * load<f32>(m + at) + take1 * g;
      const newV = keep2 * load<f32>(v + at) + take2 * (g * g);
      store<f32>(m + at, newM);
      store<f32>(v + at, newV);
      store<f32>(value + at, load<f32>(value + at) - newM * alpha / (Mathf.sqrt(newV) + epsilon));
    }
  }
}

/** Elements whose squares are summed in one piece. */
const CHUNK: i32 = 4096;

/** gradient, count, norm, room for a float64 per chunk: gradient ← gradient · min(1, norm / |gradient|). */
export function clip(op: usize): void {
  const gradient = <usize> load<i32>(op, 0);
  const count = load<i32>(op, 4);
  const norm = <f64> load<f32>(op, 8);
  const sums = <usize> load<i32>(op, 12);
  const chunks = (count + CHUNK - 1) / CHUNK;
  for (let chunk = firstOf(chunks); chunk != NONE; chunk = after(chunk)) {
    const from = gradient + <usize> (chunk * CHUNK) * 4;
    store<f64>(sums + <usize> chunk * 8, sumOfSquares(from, min(count - chunk * CHUNK, CHUNK)));
  }
  barrier();
  let total: f64 = 0;
  for (let chunk = 0; chunk < chunks; chunk++) total += load<f64>(sums + <usize> chunk * 8);
  const length = Math.sqrt(total);
  if (!(length > norm)) return;
  const factor = <f32> (norm / length);
  for (let i = firstOf(count); i != NONE; i = after(i)) {
    const at = gradient + (<usize> i << 2);
    store<f32>(at, load<f32>(at) * factor);
  }
}

function sumOfSquares(from: usize, count: i32): f64 {
  let sum: f64 = 0;
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const x = v128.load(from + (<usize> i << 2));
    sum += sumLanes64(f32x4.mul(x, x));
  }
  for (; i < count; i++) {
    const x = load<f32>(from + (<usize> i << 2));
    sum += <f64> x * <f64> x;
  }
  return sum;
}

/** value, gradient, count, 2 · l2: gradient += 2 · l2 · value. */
export function decay(op: usize): void {
  const value = <usize> load<i32>(op, 0), gradient = <usize> load<i32>(op, 4);
  const count = load<i32>(op, 8);
  const factor = load<f32>(op, 12);
  for (let i = firstOf(count); i != NONE; i = after(i)) {
    const at = <usize> i << 2;
    store<f32>(gradient + at, load<f32>(gradient + at) + factor * load<f32>(value + at));
  }
}
