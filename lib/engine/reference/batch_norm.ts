/**
 * Batch norm with its leaky ReLU.
 *
 * @module
 */

import { type Machine, type OpOf, view } from "./machine.ts";

/** y = leaky(gamma · (x − mean)/√(variance + epsilon) + beta), mean and variance over the batch; running ones follow. */
export function batchNorm(
  { rows, channels, epsilon, slope, running, ...op }: OpOf<"batch-norm">,
  machine: Machine,
): void {
  const [x, y, gamma, beta] = [op.x, op.y, op.gamma, op.beta].map((buffer) => view(machine, buffer));
  const [mean, rate] = [view(machine, op.mean), view(machine, op.rate)];
  for (let c = 0; c < channels; c++) {
    let sum = 0, squares = 0;
    for (let i = c; i < rows * channels; i += channels) sum += x[i];
    mean[c] = sum / rows;
    for (let i = c; i < rows * channels; i += channels) squares += (x[i] - mean[c]) ** 2;
    const variance = squares / rows;
    rate[c] = 1 / Math.sqrt(variance + epsilon);
    for (let i = c; i < rows * channels; i += channels) {
      y[i] = leaky(gamma[c] * (x[i] - mean[c]) * rate[c] + beta[c], slope);
    }
    if (running === undefined) continue;
    const [runningMean, runningVariance] = [view(machine, running.mean), view(machine, running.variance)];
    runningMean[c] += (1 - running.momentum) * (mean[c] - runningMean[c]);
    runningVariance[c] += (1 - running.momentum) * (variance - runningVariance[c]);
  }
}

/** The same, of running statistics. */
export function normalise({ channels, epsilon, slope, ...op }: OpOf<"normalise">, machine: Machine): void {
  const [x, y, gamma, beta] = [op.x, op.y, op.gamma, op.beta].map((buffer) => view(machine, buffer));
  const [mean, variance] = [view(machine, op.mean), view(machine, op.variance)];
  x.forEach((value, i) => {
    const c = i % channels;
    const unit = (value - mean[c]) / Math.sqrt(variance[c] + epsilon);
    y[i] = leaky(gamma[c] * unit + beta[c], slope);
  });
}

/** dx = gamma · rate · (g − Σg/rows − w Σgw/rows), g = dy · leaky', w = (x − mean) · rate; dBeta = Σg, dGamma = Σgw. */
export function batchNormGradient(
  { rows, channels, slope, ...op }: OpOf<"batch-norm-gradient">,
  machine: Machine,
): void {
  const [x, y, dy, gamma] = [op.x, op.y, op.dy, op.gamma].map((buffer) => view(machine, buffer));
  const [mean, rate] = [view(machine, op.mean), view(machine, op.rate)];
  const [dGamma, dBeta] = [view(machine, op.dGamma), view(machine, op.dBeta)];
  const dx = op.dx && view(machine, op.dx);
  for (let c = 0; c < channels; c++) {
    const upstream = (i: number) => y[i] > 0 ? dy[i] : slope * dy[i];
    const unit = (i: number) => (x[i] - mean[c]) * rate[c];
    let sum = 0, product = 0;
    for (let i = c; i < rows * channels; i += channels) {
      sum += upstream(i);
      product += upstream(i) * unit(i);
    }
    dBeta[c] = sum;
    dGamma[c] = product;
    if (dx === undefined) continue;
    for (let i = c; i < rows * channels; i += channels) {
      dx[i] = gamma[c] * rate[c] * (upstream(i) - sum / rows - unit(i) * product / rows);
    }
  }
}

function leaky(x: number, slope: number): number {
  return x > 0 ? x : slope * x;
}
