/**
 * In what the losses of a study are shown, and what the original code came to.
 *
 * @module
 */

import { type FamilyName, type Measure, metric } from "./groups.ts";
import type { StudyName } from "./records.ts";

/** A unit of losses. */
export interface LossUnit {
  /** As it stands at an axis. */
  readonly name: string;
  /** How much of it is a nat of the loss as it is recorded. */
  readonly perNat: number;
  /** A sentence on what it is, where it is not plain. */
  readonly caption?: string;
}

const NATS: LossUnit = { name: "nats per example", perNat: 1 };

/** Elements of an image, and images in a batch: the original's dense networks add sums over a batch of means over pixels. */
const ELEMENTS = 784, BATCH = 512;

const penaltyOf = metric("penalty");

/** The mean batch that a test image is in: 19 of 512, and a last one of 272. */
const TEST_BATCH = (19 * BATCH ** 2 + 272 ** 2) / 10_000;

const ORIGINAL_FC: LossUnit = {
  name: "nats · 512/784",
  perNat: BATCH / ELEMENTS,
  caption:
    "Losses of original-fc are as its training reports them: 512/784 of the reconstruction in nats, and the whole of the " +
    "divergence, without the penalty.",
};

/**
 * The unit that a study's losses are shown in: the original's own where its figures have another than nats.
 *
 * @param study its name
 */
export function lossUnit(study: StudyName): LossUnit {
  return study === "original-fc" ? ORIGINAL_FC : NATS;
}

/**
 * The loss on the test set after the last epoch: in nats, and of the original's dense networks as the original reports
 * it, which takes a measured penalty.
 *
 * @param study its name
 */
export function finalLoss(study: StudyName): Measure {
  if (study !== "original-fc") return ({ curve }) => curve.testLoss.at(-1);
  return (cell) => {
    const { testReconstruction, testKl } = cell.curve;
    const [reconstruction = NaN, kl = NaN, penalty = NaN] = [
      testReconstruction.at(-1),
      testKl.at(-1),
      penaltyOf(cell),
    ];
    return reconstruction * TEST_BATCH / ELEMENTS + kl + penalty;
  };
}

/** What {@linkcode finalLoss} is of the original's dense networks. */
export const ORIGINAL_FC_LOSS =
  "Losses of original-fc are what the original's figures show: 505.5/784 of the reconstruction in nats, as it sums means over " +
  "pixels over each batch, and the last one of the 10,000 test images is smaller; the divergence; and the L2 penalty.";

/**
 * Whether a study repeats the original code's training.
 *
 * @param study its name
 */
export function isOriginal(study: StudyName): boolean {
  return study.startsWith("original-");
}

type ByFamily = Readonly<Record<FamilyName, number>>;

/** Source: the figures of ofek181/Student-T-VAE, 2023, after 500 epochs; read off, ± 0.5. */
const ORIGINAL_LOSSES: ReadonlyMap<string, ByFamily> = new Map([
  ["original-cnn MNIST", { "gaussian": 132.0, "student-t": 133.4 }],
  ["original-cnn Fashion-MNIST", { "gaussian": 249.1, "student-t": 249.6 }],
  ["original-fc MNIST", { "gaussian": 87.5, "student-t": 88.3 }],
  ["original-fc Fashion-MNIST", { "gaussian": 163.5, "student-t": 163.3 }],
]);

/**
 * What the original code's figures show at the end.
 *
 * @param study its name
 * @param place the data set's name as it is written, and the family
 * @returns in the unit of the study's losses; undefined where there is no such figure
 */
export function originalLoss(
  study: StudyName,
  { dataset, family }: { readonly dataset: string; readonly family: FamilyName },
): number | undefined {
  return ORIGINAL_LOSSES.get(`${study} ${dataset}`)?.[family];
}
