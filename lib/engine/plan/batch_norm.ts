/**
 * Batch norm with the leaky ReLU after it.
 *
 * @module
 */

import type { BatchNorm } from "../../model/record.ts";
import type { Buffer } from "./op.ts";
import { gradientBuffer, type Program } from "./program.ts";
import { channelRows, type LayerInput, type Lowered, rectified } from "./value.ts";

/**
 * Writes batch norm, by the statistics that the program has for it.
 *
 * @param program to write to
 * @param options the layer, its name and input, and the `slope` of a leaky ReLU that follows, 1 for none
 * @returns the output in the shape of the input; there is a way back from a batch's own statistics only
 */
export function batchNorm(
  program: Program,
  { layer: { momentum, epsilon }, slope, name, x }: LayerInput & {
    readonly layer: BatchNorm;
    readonly slope: number;
  },
): Lowered {
  const y = program.buffer(name, x.buffer.shape);
  const size = channelRows(program, x.shape);
  const channelled = {
    ...size,
    x: x.buffer,
    gamma: program.parameter(`${name}/gamma`),
    beta: program.parameter(`${name}/beta`),
  };
  const running = {
    mean: program.parameter(`${name}/mean`),
    variance: program.parameter(`${name}/variance`),
  };
  const output = { buffer: y, shape: x.shape, rectified: false, trained: true };
  if (program.statistics === "running") {
    program.ops.push({ kind: "normalise", ...channelled, ...running, y, epsilon, slope });
    return { y: output, backward: () => undefined };
  }

  const [mean, rate] = ["mean", "rate"].map((part) => program.buffer(`${name} ${part}`, [size.channels]));
  program.ops.push({
    kind: "batch-norm",
    ...channelled,
    y,
    mean,
    rate,
    ...(program.statistics === "moving" ? { running: { ...running, momentum } } : {}),
    epsilon,
    slope,
  });
  const backward = (dy: Buffer) => {
    const dx = x.trained ? gradientBuffer(program, x.buffer) : undefined;
    program.ops.push({
      kind: "batch-norm-gradient",
      ...channelled,
      y,
      mean,
      rate,
      slope,
      dy,
      ...(dx === undefined ? {} : { dx }),
      dGamma: program.gradient(`${name}/gamma`),
      dBeta: program.gradient(`${name}/beta`),
    });
    return dx && rectified(program, { x, dx });
  };
  return { y: output, backward };
}
