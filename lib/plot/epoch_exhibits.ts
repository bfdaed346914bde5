/**
 * Exhibits of a report that are drawn by epoch.
 *
 * @module
 */

import { dfCurves } from "./df_curves.ts";
import { lossCurves } from "./loss_curves.ts";
import { lossDecomposition } from "./loss_decomposition.ts";
import { opensLate } from "./loss_panels.ts";
import type { FigureExhibit } from "./page.ts";
import type { EpochRecord, ObjectiveKind } from "./records.ts";

/** What training minimises, in words. */
const LOSSES: Readonly<Record<ObjectiveKind, string>> = {
  elbo: "reconstruction plus the weighted KL divergence",
  iwae: "minus the importance-weighted bound; reconstruction and KL divergence are those of the ELBO",
  t3:
    "a power divergence, which does not compare with nats; reconstruction and KL divergence are those of the ELBO",
};

/** The figure of losses, with its caption. */
export function lossExhibit(
  metrics: readonly EpochRecord[],
  objective: ObjectiveKind = "elbo",
): FigureExhibit {
  return {
    kind: "figure",
    name: "loss_curves",
    figure: lossCurves(metrics, objective),
    caption:
      "Means over each split after every epoch; those of the training set are taken while the parameters " +
      `move. Loss is what training minimises: ${LOSSES[objective]}. Lower is better.` +
      (opensLate(metrics) ? " Double-click a panel to see its first epochs too." : ""),
  };
}

/** What areas stand for where they are not the loss. */
const BOUND = "The two parts of minus the ELBO. The loss itself, ";

const PARTS: Readonly<Record<ObjectiveKind, string>> = {
  elbo:
    "The two parts of the loss. The area of the divergence is what it adds to the loss, weighted by β and with its " +
    "free bits, and the upper edge of both is the loss.",
  iwae: `${BOUND}minus the importance-weighted bound, lies below their upper edge.`,
  t3: `${BOUND}a power divergence, is no such sum.`,
};

/** The figure of the loss's parts, with its caption. */
export function decompositionExhibit(
  metrics: readonly EpochRecord[],
  objective: ObjectiveKind = "elbo",
): FigureExhibit {
  return {
    kind: "figure",
    name: "loss_decomposition",
    figure: lossDecomposition(metrics, objective),
    caption: PARTS[objective],
  };
}

/** The figure of learned df, with its caption; none where they are not learned. */
export function dfExhibits(metrics: readonly EpochRecord[]): FigureExhibit[] {
  const figure = dfCurves(metrics);
  return figure === undefined ? [] : [{
    kind: "figure",
    name: "df",
    figure,
    caption:
      "The degrees of freedom of the posterior that training learns, after every epoch. The fewer there are, the " +
      "heavier are the tails; with many a t is as good as normal.",
  }];
}
