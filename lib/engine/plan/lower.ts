/**
 * From a model and its objective to a plan.
 *
 * @module
 */

import { checkObjective } from "../../model/check_objective.ts";
import { dfCount } from "../../model/degrees_of_freedom.ts";
import { isJoint } from "../../model/latent.ts";
import { freeNats } from "../../model/loss_weights.ts";
import { parameterTable } from "../../model/parameters.ts";
import { type Model, type Objective, sizeOf } from "../../model/record.ts";
import type { Optimizer } from "../engine.ts";
import { placeApart, placeByLifetime, type SharedArena, sharedArena, type Unplaced } from "./arena.ts";
import { divergence, logRatio, NOISE, NUMBERED_DRAW, sample } from "./latent.ts";
import { network } from "./layers.ts";
import {
  measuredReconstruction,
  negativeLogLikelihood,
  type PlannedObjective,
  rowWeights,
  trainedReconstruction,
} from "./objective.ts";
import type { Buffer } from "./op.ts";
import type { Plan } from "./plan.ts";
import { encodedPosterior, posterior, posteriorFactor } from "./posterior.ts";
import { beginProgram, type Program, type Statistics } from "./program.ts";
import type { Value } from "./value.ts";

/** What is trained, and how. */
export interface Task {
  /** The record. */
  readonly model: Model;
  /** What training optimises; `iwae` has no plan. */
  readonly objective: Objective;
  /** How parameters follow gradients. */
  readonly optimizer: Optimizer;
}

/** Inputs and results but for what only decoding makes. */
type Pinned = Omit<Plan["io"], "mean" | "factor">;

/**
 * Lowers a model to the operations of a training step, of measuring, encoding, weighing and decoding, and lays out their arena.
 *
 * The same task and rows give the same plan. Plans of one task for other numbers of rows differ in their work region
 * only.
 *
 * @param task the model, its objective and optimiser
 * @param rows examples in the batch, a positive integer
 * @returns the plan
 * @throws {RangeError} if the objective has no plan or no meaning for the model, or rows, a size or a parameter is out
 *   of range
 * @throws {TypeError} if a layer does not fit its input, or the decoder's output not the model's input
 *
 * @example
 * ```ts
 * import { lower } from "./lower.ts";
 * import { fc } from "../../model/presets.ts";
 * import assert from "node:assert/strict";
 *
 * const plan = lower({
 *   model: fc({
 *     input: [28, 28],
 *     latent: { family: "student-t", size: 3, df: { fixed: 5 }, kl: "exact" },
 *     likelihood: { kind: "bernoulli" },
 *   }),
 *   objective: { kind: "elbo", beta: 1 },
 *   optimizer: { learningRate: 5e-4 },
 * }, 512);
 * assert.deepEqual(plan.decode.map(({ kind }) => kind), ["product", "product", "product", "product", "sigmoid"]);
 * ```
 */
export function lower({ model, objective, optimizer }: Task, rows: number): Plan {
  if (!Number.isSafeInteger(rows) || rows < 1) {
    throw new RangeError(`Cannot lower model ${model.name}: rows must be a positive integer, got ${rows}`);
  }
  if (objective.kind === "iwae") {
    throw new RangeError(
      "Cannot lower objective iwae: a plan takes one draw for each example, and it needs samples, got " +
        `${objective.samples}; use --backend tfjs-wasm`,
    );
  }
  const arena = sharedArena(model);
  checkObjective(model, objective);
  const pinned: Unplaced[] = [];
  const io = pinnedBuffers({ model, objective, rows }, (name, shape) => {
    const buffer = { name, offset: -1, shape };
    pinned.push(buffer);
    return buffer;
  });
  const begin = (statistics: Statistics) => beginProgram(arena, { model, rows, statistics });
  const programs = {
    train: trainProgram(begin("moving"), { objective, optimizer, arena, io }),
    measure: measureProgram(begin("running"), { objective, io }),
    measureOnBatch: measureProgram(begin("batch"), { objective, io }),
    encode: encodeProgram(begin("running"), { objective, io }),
    weigh: weighProgram(begin("running"), { objective, io }),
  };
  const decode = decodeProgram(begin("running"), io.z);

  const shared = arena.regions();
  const sharedSize = shared.constants.offset + shared.constants.size;
  const start = placeApart(pinned, sharedSize);
  const ends = [...Object.values(programs), decode.program].map(({ ops, work }) =>
    placeByLifetime(ops, { buffers: work, kept: [decode.mean], start })
  );
  const size = Math.max(...ends);
  return {
    rows,
    train: programs.train.ops,
    measure: programs.measure.ops,
    measureOnBatch: programs.measureOnBatch.ops,
    encode: programs.encode.ops,
    weigh: programs.weigh.ops,
    decode: decode.program.ops,
    size,
    sharedSize,
    regions: { ...shared, work: { offset: sharedSize, size: size - sharedSize } },
    parameters: arena.parameters,
    all: arena.all,
    statistics: arena.statistics,
    constants: arena.constants,
    io: { ...io, factor: posteriorFactor(model, objective), mean: decode.mean },
  };
}

