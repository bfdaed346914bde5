/**
 * Kernels that tfjs' wasm backend lacks or runs slowly, registered over the stock ones.
 *
 * @module
 */

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { filterGradient, inputGradient } from "./wasm_convolutions.ts";
import { blank, valuesOf } from "./wasm_memory.ts";

/** Up to this many rows, a batch of plain examples, are left to the stock kernel. */
const FEW_ROWS = 4096;

/**
 * Registers kernels on the wasm backend:
 *
 * - `BatchMatMul`: the stock kernel multiplies transposed operands, which every dense layer's gradient has, ten times
 *   slower than plain ones; an explicit transpose first costs less than the product.
 * - `Sum` of many rows over all axes but the last, which batch norm of images needs: the stock kernel transposes the
 *   whole tensor and adds in float32, where 400,000 values lose four digits; here they are added in float64.
 * - `Conv2DBackpropFilter` and `Conv2DBackpropInput`: see `wasm_convolutions.ts`.
 *
 * @throws {Error} if the wasm backend is not loaded
 */
export function registerWasmKernels(): void {
  if (tf.getKernel("BatchMatMul", "wasm") === undefined) {
    throw new Error("Cannot register wasm kernels: the tfjs wasm backend is not loaded");
  }
  register<"a" | "b", tf.BatchMatMulAttrs>("BatchMatMul", ({ inputs: { a, b }, attrs, stock }) => {
    const { transposeA, transposeB } = attrs;
    // Batches of products stay with the stock kernel, as do plain ones.
    if (!(transposeA || transposeB) || a.shape.length !== 2 || b.shape.length !== 2) return stock();
    return tf.tidy(() => tf.matMul(transposeA ? tf.transpose(a) : a, transposeB ? tf.transpose(b) : b));
  });
  register<"x", tf.SumAttrs>("Sum", ({ inputs: { x }, attrs: { axis, keepDims }, backend, stock }) => {
    const axes = tf.util.parseAxisParam(axis, x.shape).toSorted((a, b) => a - b);
    const allButLast = axes.length === x.shape.length - 1 && axes.every((axis, i) => axis === i);
    const rows = tf.util.sizeFromShape(x.shape.slice(0, -1));
    if (!allButLast || rows <= FEW_ROWS || keepDims || x.dtype !== "float32") return stock();
    return columnSums(backend, x);
  });
  register<"x" | "dy", tf.Conv2DBackpropFilterAttrs>(
    "Conv2DBackpropFilter",
    ({ inputs, attrs, backend }) => filterGradient(backend, inputs, attrs),
  );
  register<"dy" | "filter", tf.Conv2DBackpropInputAttrs>(
    "Conv2DBackpropInput",
    ({ inputs, attrs, backend }) => inputGradient(backend, inputs, attrs),
  );
}

interface Call<Input extends string, Attrs> {
  readonly inputs: Readonly<Record<Input, tf.Tensor>>;
  readonly attrs: Attrs;
  readonly backend: BackendWasm;
  /** What the stock kernel makes of this call. */
  readonly stock: () => tf.TensorInfo | tf.TensorInfo[];
}

/** Registers a kernel in place of the stock one, if there is one. */
function register<Input extends string, Attrs>(
  kernelName: string,
  compute: (call: Call<Input, Attrs>) => tf.TensorInfo | tf.TensorInfo[],
): void {
  const stock = tf.getKernel(kernelName, "wasm");
  if (stock !== undefined) tf.unregisterKernel(kernelName, "wasm");
  tf.registerKernel({
    ...(stock ?? { kernelName, backendName: "wasm" }),
    kernelFunc: (call) =>
      compute({ ...call as unknown as Call<Input, Attrs>, stock: () => stock!.kernelFunc(call) }),
  });
}

function columnSums(backend: BackendWasm, x: tf.TensorInfo): tf.Tensor {
  const columns = x.shape.at(-1)!;
  const result = blank(backend, [columns]);
  const values = valuesOf(backend, x);
  const sums = new Float64Array(columns);
  for (let row = 0; row < values.length; row += columns) {
    for (let i = 0; i < columns; i++) sums[i] += values[row + i];
  }
  valuesOf(backend, result).set(sums);
  return result;
}
