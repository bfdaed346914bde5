/**
 * What a batch starts from: its rows of the data set, and its noise.
 *
 * @module
 */

import { DATA, DATA_IS_FLOAT, DRAW_STEP, KEY_0, KEY_1, TRAINING_STEP } from "../opcodes";
import { after, firstOf, NONE } from "./threads";

let indices: usize = 0;
let step: u32 = 0;

/** Says which rows of the data set the next programs run on, and the number of the step. */
export function setBatch(address: usize, number: u32): void {
  indices = address;
  step = number;
}

/** The number of this batch's step, from 0. */
export function currentStep(): u32 {
  return step;
}

/** x, rows, width: x[i] ← row indices[i] of the data set, bytes divided by 255. */
export function gather(op: usize): void {
  const x = <usize> load<i32>(op, 0);
  const rows = load<i32>(op, 4);
  const width = <usize> load<i32>(op, 8);
  const data = <usize> load<i32>(DATA);
  const isFloat = load<i32>(DATA_IS_FLOAT) != 0;
  for (let i = firstOf(rows); i != NONE; i = after(i)) {
    const to = x + 4 * width * <usize> i;
    const from = width * <usize> load<u32>(indices + (<usize> i << 2));
    if (isFloat) memory.copy(to, data + 4 * from, 4 * width);
    else scaleBytes(data + from, width, to);
  }
}

function scaleBytes(from: usize, count: usize, to: usize): void {
  const largest = f32x4.splat(255);
  let i: usize = 0;
  for (; i + 4 <= count; i += 4) {
    const bytes = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(from + i)));
    v128.store(to + 4 * i, f32x4.div(f32x4.convert_i32x4_u(bytes), largest));
  }
  for (; i < count; i++) store<f32>(to + 4 * i, <f32> load<u8>(from + i) / 255);
}

let word0: u32 = 0;
let word1: u32 = 0;

/** Words 0 and 1 of the Philox4x32-10 block at a counter. */
function philox(row: u32, number: u32, stream: u32, dimension: u32): void {
  let c0 = row, c1 = number, c2 = stream, c3 = dimension;
  let k0 = load<u32>(KEY_0), k1 = load<u32>(KEY_1);
  for (let round = 0; round < 10; round++) {
    const a = <u64> c0 * 0xd2511f53;
    const b = <u64> c2 * 0xcd9e8d57;
    c0 = <u32> (b >> 32) ^ c1 ^ k0;
    c1 = <u32> b;
    c2 = <u32> (a >> 32) ^ c3 ^ k1;
    c3 = <u32> a;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  word0 = c0;
  word1 = c1;
}

/** ((word >>> 9) + 1/2) 2⁻²³, in (0, 1) and exact. */
// @ts-ignore: decorator
@inline
function uniform23(word: u32): f32 {
  return (<f32> (word >> 9) + 0.5) * 1.1920928955078125e-7;
}

/**
 * u, v, rows, dimensions, stream, draw · 2¹⁶, what the step's number is: words 0 and 1 of every (row, dimension) as
 * uniform numbers. In training a row is its place in the batch of a step; otherwise its index in the data set, of step 0.
 */
export function uniforms(op: usize): void {
  const u = <usize> load<i32>(op, 0), v = <usize> load<i32>(op, 4);
  const rows = load<i32>(op, 8), dimensions = load<i32>(op, 12);
  const stream = load<u32>(op, 16), meaning = load<i32>(op, 24);
  const draw = meaning == DRAW_STEP ? step << 16 : load<u32>(op, 20);
  const isTraining = meaning == TRAINING_STEP;
  const number: u32 = isTraining ? step : 0;
  for (let i = firstOf(rows); i != NONE; i = after(i)) {
    const row: u32 = isTraining ? i : load<u32>(indices + (<usize> i << 2));
    for (let j = 0; j < dimensions; j++) {
      philox(row, number, stream, draw + <u32> j);
      const at = <usize> (i * dimensions + j) << 2;
      store<f32>(u + at, uniform23(word0));
      store<f32>(v + at, uniform23(word1));
    }
  }
}
