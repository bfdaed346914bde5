/**
 * An engine that runs plans in float64, slowly: to test others by, not to train with.
 *
 * @module
 */

import { learnedDf } from "../../model/degrees_of_freedom.ts";
import { initialParameters, initialStatistics } from "../../model/parameters.ts";
import type { Rows } from "../check_rows.ts";
import type {
  Engine,
  EngineOptions,
  EngineState,
  Examples,
  LogLikelihood,
  NamedTensor,
  ObjectiveParts,
  ObjectiveSums,
  Posterior,
} from "../engine.ts";
import { guarded } from "../guarded.ts";
import { importanceWeighted } from "../importance.ts";
import { objectiveParts, objectiveSums } from "../objective_sums.ts";
import { lower } from "../plan/lower.ts";
import type { Buffer } from "../plan/op.ts";
import type { Plan } from "../plan/plan.ts";
import { stateBuffers } from "../plan/state_buffers.ts";
import { execute } from "./execute.ts";
import { view } from "./machine.ts";

/** Programs that start from rows of the data set. */
type OnData = "train" | "measure" | "measureOnBatch" | "encode";

/**
 * Makes an engine with freshly initialised parameters.
 *
 * A step computes in float64; what it leaves behind is rounded to float32, as other engines store it, so that a state
 * that was exported and imported goes on with the same bits.
 *
 * @param options the model and how to train it
 * @returns the engine
 * @throws {RangeError} if the objective has no plan, or a size, a parameter or the seed is out of range
 * @throws {TypeError} if a layer does not fit its input, or the decoder's output not the model's input
 */
