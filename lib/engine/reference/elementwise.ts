/**
 * What happens to elements one by one.
 *
 * @module
 */

import { softplus as softplusOf } from "../../model/degrees_of_freedom.ts";
import { type Machine, type OpOf, sigmoid as logistic, view } from "./machine.ts";

/** y = x where x > 0, else slope · x. */
export function leakyRelu({ slope, ...op }: OpOf<"leaky-relu">, machine: Machine): void {
  const [x, y] = [view(machine, op.x), view(machine, op.y)];
  x.forEach((value, i) => y[i] = value > 0 ? value : slope * value);
}

/** dx = dy where x > 0, else slope · dy. */
export function leakyReluGradient({ slope, ...op }: OpOf<"leaky-relu-gradient">, machine: Machine): void {
  const [x, dy, dx] = [view(machine, op.x), view(machine, op.dy), view(machine, op.dx)];
  x.forEach((value, i) => dx[i] = value > 0 ? dy[i] : slope * dy[i]);
}

/** y = floor + ln(1 + e^x). */
export function softplus({ floor, ...op }: OpOf<"softplus">, machine: Machine): void {
  const [x, y] = [view(machine, op.x), view(machine, op.y)];
  x.forEach((value, i) => y[i] = floor + softplusOf(value));
}

/** dx = dy / (1 + e^(−x)). */
export function softplusGradient(op: OpOf<"softplus-gradient">, machine: Machine): void {
  const [x, dy, dx] = [view(machine, op.x), view(machine, op.dy), view(machine, op.dx)];
  x.forEach((value, i) => dx[i] = dy[i] * logistic(value));
}

/** y = 1/(1 + e^(−x)). */
export function sigmoid(op: OpOf<"sigmoid">, machine: Machine): void {
  const [x, y] = [view(machine, op.x), view(machine, op.y)];
  x.forEach((value, i) => y[i] = logistic(value));
}

/** y += x. */
export function add(op: OpOf<"add">, machine: Machine): void {
  const [x, y] = [view(machine, op.x), view(machine, op.y)];
  x.forEach((value, i) => y[i] += value);
}
