/**
 * What is known of a reproduction of the paper. Plain data: whoever reads its results fills it in.
 *
 * @module
 */

import type { Model } from "../../model/record.ts";
import type { Entry } from "../records.ts";
import type { Settings } from "../sweep/records.ts";

/** The parts of the reproduction, in the order of its page; each is a sweep. */
export const STUDIES = ["fc", "cnn", "original-fc", "original-cnn", "df", "outliers"] as const;

/** A name in {@linkcode STUDIES}. */
export type StudyName = (typeof STUDIES)[number];

/**
 * Means after each epoch, in nats per example; the loss of `original-fc` weighs the divergence by 784 over the batch's
 * rows: 512, in training the last batch's fewer.
 */
export interface StudyCurve {
  /** Counted from 1, ascending, `[epochs]`. */
  readonly epoch: readonly number[];
  /** What training minimises, over the training set, `[epochs]`. */
  readonly trainLoss: readonly number[];
  /** The same over the test set, `[epochs]`. */
  readonly testLoss: readonly number[];
  /** −log p(x|z) over the test set, `[epochs]`. */
  readonly testReconstruction: readonly number[];
  /** KL(q(z|x) ‖ p(z)) over the test set, `[epochs]`. */
  readonly testKl: readonly number[];
  /** As `testLoss`, batch norm taking each batch's own statistics; absent where there is none, `[epochs]`. */
  readonly testLossOnBatchStatistics?: readonly number[];
  /** Learned degrees of freedom, the mean over latent dimensions where there are several, `[epochs]`. */
  readonly df?: readonly number[];
}

/** A model that has been trained. */
export interface StudyCell {
  /** What the study varies, `seed` among it, in short forms. */
  readonly settings: Settings;
  /** How long training took. */
  readonly seconds: number;
  /** Its course. */
  readonly curve: StudyCurve;
  /** What was measured on the test set after the last epoch, by name; empty where nothing was. */
  readonly metrics: Readonly<Record<string, number | readonly number[]>>;
}

/** Images that a model makes up. */
export interface StudyImage {
  /** The settings of the cell. */
  readonly settings: Settings;
  /** A mosaic. */
  readonly png: Uint8Array;
}

/** What one of the studies has come to. */
export interface StudyRecords {
  /** Which one. */
  readonly study: StudyName;
  /** What makes it, as typed. */
  readonly command: string;
  /** What is to be known before its numbers are read, a sentence each: that it was quick, that data were missing. */
  readonly notes: readonly string[];
  /** What was varied, in order, `seed` among it. */
  readonly keys: readonly string[];
  /** How many cells there are, finished or not. */
  readonly total: number;
  /** Those that have finished, in order. */
  readonly cells: readonly StudyCell[];
  /** What each metric is of and means, by name. */
  readonly metrics: Readonly<Record<string, { readonly unit: string; readonly definition: string }>>;
  /** The network of the first cell; absent where it is not to be drawn. */
  readonly model?: Model;
  /** What the cells have in common. */
  readonly config: readonly Entry[];
  /** With what and where it was made. */
  readonly provenance: readonly Entry[];
  /** Of one cell for each configuration, where images were made. */
  readonly images: readonly StudyImage[];
}
