/**
 * What is known of a run, as far as pictures need it. Plain data: whoever reads a run directory fills it in.
 *
 * @module
 */

import type { LatentSourceName } from "../model/latent_sources.ts";
import type { Objective } from "../model/record.ts";

/** What training optimised. */
export type ObjectiveKind = Objective["kind"];

/** Means over examples, in nats per example but for the loss of the objective t3. */
export interface Means {
  /** What training minimises. */
  readonly loss: number;
  /** −log p(x|z). */
  readonly reconstruction: number;
  /** KL(q(z|x) ‖ p(z)). */
  readonly kl: number;
}

/** One epoch of training. */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  /** Optimiser steps taken by its end. */
  readonly step: number;
  /** How long it took. */
  readonly seconds: number;
  /** Over the training set, while the parameters moved. */
  readonly train: Means;
  /** Over the validation set, where there is one. */
  readonly validation?: Means;
  /** Over the test set, where it was measured. */
  readonly test?: Means;
  /** As `test`, batch norm taking each batch's own statistics. */
  readonly testOnBatchStatistics?: Means;
  /** Learned degrees of freedom after it: one, or one for each latent dimension. */
  readonly df?: readonly number[];
}

/** A part of the data that means are over. */
export type Split = "train" | "validation" | "test";

/**
 * The first of some splits that all of some runs were measured on; that of all is `train`.
 *
 * @param logs a record per epoch for each run; one without any epoch has no say
 * @param splits in order of preference
 */
export function commonSplit(
  logs: readonly (readonly EpochRecord[])[],
  splits: readonly Split[],
): Split {
  const begun = logs.filter(({ length }) => length > 0);
  return splits.find((split) =>
    begun.every((metrics) => metrics.some((record) => record[split] !== undefined))
  ) ?? "train";
}

/** A number, or several of one kind, such as one for each latent dimension, with what it means. */
export interface MetricRecord {
  /** How much. */
  readonly value: number | readonly number[];
  /** Of what, in words. */
  readonly unit: string;
  /** What was measured, and how. */
  readonly definition: string;
  /** How far `value` would move with other examples, where that is known. */
  readonly standardError?: number | readonly number[];
}

/** Images in rows of equal length, one after the other. */
export interface ImageGrid {
  /** `[rows, columns, inputSize]`. */
  readonly images: Float32Array;
  /** Images in a row. */
  readonly columns: number;
}

/** Each row a latent dimension that moves through quantiles, a column for each. */
export interface TraversalRecords extends ImageGrid {
  /** Which dimension moves, from 0, `[rows]`. */
  readonly dimension: Float32Array;
  /** Of the quantiles, `[columns]`. */
  readonly probability: Float32Array;
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
  /** Latent dimensions. */
  readonly latentSize: number;
  /** The class of every test example, `[examples]`. */
  readonly labels?: Uint8Array;
  /** The class of each of `inputs`, `[rows]`, where they were chosen by it: each class once in ascending order, then again. */
  readonly inputLabels?: Uint8Array;
  /** The name of each class, by label, where it has another than its number. */
  readonly classes?: readonly string[];
  /** Decoded from single latent dimensions that move. */
  readonly traversals?: TraversalRecords;
  /** Decoded from a grid over the first two latent dimensions, the second one ascending from the last row. */
  readonly manifold?: ImageGrid;
  /** Decoded from lines between the latents of two inputs each, the first two, the next two and so on. */
  readonly interpolations?: ImageGrid;
}

/**
 * What a class is called.
 *
 * @param label its number
 * @param arrays names of classes, where they have any
 * @returns its name, else its number
 */
export function className(label: number, { classes }: Pick<ArrayRecords, "classes">): string {
  return classes?.[label] ?? String(label);
}

/** How often a norm is greater than a radius: of one set of examples or latents, or the mean of several. */
export interface SurvivalCurve {
  /** Whose: `data`, or what latents were drawn from, as `evaluate --latents` names it. */
  readonly name: string;
  /** Whether it is what the others are to be like. */
  readonly role: "data" | "source";
  /** P(norm > radius) for each radius, `[radii]`. */
  readonly survival: Float32Array;
  /** The least of several, where `survival` is their mean, `[radii]`. */
  readonly low?: Float32Array;
  /** The greatest of them, `[radii]`. */
  readonly high?: Float32Array;
}

/** Curves over the same radii. */
export interface SurvivalRecords {
  /** Ascending from above 0, `[radii]`. */
  readonly radius: Float32Array;
  /** The data's first. */
  readonly curves: readonly SurvivalCurve[];
}

/** The tails of a model. */
export interface TailRecords {
  /** Of examples: the test set's, and new ones. */
  readonly x: SurvivalRecords;
  /** Of latents: those of the test set, and those of new examples. */
  readonly z: SurvivalRecords;
}

/** A row of a table: what it is, and its value. */
export type Entry = readonly [label: string, value: string];

/** What was measured of new examples whose latents come from one source. */
export interface GenerationRecord {
  /** The source's name. */
  readonly latents: string;
  /** What it is. */
  readonly definition: string;
  /** By name. */
  readonly metrics: Readonly<Record<string, MetricRecord>>;
}

/** What was measured on the test set. */
export interface EvaluationRecord {
  /** By name. */
  readonly metrics: Readonly<Record<string, MetricRecord>>;
  /** Of new examples, by the source of their latents. */
  readonly generation?: readonly GenerationRecord[];
  /** What has replaced a share of the examples. */
  readonly outliers?: { readonly fraction: number; readonly kind: string };
}

/** Everything a report is made of. */
export interface RunRecords {
  /** The page's title. */
  readonly name: string;
  /** What was asked for. */
  readonly config: readonly Entry[];
  /** With what, where and when it was made. */
  readonly provenance: readonly Entry[];
  /** What the loss is of; an ELBO where absent. */
  readonly objective?: ObjectiveKind;
  /** One record per epoch, in order. */
  readonly metrics: readonly EpochRecord[];
  /** Measured after training, by metric name; `klPerDimension` is drawn as bars. */
  readonly evaluation?: EvaluationRecord;
  /** What pictures are drawn from. */
  readonly arrays?: ArrayRecords;
  /** Where the latents of its samples come from; where absent the prior, or the alternative prior of `t3`. */
  readonly latents?: LatentSourceName;
  /** How far examples and latents reach, where that was measured. */
  readonly tails?: TailRecords;
}
