/**
 * Training by plans on SIMD kernels in WebAssembly, on every core.
 *
 * @module
 */

import { learnedDf } from "../../model/degrees_of_freedom.ts";
import { initialParameters, initialStatistics } from "../../model/parameters.ts";
import { sizeOf } from "../../model/record.ts";
import type { Rows } from "../check_rows.ts";
import {
  type Engine,
  type EngineOptions,
  type EngineState,
  type Examples,
  type LogLikelihood,
  MAX_THREADS,
  type NamedTensor,
  type ObjectiveParts,
  type ObjectiveSums,
  type Posterior,
} from "../engine.ts";
import { guarded } from "../guarded.ts";
import { importanceWeighted } from "../importance.ts";
import { objectiveOf, objectiveParts } from "../objective_sums.ts";
import { programFlops } from "../plan/flops.ts";
import { lower } from "../plan/lower.ts";
import type { Buffer } from "../plan/op.ts";
import type { Plan } from "../plan/plan.ts";
import { stateBuffers } from "../plan/state_buffers.ts";
import { createDevice } from "./device.ts";
import { findMachine, type Machine } from "./start.ts";

/** FLOPs after which a call is to return, and steps: few enough to stop soon, enough for calling to cost nothing. */
const CALL_FLOPS = 5e9;
const CALL_STEPS = 8;

/**
 * Makes an engine with freshly initialised parameters.
 *
 * The same seed gives the same bits with any number of threads. Examples are copied once and used again as long as the
 * same array comes in, which must not change.
 *
 * @param options the model, how to train it, and on how many threads
 * @returns the engine; its threads live until `close()`
 * @throws {RangeError} if the objective has no plan, or a size, a parameter or the seed is out of range
 * @throws {TypeError} if a layer does not fit its input, or the decoder's output not the model's input
 * @throws {Error} if the machine cannot run it, with the reason and what to do
 */
