/**
 * Gradients of a training loss, on every backend.
 *
 * @module
 */

import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import type { Task } from "../../lib/engine/tfjs/latent.ts";
import { trainingNoise } from "../../lib/engine/tfjs/noise.ts";
import { exampleParts, lossGroups, trainingLoss } from "../../lib/engine/tfjs/objective.ts";
import { startBackend, type TfjsEngineName } from "../../lib/engine/tfjs/start.ts";
import { generator } from "../../lib/math/philox.ts";
import {
  initialParameters,
  initialStatistics,
  type Model,
  type Objective,
  parameterTable,
} from "../../lib/model/mod.ts";

/** Central differences of a float32 loss lose half its digits; of the root sum of squares over tensors, as terms cancel. */
const DIRECTIONAL_TOLERANCE = 1e-2;

/** Of a loss: two float32 steps, which a small difference of large losses is off by. */
const ROUNDING = 2 ** -22;

/** A loss to be differentiated. */
export interface Case {
  readonly model: Model;
  readonly rows: number;
  readonly objective?: Objective;
}

/** A maker of tensors of numbers within (−½, ½), the same on every engine. */
export function randomTensors(): (shape: readonly number[]) => tf.Tensor {
  const random = generator({ seed: 4, stream: "data" });
  return (shape) =>
    tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => random() - 0.5), [
      ...shape,
    ]);
}

/** Compares within `tolerance` of the largest expected value. */
export function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, { tolerance, what }: {
  tolerance: number;
  what: string;
}): void {
  assert.equal(actual.length, expected.length, what);
  const largest = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const worst = Array.from(expected).reduce(
    (most, value, i) => Math.max(most, Math.abs(value - actual[i])),
    0,
  );
  // Not >, so that NaN fails.
  assert.ok(worst <= tolerance * largest, `${what}: off by ${worst} where the largest is ${largest}`);
}

/** The noise of the first training step of an engine with seed 1. */
export function noiseOf(task: Task, rows: number): ReturnType<typeof trainingNoise> {
  return trainingNoise({ ...task, seed: 1 }, { step: 0, rows });
}

/** A loss of the trained arrays, on random examples, and the moved statistics of its last call. */
function lossOf({ model, rows, objective = { kind: "elbo", beta: 1 } }: Case, moved: Map<string, tf.Tensor>) {
  const task = { model, objective };
  const table = parameterTable(model);
  const random = randomTensors();
  const x = tf.sigmoid(tf.reshape(random([rows, ...model.input]), [rows, -1])) as tf.Tensor2D;
  const noise = noiseOf(task, rows);
  const statistics = Array.from(initialStatistics(model), ([name, values]) => [name, tf.tensor(values)]);
  return (...values: tf.Tensor[]): tf.Scalar => {
    const trained = Object.fromEntries(table.map(({ name }, i) => [name, values[i]]));
    const parameters = { ...trained, ...Object.fromEntries(statistics) };
    const parts = exampleParts(task, { x, ...noise, parameters, moved });
    return trainingLoss(task, { ...parts, kl: lossGroups(task, parts.kl), parameters });
  };
}

/** Every gradient and moved statistic of one training loss, by name. */
export async function lossGradients(engine: TfjsEngineName, given: Case): Promise<Map<string, Float32Array>> {
  await startBackend(engine);
  const table = parameterTable(given.model);
  const initial = initialParameters(given.model, { seed: 3 });
  const at = table.map(({ name, shape }) => tf.tensor(initial.get(name)!, [...shape]));
  const moved = new Map<string, tf.Tensor>();
  const { grads } = tf.valueAndGrads(lossOf(given, moved))(at);
  const named = [...table.map(({ name }, i) => [name, grads[i]] as const), ...moved];
  return new Map(
    await Promise.all(
      named.map(async ([name, tensor]) => [name, await tensor.data() as Float32Array] as const),
    ),
  );
}

/**
 * Compares the gradient along a random direction with the loss's central difference, on tfjs-cpu; the direction has
 * all parameters or those named in `along`.
 */
export async function assertDirectionalDerivative(
  given: Case,
  { h = 2e-3, along }: { h?: number; along?: readonly string[] } = {},
): Promise<void> {
  await startBackend("tfjs-cpu");
  const table = parameterTable(given.model);
  const initial = initialParameters(given.model, { seed: 3 });
  const random = randomTensors();
  // Gamma and beta start where all channels are alike: move everything a little.
  const at = table.map(({ name, shape }) =>
    tf.add(tf.tensor(initial.get(name)!, [...shape]), tf.mul(random(shape), 0.2))
  );
  const direction = table.map(({ name, shape }) =>
    along === undefined || along.includes(name) ? random(shape) : tf.zeros([...shape])
  );
  const loss = lossOf(given, new Map());
  const { grads } = tf.valueAndGrads(loss)(at);
  const terms = grads.map((g, i) => tf.sum(tf.mul(g, direction[i])).dataSync()[0]);
  const expected = terms.reduce((sum, term) => sum + term, 0);
  const lossAt = (t: number) => loss(...at.map((p, i) => tf.add(p, tf.mul(direction[i], t)))).dataSync()[0];
  const [above, below] = [lossAt(h), lossAt(-h)];
  const difference = (above - below) / (2 * h);
  const tolerance = DIRECTIONAL_TOLERANCE * Math.hypot(...terms) + ROUNDING * Math.abs(above) / h;
  assert.ok(Math.abs(difference - expected) < tolerance, `${difference} against ${expected}`);
}
