/**
 * Training on tfjs' stock backends, with tfjs' automatic differentiation.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { uniformPair } from "../../dist/mod.ts";
import type { NoiseKey } from "../../math/philox.ts";
import { lossWeights } from "../../model/loss_weights.ts";
import { initialParameters, initialStatistics, parameterTable } from "../../model/parameters.ts";
import { sizeOf } from "../../model/record.ts";
import type {
  Engine,
  EngineOptions,
  EngineState,
  Examples,
  NamedTensor,
  ObjectiveSums,
  Posterior,
  TfjsEngineName,
} from "../engine.ts";
import { checkState, stateNames } from "../state.ts";
import { adamUpdate, type Slot } from "./adam.ts";
import { decode, encode, type Parameters } from "./network.ts";
import { type BatchInputs, likelihoodMean, negativeElboParts, trainingLoss } from "./objective.ts";
import { startBackend } from "./start.ts";

/** Reading a result back from a GPU costs as much as several steps; on the processor it is free. */
const STEPS_PER_CALL = { webgpu: 8, wasm: 1, cpu: 1 } as const;

/**
 * Makes an engine with freshly initialised parameters.
 *
 * tfjs has one current backend for the whole program, so every function of the engine makes its own current first.
 * Sums over examples are taken in float64, outside tfjs.
 *
 * @param name which backend
 * @param options the model and how to train it
 * @returns the engine; its tensors live until `close()`
 * @throws {RangeError} if a size, a parameter or the seed is out of range
 * @throws {TypeError} if a layer does not fit its input, or the decoder's output not the model's input
 * @throws {Error} if the backend cannot start, with the reason and what to do
 */
