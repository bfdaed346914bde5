/**
 * Batch norm with the leaky ReLU after it.
 *
 * @module
 */

import { load4, store4 } from "./elementwise";
import { addChunks, BLOCK, chunkRows, chunks } from "./sums";
import { after, barrier, endOfPiece, firstOf, nextPiece, NONE } from "./threads";
import { madd, select4, splat, zero } from "./vector_math";

// Words that the three operations have in common: rows, channels, slope, x, gamma, beta, y, mean, and 1/√variance or the
// variance.
const ROWS: usize = 0;
const CHANNELS: usize = 4;
const SLOPE: usize = 8;
const X: usize = 12;
const GAMMA: usize = 16;
const BETA: usize = 20;
const Y: usize = 24;
const MEAN: usize = 28;
const RATE: usize = 32;

/** Channels from j on; `whole` says that they come in fours. */
// @ts-ignore: decorator
@inline
function get(x: usize, j: i32, channels: i32, whole: bool): v128 {
  return whole ? v128.load(x + (<usize> j << 2)) : load4(x, j, channels);
}

// @ts-ignore: decorator
@inline
function put(x: usize, j: i32, channels: i32, whole: bool, y: v128): void {
  if (whole) v128.store(x + (<usize> j << 2), y);
  else store4(x, j, channels, y);
}

/** x where it is > 0, else slope · x. */
// @ts-ignore: decorator
@inline
function leaky(x: v128, sign: v128, slope: v128): v128 {
  return select4(f32x4.gt(sign, zero()), x, f32x4.mul(x, slope));
}

/** Adds four sums, of those channels from j on that there are, to float64 ones. */
// @ts-ignore: decorator
@inline
function gatherSums(sums: usize, j: i32, channels: i32, x: v128): void {
  const to = sums + (<usize> j << 3);
  store<f64>(to, load<f64>(to) + <f64> f32x4.extract_lane(x, 0));
  if (j + 1 < channels) store<f64>(to, load<f64>(to, 8) + <f64> f32x4.extract_lane(x, 1), 8);
  if (j + 2 < channels) store<f64>(to, load<f64>(to, 16) + <f64> f32x4.extract_lane(x, 2), 16);
  if (j + 3 < channels) store<f64>(to, load<f64>(to, 24) + <f64> f32x4.extract_lane(x, 3), 24);
}

/**
 * …, room for two float64 per chunk and channel, running mean and variance or 0, a spare word, then as float64 epsilon and
 * the momentum.
 *
 *     y ← leaky(gamma · (x − mean) · rate + beta),   rate = 1/√(variance + epsilon)
 *
 * Sums are of x minus the channel's first element, so that a mean much larger than the deviation costs no digits.
 */
export function batchNorm(op: usize): void {
  const rows = load<i32>(op, ROWS), channels = load<i32>(op, CHANNELS);
  const x = <usize> load<i32>(op, X), sums = <usize> load<i32>(op, 36);
  const count = chunks(rows), size = chunkRows(rows);
  const step = <usize> channels * 16;
  for (let chunk = firstOf(count); chunk != NONE; chunk = after(chunk)) {
    const to = sums + <usize> chunk * step;
    memory.fill(to, 0, step);
    const last = min((chunk + 1) * size, rows);
    for (let row = chunk * size; row < last; row += BLOCK) {
      const rest = min(last - row, BLOCK);
      if ((channels & 3) == 0) sumBlock(x, row, rest, channels, to, true);
      else sumBlock(x, row, rest, channels, to, false);
    }
  }
  barrier();
  statistics(op, count);
  barrier();
  normaliseRows(op, rows, <usize> load<i32>(op, RATE));
}

/** Sums of x and x², each less the first row, over `count` rows. */
// @ts-ignore: decorator
@inline
function sumBlock(x: usize, row: i32, count: i32, channels: i32, sums: usize, whole: bool): void {
  const step = <usize> channels << 2;
  const squares = sums + (<usize> channels << 3);
  for (let j = 0; j < channels; j += 4) {
    const pivot = get(x, j, channels, whole);
    let sum = zero(), square = zero();
    let at = x + <usize> row * step;
    for (let i = 0; i < count; i++, at += step) {
      const value = f32x4.sub(get(at, j, channels, whole), pivot);
      sum = f32x4.add(sum, value);
      square = madd(value, value, square);
    }
    gatherSums(sums, j, channels, sum);
    gatherSums(squares, j, channels, square);
  }
}

