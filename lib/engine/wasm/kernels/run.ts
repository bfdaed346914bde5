/**
 * The step loop: runs an encoded program on one batch after the other, the same on every thread.
 *
 * @module
 */

import * as code from "../opcodes";
import { gather, setBatch, uniforms } from "./batch";
import { batchNorm, batchNormGradient, normalise } from "./batch_norm";
import { conv, convKernelGradient, convTranspose } from "./convolution";
import { divergence } from "./divergence";
import { add, leakyRelu, leakyReluGradient, sigmoid, softplus, softplusGradient } from "./elementwise";
import { draw, drawGradient, freeBits } from "./latent";
import { likelihood, t3, t3Likelihood } from "./likelihood";
import { logRatio } from "./log_ratio";
import { adam, clip, decay } from "./optimiser";
import { product } from "./product";
import { sumRows } from "./sums";
import { barrier, isFirst, join } from "./threads";

export { flopsOfRound, peak } from "./tile";

/** The first byte after the kernels' own tables. */
export const tablesEnd: usize = __heap_base;

/**
 * Runs the job that is in the control block.
 *
 * @param thread which of its threads this is, from 0
 */
export function run(thread: i32): void {
  join(thread);
  const batches = load<i32>(code.BATCHES), rows = load<i32>(code.ROWS);
  const step = load<u32>(code.STEP);
  const sumCount = 2 + load<i32>(code.KL_COLUMNS);
  for (let batch = 0; batch < batches; batch++) {
    setBatch(<usize> (load<i32>(code.INDICES) + batch * rows * 4), step + batch);
    execute(<usize> load<i32>(code.PROGRAM));
    barrier();
    if (isFirst()) sum(rows, <usize> (load<i32>(code.SUMS) + batch * sumCount * 8));
  }
}

/** Operations follow each other, each as its code, its number of words with both of these, and the words of its own. */
function execute(program: usize): void {
  for (let op = program; load<i32>(op) != code.END; op += <usize> load<i32>(op, 4) << 2) {
    dispatch(load<i32>(op), op + 8);
  }
}

function dispatch(kind: i32, op: usize): void {
  switch (kind) {
    case code.BARRIER:
      return barrier();
    case code.GATHER:
      return gather(op);
    case code.UNIFORMS:
      return uniforms(op);
    case code.PRODUCT:
      return product(op);
    case code.SUM_ROWS:
      return sumRows(op);
    case code.CONV:
      return conv(op);
    case code.CONV_TRANSPOSE:
      return convTranspose(op);
    case code.CONV_KERNEL_GRADIENT:
      return convKernelGradient(op);
    case code.BATCH_NORM:
      return batchNorm(op);
    case code.NORMALISE:
      return normalise(op);
    case code.BATCH_NORM_GRADIENT:
      return batchNormGradient(op);
    case code.LEAKY_RELU:
      return leakyRelu(op);
    case code.LEAKY_RELU_GRADIENT:
      return leakyReluGradient(op);
    case code.SOFTPLUS:
      return softplus(op);
    case code.SOFTPLUS_GRADIENT:
      return softplusGradient(op);
    case code.DRAW:
      return draw(op);
    case code.DRAW_GRADIENT:
      return drawGradient(op);
    case code.DIVERGENCE:
      return divergence(op);
    case code.LOG_RATIO:
      return logRatio(op);
    case code.FREE_BITS:
      return freeBits(op);
    case code.LIKELIHOOD:
      return likelihood(op);
    case code.T3:
      return t3(op);
    case code.T3_LIKELIHOOD:
      return t3Likelihood(op);
    case code.SIGMOID:
      return sigmoid(op);
    case code.ADD:
      return add(op);
    case code.DECAY:
      return decay(op);
    case code.CLIP:
      return clip(op);
    case code.ADAM:
      return adam(op);
    default:
      unreachable();
  }
}

/** Sums over the batch in float64, row by row: reconstruction, bound, divergence by column. */
function sum(rows: i32, to: usize): void {
  store<f64>(to, sumColumn(<usize> load<i32>(code.RECONSTRUCTION), rows, 1));
  store<f64>(to, sumColumn(<usize> load<i32>(code.BOUND), rows, 1), 8);
  const columns = load<i32>(code.KL_COLUMNS);
  const kl = <usize> load<i32>(code.KL);
  for (let j = 0; j < columns; j++) {
    store<f64>(to + 16 + (<usize> j << 3), sumColumn(kl + (<usize> j << 2), rows, columns));
  }
}

function sumColumn(x: usize, rows: i32, columns: i32): f64 {
  if (x == 0) return 0;
  let total: f64 = 0;
  for (let row = 0; row < rows; row++, x += <usize> columns << 2) total += <f64> load<f32>(x);
  return total;
}