export async function createTfjsEngine(name: TfjsEngineName, options: EngineOptions): Promise<Engine> {
  const { model, objective, optimizer, batchSize, seed } = options;
  const backend = await startBackend(name);
  const table = parameterTable(model);
  const inputSize = sizeOf(model.input);
  const latentSize = model.latent.size;

  const initial = initialParameters(model, { seed });
  let step = 0;
  let slots = await backend.run((): Slot[] =>
    table.map(({ name, shape }) => ({
      value: tf.tensor(initial.get(name)!, [...shape]),
      m: tf.zeros([...shape]),
      v: tf.zeros([...shape]),
    }))
  );

  let running = await backend.run(() =>
    new Map(Array.from(initialStatistics(model), ([name, values]) => [name, tf.tensor(values)]))
  );

  const named = (values: readonly tf.Tensor[]): Parameters => ({
    ...Object.fromEntries(table.map(({ name }, i) => [name, values[i]])),
    ...Object.fromEntries(running),
  });
  const parameters = () => named(slots.map((slot) => slot.value));

  /** Values of tensors, which are freed. */
  const read = async (tensors: tf.Tensor[]): Promise<Float32Array[]> => {
    try {
      return await Promise.all(tensors.map((tensor) => tensor.data<"float32">()));
    } finally {
      tf.dispose(tensors);
    }
  };

  /** `f` on consecutive batches of rows, its tensors read back and each joined to one array. */
  const inBatches = (rows: number, f: (start: number, end: number) => tf.Tensor[]): Promise<Float32Array[]> =>
    backend.run(async () => {
      let joined: Float32Array[] | undefined;
      for (let start = 0; start < rows; start += batchSize) {
        const end = Math.min(start + batchSize, rows);
        const parts = await read(tf.tidy(() => f(start, end)));
        joined ??= parts.map((part) => new Float32Array(part.length / (end - start) * rows));
        parts.forEach((part, i) => joined![i].set(part, part.length / (end - start) * start));
      }
      return joined ?? [];
    });

  /** The second key's noise too, where the divergence has a sample of its own. */
  const noises = (
    [first, second]: readonly Omit<NoiseKey, "seed">[],
    rows: number | Uint32Array,
  ): Pick<BatchInputs, "noise" | "secondNoise"> => {
    const uniforms = (key: Omit<NoiseKey, "seed">) =>
      uniformPair({ seed, ...key }, { rows, dimensions: latentSize });
    return {
      noise: uniforms(first),
      ...(model.latent.klSample === "second" ? { secondNoise: uniforms(second) } : {}),
    };
  };

  /** `f` on the chosen rows of `data`, batch by batch; a row's evaluation noise depends on its index alone. */
  const onRows = (
    { data, indices }: { data: Examples; indices: Uint32Array },
    f: (batch: BatchInputs) => tf.Tensor[],
  ): Promise<Float32Array[]> =>
    inBatches(indices.length, (start, end) => {
      const rows = indices.subarray(start, end);
      const x = tf.tensor2d(gather(data, { rows, width: inputSize }), [rows.length, inputSize]);
      const uniforms = noises([{ stream: "evaluation" }, { stream: "evaluation", draw: 1 }], rows);
      return f({ x, ...uniforms, parameters: parameters() });
    });

  /** One optimiser step; returns each example's reconstruction and KL, kept until read. */
  const trainBatch = (x: Float32Array): tf.Tensor1D[] => {
    const rows = x.length / inputSize;
    const parts: tf.Tensor1D[] = [];
    const moved = new Map<string, tf.Tensor>();
    const updated = tf.tidy(() => {
      const batch = tf.tensor2d(x, [rows, inputSize]);
      const uniforms = noises([{ stream: "latent", step }, { stream: "secondLatent", step }], rows);
      const loss = (...values: tf.Tensor[]): tf.Scalar => {
        const parameters = named(values);
        const elbo = negativeElboParts(model, { x: batch, ...uniforms, parameters, moved });
        const { reconstruction } = elbo;
        const divergence = tf.sum(elbo.klPerDimension, 1) as tf.Tensor1D;
        parts.push(tf.keep(tf.clone(reconstruction)), tf.keep(tf.clone(divergence)));
        return trainingLoss(model, { reconstruction, divergence }, { objective, parameters });
      };
      const { grads } = tf.valueAndGrads(loss)(slots.map((slot) => slot.value));
      step++;
      return slots.map((slot, i) =>
        adamUpdate(slot, { gradient: grads[i], step, learningRate: optimizer.learningRate })
      );
    });
    tf.dispose([...slots, ...running.values()]);
    slots = updated;
    running = moved;
    return parts;
  };

  /** Sums in float64, example by example: a float32 sum over a batch would lose digits. */
  const sums = (
    [reconstruction, divergence]: readonly (Float32Array | Float64Array)[],
    rows: number,
  ): ObjectiveSums => {
    const [r, k] = [total(reconstruction), total(divergence)];
    const weights = lossWeights(objective, { rows, elements: inputSize });
    const beta = weights.kl / weights.reconstruction;
    return { examples: reconstruction.length, loss: r + beta * k, reconstruction: r, kl: k };
  };

  return {
    name,
    device: backend.device,
    threads: 1,
    batchSize,
    stepsPerCall: STEPS_PER_CALL[backend.name],
    get step() {
      return step;
    },

    trainSteps(data: Examples, indices: Uint32Array): Promise<ObjectiveSums[]> {
      return backend.run(async () => {
        const parts: tf.Tensor1D[] = [];
        for (let start = 0; start < indices.length; start += batchSize) {
          const rows = indices.subarray(start, start + batchSize);
          parts.push(...trainBatch(gather(data, { rows, width: inputSize })));
        }
        const values = await read(parts);
        return Array.from(
          { length: values.length / 2 },
          (_, i) => sums(values.slice(2 * i, 2 * i + 2), values[2 * i].length),
        );
      });
    },

    async objectiveParts(data: Examples, indices: Uint32Array, { statistics = "running" } = {}) {
      const [reconstruction, klPerDimension] = await onRows({ data, indices }, (batch) => {
        const moved = statistics === "batch" ? new Map<string, tf.Tensor>() : undefined;
        const parts = negativeElboParts(model, { ...batch, moved });
        if (moved !== undefined) tf.dispose([...moved.values()]);
        return [parts.reconstruction, parts.klPerDimension];
      });
      const perDimension = new Float64Array(latentSize);
      klPerDimension.forEach((value, i) => perDimension[i % latentSize] += value);
      return { ...sums([reconstruction, perDimension], batchSize), klPerDimension: perDimension };
    },

    async encode(data: Examples, indices: Uint32Array): Promise<Posterior> {
      const [loc, scale] = await onRows({ data, indices }, (batch) => {
        const posterior = encode(model, batch);
        return [posterior.loc, posterior.scale] as tf.Tensor[];
      });
      return { loc, scale };
    },

    async sampleLatent(data: Examples, indices: Uint32Array): Promise<Float32Array> {
      const [z] = await onRows({ data, indices }, (batch) => [encode(model, batch).rsample(batch.noise)]);
      return z;
    },

    async decode(latent: Float32Array) {
      const [mean] = await inBatches(latent.length / latentSize, (start, end) => {
        const z = tf.tensor2d(latent.slice(start * latentSize, end * latentSize), [end - start, latentSize]);
        return [likelihoodMean(model.likelihood, decode(model, { z, parameters: parameters() }))];
      });
      return mean;
    },

    exportState(): Promise<EngineState> {
      return backend.run(async () => {
        const tensors = new Map<string, NamedTensor>();
        for (const [i, parameter] of table.entries()) {
          const { value, m, v } = slots[i];
          const data = await read([tf.clone(value), tf.clone(m), tf.clone(v)]);
          stateNames(parameter).forEach((name, k) =>
            tensors.set(name, { shape: parameter.shape, data: Float32Array.from(data[k]) })
          );
        }
        for (const [name, statistic] of running) {
          tensors.set(name, { shape: statistic.shape, data: Float32Array.from(await statistic.data()) });
        }
        return { step, tensors };
      });
    },

    async importState(state: EngineState): Promise<void> {
      checkState(state, model);
      const tensor = (name: string): tf.Tensor => {
        const { data, shape } = state.tensors.get(name)!;
        return tf.tensor(data.slice(), [...shape]);
      };
      await backend.run(() => {
        tf.dispose([...slots, ...running.values()]);
        slots = table.map((parameter) => {
          const [value, m, v] = stateNames(parameter).map(tensor);
          return { value, m, v };
        });
        running = new Map(Array.from(running.keys(), (name) => [name, tensor(name)]));
        step = state.step;
      });
    },

    close(): Promise<void> {
      tf.dispose([...slots, ...running.values()]);
      slots = [];
      running = new Map();
      return Promise.resolve();
    },
  };
}

function total(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** Rows of `data` as numbers: 8-bit pixels divided by 255, float values as they are. */
function gather(data: Examples, { rows, width }: { rows: Uint32Array; width: number }): Float32Array {
  const batch = new Float32Array(rows.length * width);
  rows.forEach((row, i) => batch.set(data.subarray(row * width, (row + 1) * width), i * width));
  if (data instanceof Uint8Array) { for (let i = 0; i < batch.length; i++) batch[i] /= 255; }
  return batch;
}