function statistics(op: usize, count: i32): void {
  const rows = <f64> load<i32>(op, ROWS), channels = load<i32>(op, CHANNELS);
  const sums = <usize> load<i32>(op, 36);
  const runningMean = <usize> load<i32>(op, 40), runningVariance = <usize> load<i32>(op, 44);
  const epsilon = load<f64>(op, 52), momentum = load<f64>(op, 60);
  const step = <usize> channels * 16;
  for (let j = firstOf(channels); j != NONE; j = after(j)) {
    const at = <usize> j << 2;
    const shift = addChunks(sums + 2 * at, count, step) / rows;
    const square = addChunks(sums + (<usize> channels << 3) + 2 * at, count, step) / rows;
    const mean = <f64> load<f32>(<usize> load<i32>(op, X) + at) + shift;
    const variance = max(square - shift * shift, 0);
    store<f32>(<usize> load<i32>(op, MEAN) + at, <f32> mean);
    store<f32>(<usize> load<i32>(op, RATE) + at, <f32> (1 / Math.sqrt(variance + epsilon)));
    if (runningMean == 0) continue;
    move(runningMean + at, mean, momentum);
    move(runningVariance + at, variance, momentum);
  }
}

/** running ← momentum · running + (1 − momentum) · value */
function move(running: usize, value: f64, momentum: f64): void {
  const old = <f64> load<f32>(running);
  store<f32>(running, <f32> (old + (1 - momentum) * (value - old)));
}

function normaliseRows(op: usize, rows: i32, rates: usize): void {
  const whole = (load<i32>(op, CHANNELS) & 3) == 0;
  for (let from = firstOf(rows); from != NONE; from = nextPiece()) {
    const to = endOfPiece();
    for (let row = from; row < to; row += BLOCK) {
      const count = min(to - row, BLOCK);
      if (whole) normaliseBlock(op, row, count, rates, true);
      else normaliseBlock(op, row, count, rates, false);
    }
  }
}

// @ts-ignore: decorator
@inline
function normaliseBlock(op: usize, row: i32, count: i32, rates: usize, whole: bool): void {
  const channels = load<i32>(op, CHANNELS);
  const step = <usize> channels << 2;
  const slope = splat(load<f32>(op, SLOPE));
  for (let j = 0; j < channels; j += 4) {
    const gamma = get(<usize> load<i32>(op, GAMMA), j, channels, whole);
    const factor = f32x4.mul(gamma, get(rates, j, channels, whole));
    const mean = get(<usize> load<i32>(op, MEAN), j, channels, whole);
    const beta = get(<usize> load<i32>(op, BETA), j, channels, whole);
    let x = <usize> load<i32>(op, X) + <usize> row * step;
    let y = <usize> load<i32>(op, Y) + <usize> row * step;
    for (let i = 0; i < count; i++, x += step, y += step) {
      const value = madd(f32x4.sub(get(x, j, channels, whole), mean), factor, beta);
      put(y, j, channels, whole, leaky(value, value, slope));
    }
  }
}

/** …, room for a float32 per channel, then as float64 epsilon: the same, of running statistics. */
export function normalise(op: usize): void {
  const channels = load<i32>(op, CHANNELS);
  const variance = <usize> load<i32>(op, RATE), rates = <usize> load<i32>(op, 36);
  const epsilon = load<f64>(op, 40);
  for (let j = firstOf(channels); j != NONE; j = after(j)) {
    const at = <usize> j << 2;
    store<f32>(rates + at, <f32> (1 / Math.sqrt(<f64> load<f32>(variance + at) + epsilon)));
  }
  barrier();
  normaliseRows(op, load<i32>(op, ROWS), rates);
}

/**
 * …, room for two float64 per chunk and channel, dy, dx or 0, gradients in gamma and beta. With g = dy · leaky'(y) and
 * w = (x − mean) · rate:
 *
 *     dBeta ← Σ g    dGamma ← Σ g·w    dx ← gamma · rate · (g − dBeta/rows − w · dGamma/rows)
 */
