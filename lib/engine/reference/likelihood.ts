/**
 * What the decoder's output says of the data: the likelihoods, and the power divergence.
 *
 * @module
 */

import * as multivariate from "../../math/multivariate_student_t.ts";
import * as normal from "../../math/normal.ts";
import * as studentT from "../../math/student_t.ts";
import type { Likelihood } from "../plan/op.ts";
import { softplus } from "../../model/degrees_of_freedom.ts";
import { type Machine, type OpOf, sigmoid, view } from "./machine.ts";

/** reconstruction = −Σ ln p(x|output); dOutput and dScale weight · its derivatives. */
export function likelihood(op: OpOf<"likelihood">, machine: Machine): void {
  const { rows, columns, weight } = op;
  const [x, output] = [view(machine, op.x), view(machine, op.output)];
  const reconstruction = view(machine, op.reconstruction);
  const dOutput = op.dOutput && view(machine, op.dOutput);
  const dScale = op.dScale && view(machine, op.dScale);
  const scale = op.scale === undefined ? 1 : view(machine, op.scale)[0];
  for (let row = 0; row < rows; row++) {
    let sum = 0, sumDScale = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      const terms = negativeLogProb(op, { x: x[i], output: output[i], scale });
      sum += terms.value;
      sumDScale += terms.dScale;
      if (dOutput !== undefined) dOutput[i] = weight * terms.dOutput;
    }
    reconstruction[row] = sum;
    if (dScale !== undefined) dScale[row] = weight * sumDScale;
  }
}

/** −ln p of one element, and its derivatives in the output and in the scale. */
function negativeLogProb(
  { family, df = 0 }: Likelihood,
  { x, output, scale }: { readonly x: number; readonly output: number; readonly scale: number },
): { readonly value: number; readonly dOutput: number; readonly dScale: number } {
  if (family === "bernoulli") {
    return { value: softplus(output) - x * output, dOutput: sigmoid(output) - x, dScale: 0 };
  }
  const t = (x - output) / scale;
  const w = family === "gaussian" ? 1 : (df + 1) / (df + t * t);
  const at = { loc: output, scale };
  const logProb = family === "gaussian" ? normal.logProb(x, at) : studentT.logProb(x, { df, ...at });
  return { value: -logProb, dOutput: -w * t / scale, dScale: (1 - w * t * t) / scale };
}

/** bound = |x − output|²/s² + |loc|² + a Σ scale² − c − b·expm1(w), w = p (Σ ln scale − shift), and its derivatives. */
export function t3(op: OpOf<"t3">, machine: Machine): void {
  const { rows, columns, latentColumns, weight } = op;
  const { reconstructionScale, a, b, c, p, shift } = op.coefficients;
  const [x, output, loc, scale] = [op.x, op.output, op.loc, op.scale].map((buffer) => view(machine, buffer));
  const bound = view(machine, op.bound);
  const [dOutput, dLoc, dScale] = [op.dOutput, op.dLoc, op.dScale]
    .map((buffer) => buffer && view(machine, buffer));
  for (let row = 0; row < rows; row++) {
    let sum = -c, logScale = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      const residual = (x[i] - output[i]) / reconstructionScale;
      sum += residual * residual;
      if (dOutput !== undefined) dOutput[i] = -2 * weight * residual / reconstructionScale;
    }
    const latents = Array.from({ length: latentColumns }, (_, i) => row * latentColumns + i);
    for (const i of latents) {
      sum += loc[i] ** 2 + a * scale[i] ** 2;
      logScale += Math.log(scale[i]);
    }
    const w = p * (logScale - shift);
    bound[row] = sum - b * Math.expm1(w);
    for (const i of latents) {
      if (dLoc !== undefined) dLoc[i] = 2 * weight * loc[i];
      if (dScale !== undefined) dScale[i] = weight * (2 * a * scale[i] - b * p * Math.exp(w) / scale[i]);
    }
  }
}

/** reconstruction = −ln of a joint t around the output, of df + m and scale s √((df + |z|²)/(df + m)). */
export function t3Likelihood(op: OpOf<"t3-likelihood">, machine: Machine): void {
  const { rows, columns, latentColumns, df } = op;
  const [x, output, z] = [view(machine, op.x), view(machine, op.output), view(machine, op.z)];
  const reconstruction = view(machine, op.reconstruction);
  for (let row = 0; row < rows; row++) {
    const part = (values: Float64Array, width: number) => values.subarray(row * width, (row + 1) * width);
    const square = part(z, latentColumns).reduce((sum, value) => sum + value * value, 0);
    const scale = op.scale * Math.sqrt((df + square) / (df + latentColumns));
    reconstruction[row] = -multivariate.logProb(part(x, columns), {
      df: df + latentColumns,
      loc: part(output, columns),
      scale: new Float64Array(columns).fill(scale),
    });
  }
}
