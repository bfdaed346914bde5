/**
 * The divergence of the posterior from the prior: exact, or at one z; and free bits.
 *
 * @module
 */

import { klStudentTGradient } from "../../math/divergence.ts";
import { digammaDifference } from "../../math/special.ts";
import * as multivariate from "../../math/multivariate_student_t.ts";
import * as normal from "../../math/normal.ts";
import type { Divergence, LogRatio, Strided } from "../plan/op.ts";
import { type Machine, type OpOf, reader, view } from "./machine.ts";

/** The coordinates that one divergence is of: a row's where joint, else one. */
interface Group {
  /** Of its first coordinate. */
  readonly start: number;
  readonly loc: Float64Array;
  /** `factor` in it. */
  readonly scale: Float64Array;
  readonly df?: number;
  readonly priorDf?: number;
}

/** A divergence and its derivatives; that in df is of both where the prior is tied. */
interface Terms {
  readonly value: number;
  readonly loc: ArrayLike<number>;
  readonly scale: ArrayLike<number>;
  readonly df: number;
}

/** kl = KL(q ‖ p), the gradients weight · its derivatives. */
export function divergence(op: OpOf<"divergence">, machine: Machine): void {
  const tied = isTied(op);
  eachGroup(op, machine, ({ loc, scale, df, priorDf }) => {
    if (df === undefined) return klNormalTerms(loc, scale);
    const prior = tied ? undefined : { df: priorDf! };
    const terms = klStudentTGradient({ df, loc, scale, joint: true }, prior);
    return { ...terms, df: terms.df as number };
  });
}

/** kl = ln q(z) − ln p(z), the gradients and dz weight · its derivatives. */
export function logRatio(op: OpOf<"log-ratio">, machine: Machine): void {
  const z = view(machine, op.z);
  const dz = op.dz && view(machine, op.dz);
  const tied = isTied(op);
  eachGroup(op, machine, ({ start, loc, scale, df, priorDf }) => {
    const at = z.subarray(start, start + loc.length);
    const q = logDensity(at, { loc, scale, df });
    const p = logDensity(at, { loc: loc.map(() => 0), scale: loc.map(() => 1), df: priorDf });
    if (dz !== undefined) at.forEach((_, i) => dz[start + i] = op.weight * (q.x[i] - p.x[i]));
    return { ...q, value: q.value - p.value, df: tied ? q.df - p.df : q.df };
  });
}

/** Columns whose mean divergence is below the threshold have no gradient. */
export function freeBits({ rows, columns, threshold, ...op }: OpOf<"free-bits">, machine: Machine): void {
  const kl = view(machine, op.kl);
  const gradients = op.gradients.map((buffer) => view(machine, buffer));
  for (let column = 0; column < columns; column++) {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += kl[row * columns + column];
    if (!(sum / rows < threshold)) continue;
    for (const gradient of gradients) {
      // Of one column all: a joint divergence has the gradients of every coordinate.
      for (let i = column; i < gradient.length; i += columns) gradient[i] = 0;
    }
  }
}

function isTied({ df, priorDf }: { readonly df?: Strided; readonly priorDf?: Strided }): boolean {
  return df?.buffer === priorDf?.buffer;
}

function eachGroup(
  op: Divergence | LogRatio,
  machine: Machine,
  evaluate: (group: Group) => Terms,
): void {
  const { rows, columns, joint, factor, weight, gradient } = op;
  const [loc, scale, kl] = [view(machine, op.loc), view(machine, op.scale), view(machine, op.kl)];
  const df = op.df && reader(machine, op.df);
  const priorDf = op.priorDf && reader(machine, op.priorDf);
  const [dLoc, dScale, dDf] = [gradient?.loc, gradient?.scale, gradient?.df]
    .map((buffer) => buffer && view(machine, buffer));
  const size = joint ? columns : 1;
  for (let index = 0; index < rows * columns / size; index++) {
    const start = index * size;
    const [row, column] = [Math.floor(start / columns), start % columns];
    const terms = evaluate({
      start,
      loc: loc.slice(start, start + size),
      scale: scale.slice(start, start + size).map((s) => factor * s),
      df: df?.(row, column),
      priorDf: priorDf?.(row, column),
    });
    kl[index] = terms.value;
    if (dDf !== undefined) dDf[index] = weight * terms.df;
    if (dLoc === undefined || dScale === undefined) continue;
    for (let i = 0; i < size; i++) {
      dLoc[start + i] = weight * terms.loc[i];
      dScale[start + i] = weight * factor * terms.scale[i];
    }
  }
}

/** Σ (scale² + loc² − 1)/2 − ln scale. */
function klNormalTerms(loc: Float64Array, scale: Float64Array): Terms {
  const value = scale.reduce(
    (sum, s, i) => sum + 0.5 * ((s - 1) * (s + 1) + loc[i] ** 2) - Math.log(s),
    0,
  );
  return { value, loc, scale: scale.map((s) => s - 1 / s), df: 0 };
}

/**
 * ln of a joint t's density, or of independent normals', and its derivatives: with T = (x − loc)/scale, Q = Σ T² and
 * w = (df + d)/(df + Q), or 1 for normals,
 *
 *     d/dx = −w T/scale    d/d(loc) = w T/scale    d/d(scale) = (w T² − 1)/scale
 *     d/d(df) = (ψ((df+d)/2) − ψ(df/2) − d/df − ln(1 + Q/df) + w Q/df)/2
 */
function logDensity(
  x: Float64Array,
  { loc, scale, df }: Pick<Group, "loc" | "scale" | "df">,
): Terms & { readonly x: Float64Array } {
  const d = x.length;
  const t = x.map((value, i) => (value - loc[i]) / scale[i]);
  const square = t.reduce((sum, value) => sum + value * value, 0);
  const w = df === undefined ? 1 : (df + d) / (df + square);
  return {
    value: df === undefined
      ? x.reduce((sum, value, i) => sum + normal.logProb(value, { loc: loc[i], scale: scale[i] }), 0)
      : multivariate.logProb(x, { df, loc, scale }),
    x: t.map((value, i) => -w * value / scale[i]),
    loc: t.map((value, i) => w * value / scale[i]),
    scale: t.map((value, i) => (w * value * value - 1) / scale[i]),
    df: df === undefined
      ? 0
      : 0.5 * (digammaDifference(df / 2, d / 2) - d / df - Math.log1p(square / df) + w * square / df),
  };
}