export function batchNormGradient(op: usize): void {
  const rows = load<i32>(op, ROWS), channels = load<i32>(op, CHANNELS);
  const sums = <usize> load<i32>(op, 36);
  const count = chunks(rows), size = chunkRows(rows);
  const step = <usize> channels * 16;
  for (let chunk = firstOf(count); chunk != NONE; chunk = after(chunk)) {
    const to = sums + <usize> chunk * step;
    memory.fill(to, 0, step);
    const last = min((chunk + 1) * size, rows);
    for (let row = chunk * size; row < last; row += BLOCK) {
      const rest = min(last - row, BLOCK);
      if ((channels & 3) == 0) sumGradients(op, row, rest, to, true);
      else sumGradients(op, row, rest, to, false);
    }
  }
  barrier();
  const dGamma = <usize> load<i32>(op, 48), dBeta = <usize> load<i32>(op, 52);
  for (let j = firstOf(channels); j != NONE; j = after(j)) {
    const from = sums + (<usize> j << 3);
    store<f32>(dBeta + (<usize> j << 2), <f32> addChunks(from, count, step));
    store<f32>(dGamma + (<usize> j << 2), <f32> addChunks(from + (<usize> channels << 3), count, step));
  }
  if (load<i32>(op, 44) == 0) return;
  barrier();
  inputGradient(op, rows);
}

// @ts-ignore: decorator
@inline
function sumGradients(op: usize, row: i32, count: i32, sums: usize, whole: bool): void {
  const channels = load<i32>(op, CHANNELS);
  const step = <usize> channels << 2;
  const start = <usize> row * step;
  const slope = splat(load<f32>(op, SLOPE));
  const products = sums + (<usize> channels << 3);
  for (let j = 0; j < channels; j += 4) {
    const mean = get(<usize> load<i32>(op, MEAN), j, channels, whole);
    const rate = get(<usize> load<i32>(op, RATE), j, channels, whole);
    let x = <usize> load<i32>(op, X) + start, y = <usize> load<i32>(op, Y) + start;
    let dy = <usize> load<i32>(op, 40) + start;
    let sum = zero(), product = zero();
    for (let i = 0; i < count; i++, x += step, y += step, dy += step) {
      const g = leaky(get(dy, j, channels, whole), get(y, j, channels, whole), slope);
      sum = f32x4.add(sum, g);
      product = madd(g, f32x4.mul(f32x4.sub(get(x, j, channels, whole), mean), rate), product);
    }
    gatherSums(sums, j, channels, sum);
    gatherSums(products, j, channels, product);
  }
}

function inputGradient(op: usize, rows: i32): void {
  const whole = (load<i32>(op, CHANNELS) & 3) == 0;
  for (let from = firstOf(rows); from != NONE; from = nextPiece()) {
    const to = endOfPiece();
    for (let row = from; row < to; row += BLOCK) {
      const count = min(to - row, BLOCK);
      if (whole) inputGradientBlock(op, row, count, true);
      else inputGradientBlock(op, row, count, false);
    }
  }
}

// @ts-ignore: decorator
@inline
function inputGradientBlock(op: usize, row: i32, count: i32, whole: bool): void {
  const channels = load<i32>(op, CHANNELS);
  const step = <usize> channels << 2;
  const start = <usize> row * step;
  const slope = splat(load<f32>(op, SLOPE)), share = splat(1 / <f32> load<i32>(op, ROWS));
  for (let j = 0; j < channels; j += 4) {
    const rate = get(<usize> load<i32>(op, RATE), j, channels, whole);
    const mean = get(<usize> load<i32>(op, MEAN), j, channels, whole);
    const factor = f32x4.mul(get(<usize> load<i32>(op, GAMMA), j, channels, whole), rate);
    const meanG = f32x4.mul(share, get(<usize> load<i32>(op, 52), j, channels, whole));
    const meanGW = f32x4.mul(share, get(<usize> load<i32>(op, 48), j, channels, whole));
    let x = <usize> load<i32>(op, X) + start, y = <usize> load<i32>(op, Y) + start;
    let dy = <usize> load<i32>(op, 40) + start, dx = <usize> load<i32>(op, 44) + start;
    for (let i = 0; i < count; i++, x += step, y += step, dy += step, dx += step) {
      const g = leaky(get(dy, j, channels, whole), get(y, j, channels, whole), slope);
      const w = f32x4.mul(f32x4.sub(get(x, j, channels, whole), mean), rate);
      put(dx, j, channels, whole, f32x4.mul(factor, f32x4.sub(g, madd(w, meanGW, meanG))));
    }
  }
}
