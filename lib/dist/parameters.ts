/**
 * What distributions accept as parameters, and how it is checked.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";

/** A tensor of tfjs. */
export type Tensor = tf.Tensor;

/** A number, or a float32 tensor that broadcasts against the other parameters. */
export type Parameter = Tensor | number;

/** The parameter as a tensor; a number becomes a scalar, which the caller's `tf.tidy` frees. */
export function toTensor(parameter: Parameter): Tensor {
  return typeof parameter === "number" ? tf.scalar(parameter) : parameter;
}

/** Rejects a number that is not finite. Tensors hold their values on a device and are not looked at. */
export function requireFinite(value: Parameter, context: { action: string; name: string }): void {
  requireFloat32(value, context);
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new RangeError(`Cannot ${context.action}: ${context.name} must be finite, got ${value}`);
  }
}

/** Rejects a number that is not finite and positive. A tensor that is not so gives NaN or infinite results. */
export function requirePositive(value: Parameter, context: { action: string; name: string }): void {
  requireFloat32(value, context);
  if (typeof value === "number" && !(value > 0 && Number.isFinite(value))) {
    throw new RangeError(`Cannot ${context.action}: ${context.name} must be finite and > 0, got ${value}`);
  }
}

function requireFloat32(value: Parameter, { action, name }: { action: string; name: string }): void {
  if (typeof value !== "number" && value.dtype !== "float32") {
    throw new TypeError(`Cannot ${action}: ${name} must be a float32 tensor, got ${value.dtype}`);
  }
}

/**
 * The shape that parameters, or shapes, broadcast to together.
 *
 * @throws {TypeError} if they do not
 */
export function broadcastShape(
  parameters: Readonly<Record<string, Parameter | readonly number[]>>,
  action: string,
): number[] {
  const shapes = Object.values(parameters).map(shapeOf);
  try {
    return shapes.reduce((a, b) => tf.broadcast_util.assertAndGetBroadcastShape(a, b), []);
  } catch {
    const listed = Object.keys(parameters).map((name, i) => `${name} [${shapes[i].join(", ")}]`).join(", ");
    throw new TypeError(`Cannot ${action}: shapes do not broadcast together: ${listed}`);
  }
}

function shapeOf(parameter: Parameter | readonly number[]): number[] {
  if (typeof parameter === "number") return [];
  return "shape" in parameter ? parameter.shape : [...parameter];
}
