/**
 * Matrix products and convolutions.
 *
 * @module
 */

import type { Buffer, Geometry } from "../plan/op.ts";
import { type Machine, type OpOf, view } from "./machine.ts";

/** c = op(a) · op(b), or c + op(a) · op(b), then + bias, ReLU or mask. */
export function product(op: OpOf<"product">, machine: Machine): void {
  const { m, n, k } = op;
  const [a, b, c] = [view(machine, op.a), view(machine, op.b), view(machine, op.c)];
  const bias = op.bias && view(machine, op.bias);
  const mask = op.mask && view(machine, op.mask);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = (op.accumulate ? c[i * n + j] : 0) + (bias?.[j] ?? 0);
      for (let p = 0; p < k; p++) {
        sum += a[op.transposeA ? p * m + i : i * k + p] * b[op.transposeB ? j * k + p : p * n + j];
      }
      if (op.relu) sum = Math.max(sum, 0);
      c[i * n + j] = mask !== undefined && !(mask[i * n + j] > 0) ? 0 : sum;
    }
  }
}

/** y[column] = Σ over rows of x[row, column]. */
export function sumRows({ rows, columns, ...op }: OpOf<"sum-rows">, machine: Machine): void {
  const [x, y] = [view(machine, op.x), view(machine, op.y)];
  y.fill(0);
  for (let i = 0; i < rows * columns; i++) y[i % columns] += x[i];
}

/** small[p, o] = Σ over taps and channels i of large[q, i] · kernel[tap, i, o], + bias, ReLU. */
export function conv(op: OpOf<"conv">, machine: Machine): void {
  const [inputs, outputs] = [op.geometry.large[2], op.geometry.small[2]];
  const [large, small, kernel] = [view(machine, op.large), view(machine, op.small), view(machine, op.kernel)];
  small.fill(0);
  eachTap(op.geometry, (q, p, tap) => {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) {
        small[p * outputs + o] += large[q * inputs + i] * kernel[(tap * inputs + i) * outputs + o];
      }
    }
  });
  finish(small, op, machine);
}

/** large[q, i] = Σ over taps and channels o of small[p, o] · kernel[tap, i, o], + bias, ReLU. */
export function convTranspose(op: OpOf<"conv-transpose">, machine: Machine): void {
  const [outputs, inputs] = [op.geometry.large[2], op.geometry.small[2]];
  const [large, small, kernel] = [view(machine, op.large), view(machine, op.small), view(machine, op.kernel)];
  large.fill(0);
  eachTap(op.geometry, (q, p, tap) => {
    for (let i = 0; i < outputs; i++) {
      for (let o = 0; o < inputs; o++) {
        large[q * outputs + i] += small[p * inputs + o] * kernel[(tap * outputs + i) * inputs + o];
      }
    }
  });
  finish(large, op, machine);
}

/** kernel[tap, i, o] = Σ over places of large[q, i] · small[p, o]. */
export function convKernelGradient(op: OpOf<"conv-kernel-gradient">, machine: Machine): void {
  const [inputs, outputs] = [op.geometry.large[2], op.geometry.small[2]];
  const [large, small, kernel] = [view(machine, op.large), view(machine, op.small), view(machine, op.kernel)];
  kernel.fill(0);
  eachTap(op.geometry, (q, p, tap) => {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) {
        kernel[(tap * inputs + i) * outputs + o] += large[q * inputs + i] * small[p * outputs + o];
      }
    }
  });
}

/** Every pixel p of the small images with every pixel q of the large ones that one place of the kernel joins it to. */
function eachTap(
  { rows, large, small, size, stride, padding }: Geometry,
  visit: (q: number, p: number, tap: number) => void,
): void {
  const [largeHeight, largeWidth] = large;
  const [height, width] = small;
  for (let p = 0; p < rows * height * width; p++) {
    const [row, y, x] = [Math.floor(p / width / height), Math.floor(p / width) % height, p % width];
    for (let tap = 0; tap < size * size; tap++) {
      const qy = y * stride + Math.floor(tap / size) - padding[0];
      const qx = x * stride + tap % size - padding[1];
      if (qy < 0 || qy >= largeHeight || qx < 0 || qx >= largeWidth) continue;
      visit((row * largeHeight + qy) * largeWidth + qx, p, tap);
    }
  }
}

function finish(
  y: Float64Array,
  { bias, relu }: { readonly bias?: Buffer; readonly relu: boolean },
  machine: Machine,
): void {
  const added = bias && view(machine, bias);
  for (let i = 0; i < y.length; i++) {
    const sum = y[i] + (added === undefined ? 0 : added[i % added.length]);
    y[i] = relu ? Math.max(sum, 0) : sum;
  }
}
