/**
 * Draws from the posterior, and their gradients.
 *
 * @module
 */

import * as multivariate from "../../math/multivariate_student_t.ts";
import { cosTwoPi, expm1Residual } from "../../math/special.ts";
import { polarSample } from "../../math/student_t.ts";
import { type Machine, type OpOf, reader, view } from "./machine.ts";

/** z = loc + factor · scale · t, t standard. */
export function draw(op: OpOf<"draw">, machine: Machine): void {
  const { rows, columns, joint, factor } = op;
  const [loc, scale, u, v, z] = [op.loc, op.scale, op.u, op.v, op.z].map((buffer) => view(machine, buffer));
  const keptT = op.t && view(machine, op.t);
  const keptDf = op.tDf && view(machine, op.tDf);
  const df = op.df && reader(machine, op.df);
  const pairs = u.length / rows;
  for (let row = 0; row < rows; row++) {
    const standard = joint
      ? jointT({ u: u.subarray(row * pairs, (row + 1) * pairs), v: v.subarray(row * pairs) }, {
        df: df!(row, 0),
        dimensions: columns,
      })
      : undefined;
    for (let column = 0; column < columns; column++) {
      const i = row * columns + column;
      const { value, dDf } = standard !== undefined
        ? { value: standard.value[column], dDf: standard.dDf[column] }
        : df !== undefined
        ? polarSample({ u: u[i], v: v[i] }, df(row, column))
        : { value: Math.sqrt(-2 * Math.log(u[i])) * cosTwoPi(v[i]), dDf: 0 };
      z[i] = loc[i] + factor * scale[i] * value;
      if (keptT !== undefined) keptT[i] = value;
      if (keptDf !== undefined) keptDf[i] = dDf;
    }
  }
}

/** dLoc += dz, dScale += dz · factor · t, dDf += dz · factor · scale · dt/d(df). */
export function drawGradient(op: OpOf<"draw-gradient">, machine: Machine): void {
  const { columns, joint, factor } = op;
  const [dz, t, scale] = [view(machine, op.dz), view(machine, op.t), view(machine, op.scale)];
  const [dLoc, dScale] = [view(machine, op.dLoc), view(machine, op.dScale)];
  const tDf = op.tDf && view(machine, op.tDf);
  const dDf = op.dDf && view(machine, op.dDf);
  dz.forEach((gradient, i) => {
    dLoc[i] += gradient;
    dScale[i] += gradient * factor * t[i];
    if (dDf === undefined || tDf === undefined) return;
    dDf[joint ? Math.floor(i / columns) : i] += gradient * factor * scale[i] * tDf[i];
  });
}

/**
 * A standard joint t by chained pairs, and its derivative in df at fixed uniforms.
 *
 * With xᵢ = −2 ln Uᵢ/(df + 2i), the radius of pair i is r = √(df (e^xᵢ − 1) e^(x₀ + … + xᵢ₋₁)), and
 * d ln r/d(df) = ½ (2i/(df (df + 2i)) − Σ xⱼ/(df + 2j) − (xᵢ/(1 − e^(−xᵢ)) − 1)/(df + 2i)), j < i.
 */
function jointT(
  { u, v }: { readonly u: Float64Array; readonly v: Float64Array },
  { df, dimensions }: { readonly df: number; readonly dimensions: number },
): { readonly value: Float64Array; readonly dDf: Float64Array } {
  const pairs = u.length;
  const value = multivariate.polarSample({ u, v: v.subarray(0, pairs) }, { df, dimensions });
  const dDf = new Float64Array(dimensions);
  let before = 0;
  for (let i = 0; i < pairs; i++) {
    const x = -2 * Math.log(u[i]) / (df + 2 * i);
    const growth = expm1Residual(-x) / -Math.expm1(-x);
    const rate = 0.5 * (2 * i / df / (df + 2 * i) - before - growth / (df + 2 * i));
    for (const j of [2 * i, 2 * i + 1]) if (j < dimensions) dDf[j] = value[j] * rate;
    before += x / (df + 2 * i);
  }
  return { value, dDf };
}
