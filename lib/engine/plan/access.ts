/**
 * Which buffers an operation touches: what lifetimes, and barriers between threads, follow from.
 *
 * @module
 */

import type { Buffer, Op } from "./op.ts";

/** Fields whose buffers an operation writes or adds to; it reads all others. */
const WRITTEN: { readonly [K in Op["kind"]]: readonly (keyof Extract<Op, { kind: K }>)[] } = {
  "gather": ["x"],
  "uniforms": ["u", "v"],
  "product": ["c"],
  "sum-rows": ["y"],
  "conv": ["small"],
  "conv-transpose": ["large"],
  "conv-kernel-gradient": ["kernel"],
  "batch-norm": ["y", "mean", "rate", "running"],
  "normalise": ["y"],
  "batch-norm-gradient": ["dx", "dGamma", "dBeta"],
  "leaky-relu": ["y"],
  "leaky-relu-gradient": ["dx"],
  "softplus": ["y"],
  "softplus-gradient": ["dx"],
  "draw": ["z", "t", "tDf"],
  "draw-gradient": ["dLoc", "dScale", "dDf"],
  "divergence": ["kl", "gradient"],
  "log-ratio": ["kl", "gradient", "dz"],
  "free-bits": ["gradients"],
  "likelihood": ["reconstruction", "dOutput", "dScale"],
  "t3": ["bound", "dOutput", "dLoc", "dScale"],
  "t3-likelihood": ["reconstruction"],
  "sigmoid": ["y"],
  "add": ["y"],
  "decay": ["gradient"],
  "clip": ["gradient"],
  "adam": ["value", "m", "v"],
};

/**
 * Every buffer of an operation, read or written.
 *
 * @param op the operation
 * @returns buffers in the order of its fields, more than once where it has them more than once
 */
export function buffersOf(op: Op): readonly Buffer[] {
  return Object.values(op).flatMap(buffersIn);
}

/**
 * The buffers that an operation overwrites, adds to or updates in place.
 *
 * @param op the operation
 * @returns buffers
 */
export function writesOf(op: Op): readonly Buffer[] {
  const fields: readonly string[] = WRITTEN[op.kind];
  return Object.entries(op).flatMap(([field, value]) => fields.includes(field) ? buffersIn(value) : []);
}

function buffersIn(value: unknown): readonly Buffer[] {
  if (typeof value !== "object" || value === null) return [];
  return "offset" in value ? [value as Buffer] : Object.values(value).flatMap(buffersIn);
}
