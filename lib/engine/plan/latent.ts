/**
 * Draws from q(z|x), and its divergence from p(z).
 *
 * @module
 */

import { STREAM } from "../../math/philox.ts";
import type { Buffer, DistributionGradient, Uniforms } from "./op.ts";
import type { Posterior } from "./posterior.ts";
import type { Program } from "./program.ts";

/** Where a draw's uniforms come from. */
export interface NoiseSource {
  readonly stream: number;
  readonly draw: Uniforms["draw"];
}

/** Noise of the z that is decoded, and of one that the divergence has for itself. */
export const NOISE: Readonly<Record<"train" | "measure", readonly [NoiseSource, NoiseSource]>> = {
  train: [{ stream: STREAM.latent, draw: 0 }, { stream: STREAM.secondLatent, draw: 0 }],
  measure: [{ stream: STREAM.evaluation, draw: 0 }, { stream: STREAM.evaluation, draw: 1 }],
};

/** Noise of a z whose number is that of the step; the first is the one that `measure` decodes. */
export const NUMBERED_DRAW: NoiseSource = { stream: STREAM.evaluation, draw: "step" };

/** z ~ q(z|x), and what its gradient needs. */
export interface Sample {
  readonly z: Buffer;
  /** Adds the gradient in z to that in the posterior's parameters. */
  backward(dz: Buffer, gradient: DistributionGradient): void;
}

/**
 * Writes a draw from the posterior.
 *
 * @param program to write to
 * @param options the posterior, its `noise`, the buffer that receives `z`, and the `gradient` that is to come, if any
 * @returns the draw
 */
export function sample(
  program: Program,
  { of: { priorDf: _, ...posterior }, noise, z, gradient }: {
    readonly of: Posterior;
    readonly noise: NoiseSource;
    readonly z: Buffer;
    readonly gradient?: DistributionGradient;
  },
): Sample {
  const { rows, columns, joint, factor, scale } = posterior;
  const shape = [rows, joint ? Math.ceil(columns / 2) : columns];
  const [u, v] = ["u", "v"].map((name) => program.buffer(`${name} of ${z.name}`, shape));
  program.ops.push({ kind: "uniforms", ...noise, u, v });
  const kept = {
    ...(gradient === undefined ? {} : { t: program.buffer(`t of ${z.name}`, z.shape) }),
    ...(gradient?.df === undefined ? {} : { tDf: program.buffer(`dt/d(df) of ${z.name}`, z.shape) }),
  };
  program.ops.push({ kind: "draw", ...posterior, u, v, z, ...kept });
  return {
    z,
    backward(dz, { loc: dLoc, scale: dScale, df: dDf }) {
      program.ops.push({
        kind: "draw-gradient",
        rows,
        columns,
        joint,
        factor,
        dz,
        scale,
        dLoc,
        dScale,
        t: kept.t!,
        ...(dDf === undefined ? {} : { dDf, tDf: kept.tDf }),
      });
    },
  };
}

/** What of the divergence goes into the loss. */
export interface DivergenceLoss {
  /** Of each row's divergence. */
  readonly weight: number;
  /** Nats that each coordinate, or a joint latent as a whole, has for nothing; 0 for none. */
  readonly threshold: number;
  /** Receives derivatives in the posterior's parameters. */
  readonly gradient: DistributionGradient;
}

/**
 * Writes KL(q ‖ p) of each coordinate, or of each row of a joint latent: exactly, or at one z.
 *
 * @param program to write to
 * @param options whose divergence it is; `first`, the draw that is decoded, and the `noise` of one for the divergence
 *   alone, where it has one; where the values go; and what of the `loss` it is, if there is one
 * @returns writes what the divergence adds to the gradient, once that in the decoder's z, `dz`, is known
 */
export function divergence(
  program: Program,
  { of, first, noise, kl, loss }: {
    readonly of: Posterior;
    readonly first: Sample;
    readonly noise: NoiseSource;
    readonly kl: Buffer;
    readonly loss?: DivergenceLoss;
  },
): (dz: Buffer) => void {
  const { latent } = program.model;
  const parts = {
    ...of,
    kl,
    weight: loss?.weight ?? 0,
    ...(loss === undefined ? {} : { gradient: loss.gradient }),
  };
  if (latent.kl !== "monte-carlo") {
    program.ops.push({ kind: "divergence", ...parts });
    if (loss !== undefined) freeBits(program, { kl, ...loss });
    return () => {};
  }

  const own = latent.klSample === "second"
    ? sample(program, {
      of,
      noise,
      z: program.buffer("second z", first.z.shape),
      gradient: loss?.gradient,
    })
    : first;
  if (loss === undefined) {
    logRatio(program, { of, z: own.z, kl });
    return () => {};
  }
  const dz = program.buffer(`gradient of the divergence in ${own.z.name}`, own.z.shape);
  program.ops.push({ kind: "log-ratio", ...parts, z: own.z, dz });
  freeBits(program, { kl, dz, ...loss });
  return (decoderDz) => {
    if (own === first) program.ops.push({ kind: "add", x: dz, y: decoderDz });
    else own.backward(dz, loss.gradient);
  };
}

/**
 * Writes ln q(z) − ln p(z) of each coordinate, or of each row of a joint latent.
 *
 * @param program to write to
 * @param options the posterior, one `z` and where the values go
 */
export function logRatio(
  { ops }: Program,
  { of, z, kl }: { readonly of: Posterior; readonly z: Buffer; readonly kl: Buffer },
): void {
  ops.push({ kind: "log-ratio", ...of, z, kl, weight: 0 });
}

function freeBits(
  { ops }: Program,
  { kl, threshold, gradient, dz }: DivergenceLoss & { readonly kl: Buffer; readonly dz?: Buffer },
): void {
  if (threshold === 0) return;
  const gradients = [...Object.values(gradient) as Buffer[], ...(dz === undefined ? [] : [dz])];
  const [rows, columns] = kl.shape;
  ops.push({ kind: "free-bits", rows, columns, kl, threshold, gradients });
}