export function createReferenceEngine(options: EngineOptions): Engine {
  const { model, batchSize, seed } = options;
  const latentSize = model.latent.size;
  const plans = new Map<number, Plan>();
  let arena = new Float64Array(0);
  let step = 0;

  /** The plan for a batch of this size, and room for it: what plans share stays where it is. */
  const planFor = (rows: number): Plan => {
    const plan = plans.get(rows) ?? lower(options, rows);
    plans.set(rows, plan);
    if (arena.length < plan.size) {
      const larger = new Float64Array(plan.size);
      larger.set(arena);
      arena = larger;
    }
    return plan;
  };
  const plan = planFor(batchSize);
  const { parameters, statistics, constants, sharedSize, io: { factor } } = plan;
  const stored = stateBuffers(model, plan);
  const at = (buffer: Buffer) => view({ arena }, buffer);

  constants.forEach(({ buffer, values }) => at(buffer).set(values));
  const initial = new Map([...initialParameters(model, { seed }), ...initialStatistics(model)]);
  [...parameters, ...statistics].forEach((buffer) => at(buffer).set(initial.get(buffer.name)!));

  /** Runs a program on consecutive batches; `results` of each are copied. */
  const onRows = <T>(
    { data, indices, program }: Rows & { readonly program: OnData },
    results: (plan: Plan) => T,
  ): T[] => {
    const batches: T[] = [];
    for (let start = 0; start < indices.length; start += batchSize) {
      const rows = indices.subarray(start, start + batchSize);
      const plan = planFor(rows.length);
      execute(plan[program], { arena, data, indices: rows, seed, step });
      batches.push(results(plan));
      if (program !== "train") continue;
      step++;
      for (let i = 0; i < sharedSize; i++) arena[i] = Math.fround(arena[i]);
    }
    return batches;
  };

  const copy = (buffer: Buffer) => Float32Array.from(at(buffer));
  const values = ({ io: { reconstruction, kl, bound } }: Plan) => ({
    reconstruction: copy(reconstruction),
    kl: copy(kl),
    ...(bound === undefined ? {} : { bound: copy(bound) }),
  });

  const engine: Engine = {
    name: "reference",
    device: "this processor, in float64",
    threads: 1,
    batchSize,
    stepsPerCall: 1,
    get step() {
      return step;
    },

    trainSteps(data: Examples, indices: Uint32Array): Promise<ObjectiveSums[]> {
      return settled(() =>
        onRows({ data, indices, program: "train" }, values).map((batch) =>
          objectiveSums(options, batch, { rows: batch.reconstruction.length })
        )
      );
    },

    objectiveParts(
      data: Examples,
      indices: Uint32Array,
      { statistics = "running" }: { readonly statistics?: "running" | "batch" } = {},
    ): Promise<ObjectiveParts> {
      return settled(() => {
        const program = statistics === "batch" ? "measureOnBatch" : "measure";
        const batches = onRows({ data, indices, program }, values);
        const bounds = batches.flatMap(({ bound }) => bound ?? []);
        return objectiveParts(options, {
          reconstruction: joined(batches.map(({ reconstruction }) => reconstruction)),
          kl: joined(batches.map(({ kl }) => kl)),
          ...(bounds.length === 0 ? {} : { bound: joined(bounds) }),
        }, { rows: batchSize });
      });
    },

    logLikelihood(
      data: Examples,
      indices: Uint32Array,
      { samples }: { readonly samples: number },
    ): Promise<LogLikelihood> {
      return importanceWeighted(
        { examples: indices.length, batchSize, samples },
        async function* (start, end) {
          const machine = { arena, data, indices: indices.subarray(start, end), seed };
          const plan = planFor(end - start);
          execute(plan.encode, { ...machine, step });
          for (let draw = 0; draw < samples; draw++) {
            execute(plan.weigh, { ...machine, step: draw });
            yield values(plan);
          }
        },
      );
    },

    encode(data: Examples, indices: Uint32Array): Promise<Posterior> {
      return settled(() => {
        const batches = onRows({ data, indices, program: "encode" }, ({ io: { loc, scale, df } }) => ({
          loc: copy(loc),
          scale: copy(scale).map((value) => factor * value),
          df: df && copy(df),
        }));
        const dfs = batches.flatMap(({ df }) => df ?? []);
        return {
          loc: joined(batches.map(({ loc }) => loc)),
          scale: joined(batches.map(({ scale }) => scale)),
          ...(dfs.length === 0 ? {} : { df: joined(dfs) }),
        };
      });
    },

    sampleLatent(data: Examples, indices: Uint32Array): Promise<Float32Array> {
      return settled(() => joined(onRows({ data, indices, program: "encode" }, ({ io: { z } }) => copy(z))));
    },

    decode(latent: Float32Array): Promise<Float32Array> {
      return settled(() => {
        const batches: Float32Array[] = [];
        for (let start = 0; start < latent.length; start += batchSize * latentSize) {
          const z = latent.subarray(start, start + batchSize * latentSize);
          const plan = planFor(z.length / latentSize);
          at(plan.io.z).set(z);
          execute(plan.decode, { arena, data: z, indices: new Uint32Array(), seed, step });
          batches.push(copy(plan.io.mean));
        }
        return joined(batches);
      });
    },

    learnedDf(): Promise<Float32Array | undefined> {
      return settled(() => {
        const parameter = parameters.find(({ name }) => name === "latent/df");
        return learnedDf(model.latent, parameter && copy(parameter));
      });
    },

    exportState(): Promise<EngineState> {
      return settled(() => ({
        step,
        tensors: new Map<string, NamedTensor>(
          stored.map((buffer) => [buffer.name, { shape: buffer.shape, data: copy(buffer) }]),
        ),
      }));
    },

    importState(state: EngineState): Promise<void> {
      return settled(() => {
        stored.forEach((buffer) => at(buffer).set(state.tensors.get(buffer.name)!.data));
        step = state.step;
      });
    },

    close(): Promise<void> {
      plans.clear();
      arena = new Float64Array(0);
      return Promise.resolve();
    },
  };
  return guarded(engine, options);
}

/** What `work` gives or throws, as a promise. */
// deno-lint-ignore require-await
async function settled<T>(work: () => T): Promise<T> {
  return work();
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
