/**
 * A plan: every program that an engine runs, for one batch size, as lists of operations over one arena.
 *
 * @module
 */

import type { Buffer, Op } from "./op.ts";

/** Every program of a plan. */
export const PROGRAMS = ["train", "measure", "measureOnBatch", "encode", "weigh", "decode"] as const;

/** A program's name. */
export type ProgramName = (typeof PROGRAMS)[number];

/** What part of the arena a buffer is in. */
export type Region = "parameters" | "moments" | "gradients" | "statistics" | "constants" | "work";

/**
 * Lists of operations. All of them read and write one arena, whose first regions (parameters, moments, gradients,
 * statistics, constants) lie the same for every number of rows, so that plans of a full and of a shorter batch share them.
 */
export interface Plan {
  /** Examples in the batch. */
  readonly rows: number;
  /** One optimiser step: forward, backward, Adam. */
  readonly train: readonly Op[];
  /** The objective with running statistics, nothing trained. */
  readonly measure: readonly Op[];
  /** As `measure`, batch norm taking the batch's own statistics. */
  readonly measureOnBatch: readonly Op[];
  /** From `x` to the posterior, and a draw from it. */
  readonly encode: readonly Op[];
  /**
   * From `x` and its posterior as `encode` has left them to the parts of an importance weight, at the draw that the
   * number of the step names: `reconstruction` is −ln p(x|z), `kl` ln q(z|x) − ln p(z).
   */
  readonly weigh: readonly Op[];
  /** From `z` to the mean of p(x|z). */
  readonly decode: readonly Op[];
  /** Elements of the arena that all programs of this plan need. */
  readonly size: number;
  /** Elements that every plan of this model has in common, at the front: all regions but `work`. */
  readonly sharedSize: number;
  /** Where each region starts, in elements, and how many it has. */
  readonly regions: Readonly<Record<Region, { readonly offset: number; readonly size: number }>>;
  /** The parameters, in the table's order. */
  readonly parameters: readonly Buffer[];
  /** All parameters, their moments and gradients, one range each. */
  readonly all: Readonly<Record<"value" | "gradient" | "m" | "v", Buffer>>;
  /** Running statistics, in the table's order. */
  readonly statistics: readonly Buffer[];
  /** Numbers that are written once: fixed df, scales. */
  readonly constants: readonly { readonly buffer: Buffer; readonly values: readonly number[] }[];
  /** Where inputs and results are, after each program that has them. */
  readonly io: {
    readonly x: Buffer;
    readonly z: Buffer;
    readonly loc: Buffer;
    /** The posterior's scale is `factor` times this. */
    readonly scale: Buffer;
    /** 1 but for the t³ encoder. */
    readonly factor: number;
    /** Amortised df. */
    readonly df?: Buffer;
    /** The mean of p(x|z). */
    readonly mean: Buffer;
    /** `[rows]` */
    readonly reconstruction: Buffer;
    /** `[rows, latentSize]`, or `[rows, 1]` where joint. */
    readonly kl: Buffer;
    /** The t³ objective, `[rows]`. */
    readonly bound?: Buffer;
  };
}
