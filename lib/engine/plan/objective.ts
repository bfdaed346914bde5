/**
 * What training minimises, in the decoder's output and the posterior.
 *
 * @module
 */

import { t3Coefficients } from "../../math/divergence.ts";
import { isScaleLearned } from "../../model/learned_scale.ts";
import { lossWeights } from "../../model/loss_weights.ts";
import { type Likelihood, type Model, type Objective, SCALE_FLOOR, sizeOf } from "../../model/record.ts";
import type { Buffer, DistributionGradient } from "./op.ts";
import type { Plan } from "./plan.ts";
import { fixedDf, type Posterior } from "./posterior.ts";
import { gradientBuffer, type Program } from "./program.ts";
import { rectified, type Value } from "./value.ts";

/** An objective that has a plan. */
export type PlannedObjective = Exclude<Objective, { kind: "iwae" }>;

/** Where an objective finds what it is of. */
export interface ObjectiveInputs {
  readonly x: Buffer;
  /** Of the decoder. */
  readonly output: Value;
  readonly posterior: Posterior;
  readonly z: Buffer;
  readonly io: Pick<Plan["io"], "reconstruction" | "bound">;
}

/** How much each row's parts count. */
export interface RowWeights {
  /** Of the reconstruction, or the power divergence's bound. */
  readonly reconstruction: number;
  /** Of the divergence; undefined where the objective has none. */
  readonly kl?: number;
}

/**
 * Weights of each row's parts in the loss of its batch.
 *
 * @param objective what is optimised
 * @param batch `rows` in it, and `elements` of one example
 * @returns weights, the batch mean's 1/rows in them
 */
export function rowWeights(
  objective: PlannedObjective,
  batch: { readonly rows: number; readonly elements: number },
): RowWeights {
  if (objective.kind === "t3") return { reconstruction: 1 / batch.rows };
  const { reconstruction, kl } = lossWeights(objective, batch);
  return { reconstruction: reconstruction / batch.rows, kl: kl / batch.rows };
}

/**
 * Writes what is measured of each row's reconstruction, nothing trained.
 *
 * @param program to write to
 * @param options what is optimised, and its inputs
 */
export function measuredReconstruction(
  program: Program,
  { objective, ...inputs }: ObjectiveInputs & { readonly objective: PlannedObjective },
): void {
  if (objective.kind === "t3") t3(program, inputs);
  else likelihood(program, inputs);
}

/**
 * Writes −ln p(x|z) of each row in nats, whatever the objective minimises.
 *
 * @param program to write to
 * @param options what is optimised, and its inputs
 */
export function negativeLogLikelihood(
  program: Program,
  { objective, ...inputs }: ObjectiveInputs & { readonly objective: PlannedObjective },
): void {
  if (objective.kind === "t3") t3Likelihood(program, inputs);
  else likelihood(program, inputs);
}

/**
 * Writes the same and its gradient; the power divergence's in the posterior's parameters overwrites `gradient`.
 *
 * @param program to write to
 * @param options what is optimised, its inputs, and where derivatives in the posterior's parameters are gathered
 * @returns the gradient in the decoder's output
 */
export function trainedReconstruction(
  program: Program,
  { objective, gradient, ...inputs }: ObjectiveInputs & {
    readonly objective: PlannedObjective;
    readonly gradient: DistributionGradient;
  },
): Buffer {
  const { output } = inputs;
  const dOutput = gradientBuffer(program, output.buffer);
  const { reconstruction: weight } = rowWeights(objective, {
    rows: program.rows,
    elements: sizeOf(output.shape),
  });
  if (objective.kind === "t3") t3(program, { ...inputs, loss: { weight, dOutput, gradient } });
  else likelihood(program, { ...inputs, loss: { weight, dOutput } });
  return rectified(program, { x: output, dx: dOutput });
}

function likelihood(
  program: Program,
  { x, output, io, loss }: ObjectiveInputs & {
    readonly loss?: { readonly weight: number; readonly dOutput: Buffer };
  },
): void {
  const { rows, model: { likelihood } } = program;
  const scale = likelihoodScale(program, likelihood);
  const dScale = loss !== undefined && isScaleLearned(program.model)
    ? program.buffer("gradient of each row in the likelihood's scale", [rows])
    : undefined;
  program.ops.push({
    kind: "likelihood",
    family: likelihood.kind,
    rows,
    columns: sizeOf(output.shape),
    x,
    output: output.buffer,
    ...(scale === undefined ? {} : { scale }),
    ...(likelihood.kind === "student-t" ? { df: likelihood.df } : {}),
    reconstruction: io.reconstruction,
    weight: loss?.weight ?? 0,
    ...(loss === undefined ? {} : { dOutput: loss.dOutput }),
    ...(dScale === undefined ? {} : { dScale }),
  });
  if (dScale === undefined) return;
  const name = "likelihood/scale";
  const sum = program.buffer("gradient of the likelihood's scale", [1]);
  program.ops.push(
    { kind: "sum-rows", x: dScale, y: sum, rows, columns: 1 },
    { kind: "softplus-gradient", x: program.parameter(name), dy: sum, dx: program.gradient(name) },
  );
}

function likelihoodScale(program: Program, likelihood: Likelihood): Buffer | undefined {
  if (likelihood.kind === "bernoulli") return undefined;
  if (likelihood.scale !== "learned") return program.constant("likelihood's scale", likelihood.scale);
  const y = program.buffer("likelihood's scale", [1]);
  program.ops.push({ kind: "softplus", x: program.parameter("likelihood/scale"), y, floor: SCALE_FLOOR });
  return y;
}

/** The bound that is trained, and beside it the reconstruction of the model that it belongs to, in nats. */
function t3(
  program: Program,
  { loss, ...inputs }: ObjectiveInputs & {
    readonly loss?: {
      readonly weight: number;
      readonly dOutput: Buffer;
      readonly gradient: DistributionGradient;
    };
  },
): void {
  const { x, output, posterior, io } = inputs;
  const { rows, model } = program;
  const df = fixedDf(model.latent);
  const columns = sizeOf(output.shape);
  const latentColumns = posterior.columns;
  const scale = t3Scale(model);
  program.ops.push({
    kind: "t3",
    rows,
    columns,
    latentColumns,
    x,
    output: output.buffer,
    loc: posterior.loc,
    scale: posterior.scale,
    coefficients: t3Coefficients({ df, dataSize: columns, reconstructionScale: scale }, latentColumns),
    bound: io.bound!,
    weight: loss?.weight ?? 0,
    ...(loss === undefined
      ? {}
      : { dOutput: loss.dOutput, dLoc: loss.gradient.loc, dScale: loss.gradient.scale }),
  });
  t3Likelihood(program, inputs);
}

function t3Likelihood({ ops, rows, model }: Program, { x, output, posterior, z, io }: ObjectiveInputs): void {
  ops.push({
    kind: "t3-likelihood",
    rows,
    columns: sizeOf(output.shape),
    latentColumns: posterior.columns,
    x,
    output: output.buffer,
    z,
    df: fixedDf(model.latent),
    scale: t3Scale(model),
    reconstruction: io.reconstruction,
  });
}

function t3Scale({ likelihood }: Model): number {
  // checkObjective() has seen to it.
  return (likelihood as { readonly scale: number }).scale;
}
