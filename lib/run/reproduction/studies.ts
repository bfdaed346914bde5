/**
 * The parts of the paper's reproduction.
 *
 * @module
 */

import type { AskedMeasures } from "../evaluation.ts";
import type { Overrides } from "./overrides.ts";

/** A part of the reproduction: a sweep, and what is made of it. */
export interface Study {
  /** The sweep's file in docs/sweeps/reproduction. */
  readonly file: string;
  /** What is left of the sweep where all of the reproduction is to take minutes. */
  readonly quick: Overrides;
  /** What is measured of every model, besides what always is. */
  readonly measures: AskedMeasures;
  /** Whether its network is to be drawn. */
  readonly network: boolean;
  /** Whether new examples of each configuration are to be drawn. */
  readonly images: boolean;
}

/** Networks of dense layers train on so many examples in seconds, … */
const FEW = { epochs: 12, examples: 6000, testExamples: 2000, seeds: 1 } as const;

/** … and convolutional ones on so many in half a minute; of larger batches there were too few for batch norm's averages. */
const FEWER = { epochs: 2, examples: 1024, testExamples: 1000, batchSize: 64, seeds: 1 } as const;

/** New examples, and as many test examples, that are compared by MMD. */
const GENERATION = { mmd: 1000 } as const;

/** Draws of the log-likelihood, whose time is little only with dense layers. */
const LIKELIHOOD = { iwae: 100 } as const;

/** In the order that they are trained and shown in. */
export const STUDIES = {
  "fc": {
    file: "fc.json",
    quick: FEW,
    measures: { ...LIKELIHOOD, ...GENERATION },
    network: true,
    images: true,
  },
  "cnn": { file: "cnn.json", quick: FEWER, measures: GENERATION, network: true, images: true },
  "original-fc": { file: "original_fc.json", quick: FEW, measures: GENERATION, network: false, images: true },
  "original-cnn": {
    file: "original_cnn.json",
    quick: FEWER,
    measures: GENERATION,
    network: false,
    images: true,
  },
  "df": {
    file: "df.json",
    quick: { ...FEW, values: { "latent.df": [3, 10, "learned"] } },
    measures: { ...LIKELIHOOD, ...GENERATION },
    network: false,
    images: false,
  },
  "outliers": {
    file: "outliers.json",
    quick: { ...FEW, values: { "outliers.fraction": [0.1] } },
    measures: { ...LIKELIHOOD, ...GENERATION },
    network: false,
    images: false,
  },
} as const satisfies Readonly<Record<string, Study>>;

/** A name in {@linkcode STUDIES}. */
export type StudyName = keyof typeof STUDIES;

/** Every {@linkcode StudyName}, in order. */
export const STUDY_NAMES = Object.keys(STUDIES) as readonly StudyName[];
