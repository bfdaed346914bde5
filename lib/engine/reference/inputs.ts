/**
 * Where a batch's numbers come from: the data set and the noise.
 *
 * @module
 */

import { type NoiseKey, STREAM, type Stream, uniformPairs } from "../../math/philox.ts";
import { type Machine, type OpOf, view } from "./machine.ts";

/** x[i] = row indices[i], bytes divided by 255. */
export function gather({ x: to }: OpOf<"gather">, machine: Machine): void {
  const { data, indices } = machine;
  const width = to.shape[1];
  const x = view(machine, to);
  const unit = data instanceof Uint8Array ? 255 : 1;
  indices.forEach((row, i) => {
    for (let j = 0; j < width; j++) x[i * width + j] = data[row * width + j] / unit;
  });
}

/** u, v = words 0 and 1 of the block (row, step, stream, dimension + 2¹⁶ · draw). */
export function uniforms(op: OpOf<"uniforms">, machine: Machine): void {
  const { seed, step, indices } = machine;
  const draw = op.draw === "step" ? step : op.draw;
  const [rows, dimensions] = op.u.shape;
  const stream = streamOf(op.stream);
  const training = stream === "latent" || stream === "secondLatent";
  const key: NoiseKey = { seed, stream, draw, step: training ? step : 0 };
  const { u, v } = uniformPairs(key, { rows: training ? rows : indices, dimensions });
  view(machine, op.u).set(u);
  view(machine, op.v).set(v);
}

function streamOf(number: number): Stream {
  return (Object.keys(STREAM) as Stream[]).find((name) => STREAM[name] === number)!;
}
