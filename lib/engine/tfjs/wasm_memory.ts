/**
 * Reading and writing the memory of tfjs' wasm backend.
 *
 * @module
 */

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

/**
 * The values of a float32 tensor, in place.
 *
 * Any op may let the memory grow, which empties every earlier view: take a new one after it. Write only to a tensor
 * that no op has read, as products and convolutions keep their right operand in a packed copy.
 *
 * @param backend the wasm backend
 * @param tensor on this backend
 * @returns a view, row-major
 */
export function valuesOf(backend: BackendWasm, tensor: tf.TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}

/**
 * A new float32 tensor, its values whatever the memory held before.
 *
 * @param backend the wasm backend
 * @param shape sizes of the axes
 * @returns the tensor, which the surrounding `tf.tidy()` disposes like any other
 */
export function blank(backend: BackendWasm, shape: readonly number[]): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(backend.makeOutput([...shape], "float32"));
}
