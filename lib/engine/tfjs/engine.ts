/**
 * Training on tfjs' stock backends, with tfjs' automatic differentiation.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { initialParameters, initialStatistics, parameterTable } from "../../model/parameters.ts";
import { sizeOf } from "../../model/record.ts";
import type { Rows } from "../check_rows.ts";
import type {
  Engine,
  EngineOptions,
  EngineState,
  Examples,
  ExampleValues,
  LogLikelihood,
  NamedTensor,
  ObjectiveSums,
  Posterior,
} from "../engine.ts";
import { guarded } from "../guarded.ts";
import { importanceWeighted } from "../importance.ts";
import { objectiveParts, objectiveSums } from "../objective_sums.ts";
import { stateNames } from "../state.ts";
import { adamUpdate, clipped, type Slot } from "./adam.ts";
import { learnedDf, posterior } from "./latent.ts";
import { likelihoodMean } from "./likelihood.ts";
import { decode, type Parameters } from "./network.ts";
import { evaluationDraw, evaluationNoise, trainingNoise } from "./noise.ts";
import {
  type BatchInputs,
  type ExampleParts,
  exampleParts,
  lossGroups,
  trainingLoss,
  weightParts,
} from "./objective.ts";
import { startBackend, type TfjsEngineName } from "./start.ts";

/** Reading a result back from a GPU costs as much as several steps; on the processor it is free. */
const STEPS_PER_CALL = { webgpu: 8, wasm: 1, cpu: 1 } as const;

