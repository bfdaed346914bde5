/**
 * What is known of a run, as far as pictures need it. Plain data: whoever reads a run directory fills it in.
 *
 * @module
 */

/** Means over examples, in nats per example. */
export interface Means {
  readonly loss: number;
  readonly reconstruction: number;
  readonly kl: number;
}

/** One epoch of training. */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  /** Optimiser steps taken by its end. */
  readonly step: number;
  readonly seconds: number;
  readonly train: Means;
  readonly validation?: Means;
  readonly test?: Means;
}

/** A number, or one per latent dimension, with what it means. */
export interface MetricRecord {
  readonly value: number | readonly number[];
  readonly unit: string;
  readonly definition: string;
}

/** Pictures and latents, row-major. Elements of images are in [0, 1]. */
export interface ArrayRecords {
  /** The shape of one example: `[28, 28]` is drawn as an image, `[7]` as a vector. */
  readonly shape: readonly number[];
  /** Decoded draws from the prior, `[samples, inputSize]`. */
  readonly samples: Float32Array;
  /** Test examples, `[rows, inputSize]`. */
  readonly inputs: Float32Array;
  /** What the model makes of `inputs`, `[rows, inputSize]`. */
  readonly reconstructions: Float32Array;
  /** loc of q(z|x) for every test example, `[examples, latentSize]`. */
  readonly loc: Float32Array;
  readonly latentSize: number;
  /** The class of every test example, `[examples]`. */
  readonly labels?: Uint8Array;
}

/** A row of a table: what it is, and its value. */
export type Entry = readonly [label: string, value: string];

/** Everything a report is made of. */
export interface RunRecords {
  readonly name: string;
  readonly config: readonly Entry[];
  readonly provenance: readonly Entry[];
  readonly metrics: readonly EpochRecord[];
  readonly evaluation?: { readonly metrics: Readonly<Record<string, MetricRecord>> };
  readonly arrays?: ArrayRecords;
}
