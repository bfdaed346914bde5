/**
 * Registers a test once per tfjs backend; an absent backend's test is visibly ignored.
 *
 * @module
 */

import assert from "node:assert/strict";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";

const BACKENDS = ["cpu", "wasm", "webgpu"] as const;

/** The backends whose tensors can be read in the middle of a computation. */
export const HOST_BACKENDS: readonly Backend[] = ["cpu", "wasm"];

type Backend = typeof BACKENDS[number];

// Without a Vulkan driver Deno would fall back to OpenGL, where a shader takes a minute to compile.
if (Deno.env.get("DENO_WEBGPU_BACKEND") === undefined) {
  Deno.env.set("DENO_WEBGPU_BACKEND", "vulkan,metal,dx12");
}
// Small tensors would otherwise be computed on the cpu backend.
tf.env().set("WEBGPU_CPU_FORWARD", false);
setWasmPaths(new URL("./", import.meta.resolve("@tensorflow/tfjs-backend-wasm")).pathname);

const absent = new Map<string, string>();
for (const backend of BACKENDS) {
  const hasDevice = backend !== "webgpu" || await navigator.gpu?.requestAdapter();
  if (hasDevice && await tf.setBackend(backend)) continue;
  const reason = hasDevice ? "tfjs cannot start it" : "this machine offers no WebGPU adapter";
  // Continuous integration installs a software adapter and must not lose its tests to a broken installation.
  if (backend !== "webgpu" || Deno.env.get("TVAE_REQUIRE_WEBGPU") === "1") {
    throw new Error(`Cannot test on tfjs' ${backend} backend: ${reason}`);
  }
  absent.set(backend, reason);
}

/** A test for each backend, all unless told, which also fails if it leaves tensors behind. */
export function backendTest(
  name: string,
  f: () => Promise<void>,
  { on = BACKENDS }: { readonly on?: readonly Backend[] } = {},
): void {
  for (const backend of on) {
    const reason = absent.get(backend);
    Deno.test({
      name: `${backend}: ${name}${reason === undefined ? "" : ` (${reason})`}`,
      ignore: reason !== undefined,
      async fn() {
        assert.ok(await tf.setBackend(backend));
        const before = tf.memory().numTensors;
        await f();
        assert.equal(tf.memory().numTensors, before, "tensors left behind");
      },
    });
  }
}

/** The values of the tensors that `f` makes, which are then freed. */
export async function read(f: () => tf.Tensor | tf.Tensor[]): Promise<Float32Array[]> {
  const tensors = tf.tidy(f);
  const values = await Promise.all([tensors].flat().map((tensor) => tensor.data()));
  tf.dispose(tensors);
  return values as Float32Array[];
}

/**
 * An elementwise function and its derivative in each argument, for columns of arguments.
 *
 * @returns the values and then one array for each argument
 */
export function readWithGradients(
  columns: readonly (readonly number[])[],
  f: (...columns: tf.Tensor[]) => tf.Tensor,
): Promise<Float32Array[]> {
  return read(() => {
    const inputs = columns.map((column) => tf.tensor1d([...column]));
    let value: tf.Tensor | undefined;
    const total = (...inputs: tf.Tensor[]) => {
      value = tf.keep(f(...inputs)); // valueAndGrads frees all but its own results
      return tf.sum(value) as tf.Scalar;
    };
    const { grads } = tf.valueAndGrads(total)(inputs);
    return [value!, ...grads];
  });
}

/** Columns of a table given as rows. */
export function transpose(rows: readonly (readonly number[])[]): number[][] {
  return rows[0].map((_, column) => rows.map((row) => row[column]));
}

/** Each |actual - expected| <= tolerance max(floor, |expected|), where the floor is 1 unless given. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: readonly number[],
  { tolerance, floor = 1 }: { tolerance: number; floor?: number | readonly number[] },
): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, i) => {
    const unit = Math.max(typeof floor === "number" ? floor : floor[i], Math.abs(value));
    const error = Math.abs(actual[i] - value) / unit;
    assert.ok(
      Object.is(actual[i], value) || error <= tolerance,
      `element ${i}: got ${actual[i]}, expected ${value}, off by ${error} of ${unit}`,
    );
  });
}
