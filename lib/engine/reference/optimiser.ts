/**
 * How parameters follow gradients.
 *
 * @module
 */

import { type Machine, type OpOf, view } from "./machine.ts";

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** gradient += 2 · l2 · value, the gradient of l2 · Σ value². */
export function decay({ l2, ...op }: OpOf<"decay">, machine: Machine): void {
  const gradient = view(machine, op.gradient);
  view(machine, op.value).forEach((value, i) => gradient[i] += 2 * l2 * value);
}

/** gradient *= min(1, norm/|gradient|). */
export function clip({ norm, ...op }: OpOf<"clip">, machine: Machine): void {
  const gradient = view(machine, op.gradient);
  const length = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
  if (!(length > norm)) return;
  gradient.forEach((value, i) => gradient[i] = value * norm / length);
}

/**
 * m = β₁m + (1−β₁)g, v = β₂v + (1−β₂)g², value −= α (m/(1−β₁ᵗ))/(√(v/(1−β₂ᵗ)) + ε), t from 1.
 *
 * Source: Kingma & Ba 2015, Algorithm 1.
 */
export function adam({ learningRate, ...op }: OpOf<"adam">, machine: Machine): void {
  const [value, gradient] = [view(machine, op.value), view(machine, op.gradient)];
  const [m, v] = [view(machine, op.m), view(machine, op.v)];
  const t = machine.step + 1;
  for (let i = 0; i < value.length; i++) {
    m[i] = BETA1 * m[i] + (1 - BETA1) * gradient[i];
    v[i] = BETA2 * v[i] + (1 - BETA2) * gradient[i] ** 2;
    const [mean, square] = [m[i] / (1 - BETA1 ** t), v[i] / (1 - BETA2 ** t)];
    value[i] -= learningRate * mean / (Math.sqrt(square) + EPSILON);
  }
}