function pinnedBuffers(
  { model: { input, latent }, objective, rows }: Pick<Task, "model" | "objective"> & {
    readonly rows: number;
  },
  buffer: (name: string, shape: readonly number[]) => Buffer,
): Pinned {
  const { size } = latent;
  return {
    x: buffer("x", [rows, sizeOf(input)]),
    z: buffer("z", [rows, size]),
    loc: buffer("loc", [rows, size]),
    scale: buffer("scale", [rows, size]),
    ...(latent.family === "student-t" && "amortised" in latent.df
      ? { df: buffer("df", [rows, dfCount(latent)]) }
      : {}),
    reconstruction: buffer("reconstruction", [rows]),
    kl: buffer("kl", [rows, isJoint(latent) ? 1 : size]),
    ...(objective.kind === "t3" ? { bound: buffer("bound", [rows]) } : {}),
  };
}

/** What all programs but decoding begin with: from rows of the data set to q(z|x). */
function inference(program: Program, { objective, io }: { objective: PlannedObjective; io: Pinned }) {
  const { input } = program.model;
  program.ops.push({ kind: "gather", x: io.x });
  const x: Value = { buffer: io.x, shape: input, rectified: false, trained: false };
  const encoder = network(program, { part: "encoder", x });
  return { encoder, ...posterior(program, { hidden: encoder.y, objective, io }) };
}

function decoder(program: Program, z: Buffer) {
  const { size } = program.model.latent;
  return network(program, {
    part: "decoder",
    x: { buffer: z, shape: [size], rectified: false, trained: true },
  });
}

function trainProgram(
  program: Program,
  { objective, optimizer, arena, io }: {
    readonly objective: PlannedObjective;
    readonly optimizer: Optimizer;
    readonly arena: SharedArena;
    readonly io: Pinned;
  },
): Program {
  const { model, rows } = program;
  const [noise, secondNoise] = NOISE.train;
  const { encoder, posterior, ...latent } = inference(program, { objective, io });
  const gradient = latent.gradient();
  const drawn = sample(program, { of: posterior, noise, z: io.z, gradient });
  const { y: output, backward } = decoder(program, io.z);

  const { kl: weight } = rowWeights(objective, { rows, elements: sizeOf(model.input) });
  const loss = weight === undefined
    ? undefined
    : { weight, threshold: freeNats(objective, model.latent), gradient };
  const addDivergence = divergence(program, {
    of: posterior,
    first: drawn,
    noise: secondNoise,
    kl: io.kl,
    loss,
  });
  const dOutput = trainedReconstruction(program, {
    objective,
    x: io.x,
    output,
    posterior,
    z: io.z,
    io,
    gradient,
  });
  const dz = backward(dOutput)!;
  addDivergence(dz);
  drawn.backward(dz, gradient);
  const dHidden = latent.backward(gradient);
  if (dHidden !== undefined) encoder.backward(dHidden);
  update(program, { optimizer, arena });
  return program;
}

function update(
  { ops, model, parameter, gradient }: Program,
  { optimizer: { learningRate, clipNorm, l2: l2OfAll = 0 }, arena: { all } }: {
    readonly optimizer: Optimizer;
    readonly arena: SharedArena;
  },
): void {
  for (const { name, l2: ownL2 = 0 } of parameterTable(model)) {
    const l2 = ownL2 + l2OfAll;
    if (l2 !== 0) ops.push({ kind: "decay", value: parameter(name), gradient: gradient(name), l2 });
  }
  if (clipNorm !== undefined) ops.push({ kind: "clip", gradient: all.gradient, norm: clipNorm });
  ops.push({ kind: "adam", ...all, learningRate });
}

function measureProgram(
  program: Program,
  { objective, io }: { readonly objective: PlannedObjective; readonly io: Pinned },
): Program {
  const [noise, secondNoise] = NOISE.measure;
  const { posterior } = inference(program, { objective, io });
  const drawn = sample(program, { of: posterior, noise, z: io.z });
  const { y: output } = decoder(program, io.z);
  divergence(program, { of: posterior, first: drawn, noise: secondNoise, kl: io.kl });
  measuredReconstruction(program, { objective, x: io.x, output, posterior, z: io.z, io });
  return program;
}

function encodeProgram(
  program: Program,
  { objective, io }: { readonly objective: PlannedObjective; readonly io: Pinned },
): Program {
  const { posterior } = inference(program, { objective, io });
  sample(program, { of: posterior, noise: NOISE.measure[0], z: io.z });
  return program;
}

function weighProgram(
  program: Program,
  { objective, io }: { readonly objective: PlannedObjective; readonly io: Pinned },
): Program {
  const { z } = io;
  const posterior = encodedPosterior(program, { objective, io });
  sample(program, { of: posterior, noise: NUMBERED_DRAW, z });
  const { y: output } = decoder(program, z);
  logRatio(program, { of: posterior, z, kl: io.kl });
  negativeLogLikelihood(program, { objective, x: io.x, output, posterior, z, io });
  return program;
}

function decodeProgram(program: Program, z: Buffer): { readonly program: Program; readonly mean: Buffer } {
  const { y: { buffer } } = decoder(program, z);
  if (program.model.likelihood.kind !== "bernoulli") return { program, mean: buffer };
  const mean = program.buffer("mean", buffer.shape);
  program.ops.push({ kind: "sigmoid", x: buffer, y: mean });
  return { program, mean };
}
