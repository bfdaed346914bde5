/**
 * q(z|x) from the encoder's output, and the way back.
 *
 * @module
 */

import { dfCount, dfFloor, learnedDfFloor, priorDf } from "../../model/degrees_of_freedom.ts";
import { isJoint, POSTERIOR_SCALE_FLOOR } from "../../model/latent.ts";
import {
  type FixedDf,
  type Latent,
  type Model,
  type Objective,
  sizeOf,
  type StudentTLatent,
} from "../../model/record.ts";
import { type Affine, affine, affineGradients } from "./dense.ts";
import type { Buffer, DistributionGradient, Strided } from "./op.ts";
import type { Plan } from "./plan.ts";
import { gradientBuffer, type Program } from "./program.ts";
import type { Value } from "./value.ts";

/** q(z|x) and the prior's degrees of freedom, as the operations on them take them. */
export interface Posterior {
  readonly rows: number;
  readonly columns: number;
  /** Whether it is one multivariate t. */
  readonly joint: boolean;
  readonly loc: Buffer;
  /** The scale is `factor` times this. */
  readonly scale: Buffer;
  readonly factor: number;
  /** Absent for a normal, as is the prior's. */
  readonly df?: Strided;
  readonly priorDf?: Strided;
}

/** A posterior, and how to go back from it. */
export interface LoweredPosterior {
  readonly posterior: Posterior;
  /** New buffers for derivatives in its parameters, those in df where df move. */
  gradient(): DistributionGradient;
  /** Writes the gradients of the heads and of learned df; returns that in the encoder's output, if it is of use. */
  backward(gradient: DistributionGradient): Buffer | undefined;
}

/** Degrees of freedom while they are lowered: where they are, and the way back from their derivatives. */
interface LoweredDf {
  readonly df?: Strided;
  readonly priorDf?: Strided;
  /** A head of the encoder's whose output they are made of. */
  readonly head?: Head;
  /** What training moves, before softplus and floor. */
  readonly learned?: { readonly name: string; readonly count: number };
}

interface Head extends Affine {
  /** Its output. */
  readonly raw: Buffer;
}

/**
 * Writes loc = h · W₁ + b₁, scale = softplus(h · W₂ + b₂) + 1e-6 and the degrees of freedom that move.
 *
 * @param program to write to
 * @param options the encoder's output `hidden`, the `objective`, and where the results are to be
 * @returns the posterior
 */
export function posterior(
  program: Program,
  { hidden, objective, io }: {
    readonly hidden: Value;
    readonly objective: Objective;
    readonly io: Pick<Plan["io"], "loc" | "scale" | "df">;
  },
): LoweredPosterior {
  const { rows, model: { latent } } = program;
  const { size } = latent;
  affine(program, { name: "latent/loc", units: size, x: hidden, into: io.loc });
  const scale = head(program, { name: "latent/scale", units: size, hidden });
  program.ops.push({ kind: "softplus", x: scale.raw, y: io.scale, floor: POSTERIOR_SCALE_FLOOR });
  const { df, priorDf, ...moving } = degreesOfFreedom(program, { objective, hidden, into: io.df });
  const moves = moving.head !== undefined || moving.learned !== undefined;

  return {
    posterior: parts(program, { objective, io, df, priorDf }),
    gradient: () => ({
      loc: gradientBuffer(program, io.loc),
      scale: gradientBuffer(program, io.scale),
      ...(moves ? { df: program.buffer("gradient of df", [rows, isJoint(latent) ? 1 : size]) } : {}),
    }),
    backward(gradient) {
      const through = ({ raw, ...layer }: Head, dy: Buffer) => {
        const dx = gradientBuffer(program, raw);
        program.ops.push({ kind: "softplus-gradient", x: raw, dy, dx });
        return { ...layer, dy: dx };
      };
      const layers = [
        { name: "latent/loc", units: size, dy: gradient.loc },
        through(scale, gradient.scale),
        ...(moving.head === undefined ? [] : [through(moving.head, gradient.df!)]),
      ];
      if (moving.learned !== undefined) learnedDfGradient(program, { ...moving.learned, dDf: gradient.df! });
      return affineGradients(program, { layers, x: hidden });
    },
  };
}

/**
 * The same, of a batch that another program has encoded already.
 *
 * @param program to write to
 * @param options the `objective`, and where the results are
 * @returns the posterior
 */