export async function createWasmEngine(options: EngineOptions): Promise<Engine> {
  const { model, batchSize, seed } = options;
  const { latent } = model;
  const initial = new Map([...initialParameters(model, { seed }), ...initialStatistics(model)]);
  const plan = lower(options, batchSize);
  const machine = await findMachine();
  const device = await createDevice(plan, { machine, threads: threadCount(options, machine), seed });
  const stepFlops = programFlops(plan.train);
  const plans = new Map([[batchSize, plan]]);
  const stored = stateBuffers(model, plan);
  let step = 0;

  const planFor = (rows: number): Plan => {
    const known = plans.get(rows) ?? lower(options, rows);
    plans.set(rows, known);
    return known;
  };
  const copy = (buffer: Buffer): Float32Array => Float32Array.from(device.view(buffer));

  plan.constants.forEach(({ buffer, values }) => device.view(buffer).set(values));
  [...plan.parameters, ...plan.statistics].forEach((buffer) => {
    device.view(buffer).set(initial.get(buffer.name)!);
  });

  /** Runs a program on one batch after the other; `results` of each are copied to one array. */
  const gathered = async <T extends Readonly<Record<string, Buffer>>>(
    count: number,
    run: (start: number, end: number) => Promise<Plan>,
    results: (plan: Plan) => T,
  ): Promise<{ [K in keyof T]: Float32Array }> => {
    const joined = Object.entries(results(plan)).map(([key, { shape }]) =>
      [key, new Float32Array(count * sizeOf(shape) / batchSize)] as const
    );
    for (let start = 0; start < count; start += batchSize) {
      const on = await run(start, Math.min(start + batchSize, count));
      const buffers = results(on);
      for (const [key, array] of joined) {
        array.set(device.view(buffers[key]), start * array.length / count);
      }
    }
    return Object.fromEntries(joined) as { [K in keyof T]: Float32Array };
  };

  const onRows = (
    name: "measure" | "measureOnBatch" | "encode",
    { data, indices }: Rows,
  ) =>
  async (start: number, end: number) => {
    const on = planFor(end - start);
    await device.run(on, name, { data, indices: indices.subarray(start, end), step });
    return on;
  };

  const engine: Engine = {
    name: "wasm",
    device: machine.device,
    threads: device.threads,
    batchSize,
    stepsPerCall: Math.max(1, Math.min(CALL_STEPS, Math.floor(CALL_FLOPS / stepFlops))),
    get step() {
      return step;
    },

    /** Whole batches together, and then what is left. */
    async trainSteps(data: Examples, indices: Uint32Array): Promise<ObjectiveSums[]> {
      const whole = indices.length - indices.length % batchSize;
      const told: ObjectiveSums[] = [];
      for (const rows of [indices.subarray(0, whole), indices.subarray(whole)]) {
        if (rows.length === 0) continue;
        const on = planFor(Math.min(rows.length, batchSize));
        const batches = await device.run(on, "train", { data, indices: rows, step });
        step += batches.length;
        told.push(
          ...batches.map((sums) => objectiveOf(options, { ...sums, examples: on.rows }, { rows: on.rows })),
        );
      }
      return told;
    },

    async objectiveParts(
      data: Examples,
      indices: Uint32Array,
      { statistics = "running" }: { readonly statistics?: "running" | "batch" } = {},
    ): Promise<ObjectiveParts> {
      const name = statistics === "batch" ? "measureOnBatch" : "measure";
      const values = await gathered(
        indices.length,
        onRows(name, { data, indices }),
        ({ io: { reconstruction, kl, bound } }) => ({
          reconstruction,
          kl,
          ...(bound === undefined ? {} : { bound }),
        }),
      );
      return objectiveParts(options, values, { rows: batchSize });
    },

    logLikelihood(
      data: Examples,
      indices: Uint32Array,
      { samples }: { readonly samples: number },
    ): Promise<LogLikelihood> {
      const encode = onRows("encode", { data, indices });
      return importanceWeighted(
        { examples: indices.length, batchSize, samples },
        async function* (start, end) {
          const on = await encode(start, end);
          const rows = indices.subarray(start, end);
          for (let draw = 0; draw < samples; draw++) {
            await device.run(on, "weigh", { indices: rows, step: draw });
            yield { reconstruction: device.view(on.io.reconstruction), kl: device.view(on.io.kl) };
          }
        },
      );
    },

    async encode(data: Examples, indices: Uint32Array): Promise<Posterior> {
      const { loc, scale, df } = await gathered(
        indices.length,
        onRows("encode", { data, indices }),
        ({ io: { loc, scale, df } }) => ({
          loc,
          scale,
          ...(df === undefined ? {} : { df }),
        }),
      );
      const { factor } = plan.io;
      return {
        loc,
        scale: factor === 1 ? scale : scale.map((value) => factor * value),
        ...(df === undefined ? {} : { df }),
      };
    },

    async sampleLatent(data: Examples, indices: Uint32Array): Promise<Float32Array> {
      const run = onRows("encode", { data, indices });
      return (await gathered(indices.length, run, ({ io: { z } }) => ({ z }))).z;
    },

    async decode(latents: Float32Array): Promise<Float32Array> {
      const { size } = latent;
      const run = async (start: number, end: number) => {
        const on = planFor(end - start);
        device.view(on.io.z).set(latents.subarray(start * size, end * size));
        await device.run(on, "decode", { indices: new Uint32Array(), step });
        return on;
      };
      return (await gathered(latents.length / size, run, ({ io: { mean } }) => ({ mean }))).mean;
    },

    learnedDf(): Promise<Float32Array | undefined> {
      const parameter = plan.parameters.find(({ name }) => name === "latent/df");
      return Promise.resolve(learnedDf(latent, parameter && copy(parameter)));
    },

    exportState(): Promise<EngineState> {
      const tensors = new Map<string, NamedTensor>(
        stored.map((buffer) => [buffer.name, { shape: buffer.shape, data: copy(buffer) }]),
      );
      return Promise.resolve({ step, tensors });
    },

    importState(state: EngineState): Promise<void> {
      stored.forEach((buffer) => device.view(buffer).set(state.tensors.get(buffer.name)!.data));
      step = state.step;
      return Promise.resolve();
    },

    close(): Promise<void> {
      device.close();
      return Promise.resolve();
    },
  };
  return guarded(engine, options);
}

function threadCount({ threads }: EngineOptions, machine: Machine): number {
  return machine.threaded ? threads ?? Math.min(machine.threads, MAX_THREADS) : 1;
}