/** Draws of a log-likelihood for one encoding, and one reading back. */
const DRAWS_PER_CALL = 16;

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
  const { model, optimizer, batchSize, seed } = options;
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

  const batchOf = (data: Examples, rows: Uint32Array): Pick<BatchInputs, "x" | "parameters"> => ({
    x: tf.tensor2d(gather(data, { rows, width: inputSize }), [rows.length, inputSize]),
    parameters: parameters(),
  });

  /** `f` on the chosen rows of `data`, batch by batch. */
  const onRows = (
    { data, indices }: Rows,
    f: (batch: Pick<BatchInputs, "x" | "parameters">, rows: Uint32Array) => tf.Tensor[],
  ): Promise<Float32Array[]> =>
    inBatches(indices.length, (start, end) => {
      const rows = indices.subarray(start, end);
      return f(batchOf(data, rows), rows);
    });

  /** One optimiser step; returns the parts of each example, kept until read. */
  const trainBatch = (x: Float32Array): tf.Tensor[] => {
    const rows = x.length / inputSize;
    const told: tf.Tensor[] = [];
    const moved = new Map<string, tf.Tensor>();
    const updated = tf.tidy(() => {
      const batch = tf.tensor2d(x, [rows, inputSize]);
      const noise = trainingNoise(options, { step, rows });
      const loss = (...values: tf.Tensor[]): tf.Scalar => {
        const parameters = named(values);
        const parts = exampleParts(options, { x: batch, ...noise, parameters, moved });
        const grouped = { ...parts, kl: lossGroups(options, parts.kl) };
        told.push(...list(grouped).map((tensor) => tf.keep(tf.clone(tensor))));
        return trainingLoss(options, { ...grouped, parameters, l2: optimizer.l2 });
      };
      const { grads } = tf.valueAndGrads(loss)(slots.map((slot) => slot.value));
      const gradients = clipped(grads, optimizer.clipNorm);
      step++;
      return slots.map((slot, i) =>
        adamUpdate(slot, { gradient: gradients[i], step, learningRate: optimizer.learningRate })
      );
    });
    tf.dispose([...slots, ...running.values()]);
    slots = updated;
    running = moved;
    return told;
  };

  const engine: Engine = {
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
        const told: tf.Tensor[][] = [];
        for (let start = 0; start < indices.length; start += batchSize) {
          const rows = indices.subarray(start, start + batchSize);
          told.push(trainBatch(gather(data, { rows, width: inputSize })));
        }
        const values = await read(told.flat());
        return told.map((parts) => {
          const batch = namedValues(values.splice(0, parts.length));
          return objectiveSums(options, batch, { rows: batch.reconstruction.length });
        });
      });
    },

    async objectiveParts(data: Examples, indices: Uint32Array, { statistics = "running" } = {}) {
      const values = await onRows({ data, indices }, (batch, rows) => {
        const moved = statistics === "batch" ? new Map<string, tf.Tensor>() : undefined;
        const parts = exampleParts(options, { ...batch, ...evaluationNoise(options, rows), moved });
        if (moved !== undefined) tf.dispose([...moved.values()]);
        return list(parts);
      });
      return objectiveParts(options, namedValues(values), { rows: batchSize });
    },

    logLikelihood(
      data: Examples,
      indices: Uint32Array,
      { samples }: { readonly samples: number },
    ): Promise<LogLikelihood> {
      return importanceWeighted(
        { examples: indices.length, batchSize, samples },
        async function* (start, end) {
          const rows = indices.subarray(start, end);
          for (let first = 0; first < samples; first += DRAWS_PER_CALL) {
            const count = Math.min(DRAWS_PER_CALL, samples - first);
            const weigh = () => {
              const batch = batchOf(data, rows);
              const q = posterior(options, batch);
              return Array.from({ length: count }, (_, i) =>
                tf.tidy(() => {
                  const noise = evaluationDraw(options, { rows, draw: first + i });
                  return list(weightParts(options, { ...batch, q, noise }));
                }));
            };
            const values = await backend.run(() => read(tf.tidy(() => weigh().flat())));
            for (let i = 0; i < count; i++) yield namedValues(values.splice(0, 2));
          }
        },
      );
    },

    async encode(data: Examples, indices: Uint32Array): Promise<Posterior> {
      const amortised = model.latent.family === "student-t" && "amortised" in model.latent.df;
      const [loc, scale, df] = await onRows({ data, indices }, (batch) => {
        const q = posterior(options, batch);
        return [q.loc, q.scale, ...(amortised && q.family !== "normal" ? [q.df] : [])] as tf.Tensor[];
      });
      return { loc, scale, ...(amortised ? { df } : {}) };
    },

    async sampleLatent(data: Examples, indices: Uint32Array): Promise<Float32Array> {
      const [z] = await onRows(
        { data, indices },
        (batch, rows) => [posterior(options, batch).rsample(evaluationDraw(options, { rows }))],
      );
      return z;
    },

    async decode(latent: Float32Array) {
      const [mean] = await inBatches(latent.length / latentSize, (start, end) => {
        const z = tf.tensor2d(latent.slice(start * latentSize, end * latentSize), [end - start, latentSize]);
        return [likelihoodMean(model.likelihood, decode(model, { z, parameters: parameters() }))];
      });
      return mean;
    },

    learnedDf(): Promise<Float32Array | undefined> {
      return backend.run(async () => {
        const df = tf.tidy(() => learnedDf(model.latent, parameters()));
        return df && (await read([df]))[0];
      });
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
  return guarded(engine, options);
}

function list({ reconstruction, kl, bound }: ExampleParts): tf.Tensor[] {
  return [reconstruction, kl, ...(bound === undefined ? [] : [bound])];
}

/** The values of what {@linkcode list} has, in its order. */
function namedValues([reconstruction, kl, bound]: readonly Float32Array[]): ExampleValues {
  return { reconstruction, kl, ...(bound === undefined ? {} : { bound }) };
}

/** Rows of `data` as numbers: 8-bit pixels divided by 255, float values as they are. */
function gather(data: Examples, { rows, width }: { rows: Uint32Array; width: number }): Float32Array {
  const batch = new Float32Array(rows.length * width);
  rows.forEach((row, i) => batch.set(data.subarray(row * width, (row + 1) * width), i * width));
  if (data instanceof Uint8Array) { for (let i = 0; i < batch.length; i++) batch[i] /= 255; }
  return batch;
}