export function encodedPosterior(
  program: Program,
  { objective, io }: {
    readonly objective: Objective;
    readonly io: Pick<Plan["io"], "loc" | "scale" | "df">;
  },
): Posterior {
  const { df, priorDf } = degreesOfFreedom(program, { objective, into: io.df });
  return parts(program, { objective, io, df, priorDf });
}

function parts(
  { rows, model }: Program,
  { objective, io: { loc, scale }, df, priorDf }: {
    readonly objective: Objective;
    readonly io: Pick<Plan["io"], "loc" | "scale">;
  } & Pick<Posterior, "df" | "priorDf">,
): Posterior {
  return {
    rows,
    columns: model.latent.size,
    joint: isJoint(model.latent),
    loc,
    scale,
    factor: posteriorFactor(model, objective),
    ...(df === undefined ? {} : { df, priorDf }),
  };
}

/**
 * What the encoder's scale is multiplied by: √(ν/(ν+n)) for the power divergence on x of n elements, else 1.
 *
 * Source: Kim et al. 2024, "t³-Variational autoencoder", equation 15.
 */
export function posteriorFactor({ latent, input }: Model, objective: Objective): number {
  if (objective.kind !== "t3") return 1;
  const df = fixedDf(latent);
  return Math.sqrt(df / (df + sizeOf(input)));
}

/**
 * Degrees of freedom that nothing moves.
 *
 * @param latent whose df are fixed, as those of a model for the power divergence are
 * @returns the number
 */
export function fixedDf(latent: Latent): number {
  return (latent as { readonly df: FixedDf }).df.fixed;
}

function head(
  program: Program,
  { name, units, hidden }: Affine & { readonly hidden: Value },
): Head {
  const raw = program.buffer(`${name} before softplus`, [program.rows, units]);
  return { name, units, raw: affine(program, { name, units, x: hidden, into: raw }) };
}

/** Without `hidden` amortised df are taken from where they were put `into`. */
function degreesOfFreedom(
  program: Program,
  { objective, hidden, into }: {
    readonly objective: Objective;
    readonly hidden?: Value;
    readonly into?: Buffer;
  },
): LoweredDf {
  const { latent, input } = program.model;
  if (latent.family === "gaussian") return {};
  const constant = (value: number) => repeated(program.constant("degrees of freedom", value));
  if (objective.kind === "t3") {
    const df = fixedDf(latent);
    return { df: constant(df + sizeOf(input)), priorDf: constant(df) };
  }
  const moving = movingDf(program, { latent, hidden, into });
  const df = moving.df ?? constant(fixedDf(latent));
  const prior = priorDf(latent);
  return { ...moving, df, priorDf: prior === "tied" ? df : constant(prior) };
}

function movingDf(
  program: Program,
  { latent, hidden, into }: {
    readonly latent: StudentTLatent;
    readonly hidden?: Value;
    readonly into?: Buffer;
  },
): LoweredDf {
  if ("fixed" in latent.df) return {};
  const name = "latent/df";
  const count = dfCount(latent);
  const columnStride = count === 1 ? 0 : 1;
  if ("learned" in latent.df) {
    const y = program.buffer("df", [count]);
    program.ops.push({ kind: "softplus", x: program.parameter(name), y, floor: learnedDfFloor(latent) });
    return { df: { buffer: y, rowStride: 0, columnStride }, learned: { name, count } };
  }
  const buffer = into ?? program.buffer("df", [program.rows, count]);
  const df = { buffer, rowStride: count, columnStride };
  if (hidden === undefined) return { df };
  const amortised = head(program, { name, units: count, hidden });
  program.ops.push({ kind: "softplus", x: amortised.raw, y: buffer, floor: dfFloor(latent) });
  return { df, head: amortised };
}

/** Derivatives in each row's df, and each coordinate's, summed over what has the same one. */
function learnedDfGradient(
  program: Program,
  { name, count, dDf }: { readonly name: string; readonly count: number; readonly dDf: Buffer },
): void {
  const sum = program.buffer("sum of gradients of df", [count]);
  program.ops.push(
    { kind: "sum-rows", x: dDf, y: sum, rows: sizeOf(dDf.shape) / count, columns: count },
    { kind: "softplus-gradient", x: program.parameter(name), dy: sum, dx: program.gradient(name) },
  );
}

function repeated(buffer: Buffer): Strided {
  return { buffer, rowStride: 0, columnStride: 0 };
}
