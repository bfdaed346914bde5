/**
 * What happens to elements one by one.
 *
 * @module
 */

import { type Kernel, sigmoid as logistic, softplus as softplusOf, view } from "./machine.ts";

/** y = x where x > 0, else slope · x. */
export const leakyRelu: Kernel<"leaky-relu"> = ({ slope, ...op }, machine) => {
  const [x, y] = [view(machine, op.x), view(machine, op.y)];
  x.forEach((value, i) => y[i] = value > 0 ? value : slope * value);
};

/** dx = dy where x > 0, else slope · dy. */
export const leakyReluGradient: Kernel<"leaky-relu-gradient"> = ({ slope, ...op }, machine) => {
  const [x, dy, dx] = [view(machine, op.x), view(machine, op.dy), view(machine, op.dx)];
  x.forEach((value, i) => dx[i] = value > 0 ? dy[i] : slope * dy[i]);
};

/** y = floor + ln(1 + e^x). */
export const softplus: Kernel<"softplus"> = ({ floor, ...op }, machine) => {
  const [x, y] = [view(machine, op.x), view(machine, op.y)];
  x.forEach((value, i) => y[i] = floor + softplusOf(value));
};

/** dx = dy / (1 + e^(−x)). */
export const softplusGradient: Kernel<"softplus-gradient"> = (op, machine) => {
  const [x, dy, dx] = [view(machine, op.x), view(machine, op.dy), view(machine, op.dx)];
  x.forEach((value, i) => dx[i] = dy[i] * logistic(value));
};

/** y = 1/(1 + e^(−x)). */
export const sigmoid: Kernel<"sigmoid"> = (op, machine) => {
  const [x, y] = [view(machine, op.x), view(machine, op.y)];
  x.forEach((value, i) => y[i] = logistic(value));
};

/** y += x. */
export const add: Kernel<"add"> = (op, machine) => {
  const [x, y] = [view(machine, op.x), view(machine, op.y)];
  x.forEach((value, i) => y[i] += value);
};
