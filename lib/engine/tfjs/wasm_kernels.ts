/**
 * Kernels that tfjs' wasm backend lacks or runs slowly, registered over the stock ones.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";

/**
 * Registers the kernels below on the wasm backend.
 *
 * `BatchMatMul`: the stock kernel multiplies transposed operands, which every dense layer's gradient has,
 * ten times slower than plain ones; an explicit transpose first is nearly free.
 *
 * @throws {Error} if the wasm backend is not loaded
 */
export function registerWasmKernels(): void {
  const stock = tf.getKernel("BatchMatMul", "wasm");
  if (stock === undefined) {
    throw new Error("Cannot register wasm kernels: the tfjs wasm backend is not loaded");
  }
  tf.unregisterKernel("BatchMatMul", "wasm");
  tf.registerKernel({
    ...stock,
    kernelFunc: (call) => {
      const { a, b } = call.inputs as unknown as { a: tf.Tensor; b: tf.Tensor };
      const { transposeA, transposeB } = call.attrs as unknown as tf.BatchMatMulAttrs;
      // Batches of products stay with the stock kernel, as do plain ones.
      if (!(transposeA || transposeB) || a.shape.length !== 2 || b.shape.length !== 2) {
        return stock.kernelFunc(call);
      }
      return tf.tidy(() => tf.matMul(transposeA ? tf.transpose(a) : a, transposeB ? tf.transpose(b) : b));
    },
  });
}
