/**
 * The pictures of a reproduction, with their captions.
 *
 * @module
 */

import { architecture } from "../architecture.ts";
import { densities } from "../densities.ts";
import type { Figure } from "../figure.ts";
import { opensLate } from "../loss_panels.ts";
import type { FigureExhibit, ImageExhibit } from "../page.ts";
import { dfPanels } from "./df_panels.ts";
import { familyLosses } from "./family_losses.ts";
import { learnedDf } from "./learned_df.ts";
import { lossUnit } from "./losses.ts";
import { outlierPanels } from "./outlier_panels.ts";
import type { StudyRecords } from "./records.ts";
import { counted, datasetOf, familyName, isOfFamilies } from "./words.ts";

/**
 * Every figure that there is something to draw of.
 *
 * @param studies in the order of the page
 */
export function figureExhibits(studies: readonly StudyRecords[]): FigureExhibit[] {
  return [
    ...studies.filter(isOfFamilies).filter(({ cells }) => cells.length > 0).map(lossExhibit),
    ...studies.filter(({ study }) => study === "df").flatMap(dfExhibits),
    ...studies.filter(({ study }) => study === "outliers").flatMap(outlierExhibits),
    {
      kind: "figure",
      wide: true,
      name: "densities",
      figure: densities(),
      caption:
        "The density of Student's t beside the normal one, and its logarithm, where the tails show. The fewer " +
        "degrees of freedom there are, the heavier are the tails.",
    },
    ...studies.flatMap(architectureExhibits),
  ];
}

function lossExhibit(study: StudyRecords): FigureExhibit {
  const late = study.cells.some(({ curve }) => opensLate(curve.epoch));
  return {
    kind: "figure",
    wide: true,
    name: `losses_${snake(study.study)}`,
    figure: familyLosses(study),
    caption: [
      "The loss on the test set after every epoch, and as a thin line in training, where it is taken while the parameters " +
      "move; lower is better. Lines are means over seeds, bands reach from the least to the greatest.",
      ...[lossUnit(study.study).caption ?? []].flat(),
      ...(late ? ["Double-click a panel to see its first epochs too."] : []),
    ].join(" "),
  };
}

const DF_INTERVALS = "means over seeds with their 95 % intervals, cut where they would flatten all else";

function dfExhibits(study: StudyRecords): FigureExhibit[] {
  const of = (name: string, figure: Figure | undefined, caption: string): FigureExhibit[] =>
    figure === undefined ? [] : [{ kind: "figure", wide: true, name, figure, caption }];
  return [
    ...of(
      "df",
      dfPanels(study),
      `Where training ends by degrees of freedom: ${DF_INTERVALS}. Independent latents are a t in each dimension, joint ` +
        "ones a single multivariate t. The higher MMD², the farther are new examples from the data. The lower the tail index, " +
        "the heavier are the tails: of z ~ q(z|x) of the test set, and of as many draws of the prior.",
    ),
    ...of(
      "learned_df",
      learnedDf(study),
      "Degrees of freedom that training learns, after every epoch. Lines are means over seeds, bands reach from the least " +
        "to the greatest.",
    ),
  ];
}

function outlierExhibits(study: StudyRecords): FigureExhibit[] {
  const figure = outlierPanels(study);
  return figure === undefined ? [] : [{
    kind: "figure",
    wide: true,
    name: "outliers",
    figure,
    caption:
      "The loss on the clean test set after training with outliers, and below it how much more Student's t has than " +
      `the Gaussian of the same seed: below 0, Student's t is better. Both are ${DF_INTERVALS}.`,
  }];
}

function architectureExhibits({ study, model }: StudyRecords): FigureExhibit[] {
  return model === undefined ? [] : [{
    kind: "figure",
    wide: true,
    name: `architecture_${snake(study)}`,
    figure: architecture(model),
    caption:
      `What ${study} trains, here with latents of the family ${model.latent.family}: the shape of what each layer ` +
      "makes, and how many parameters it trains.",
  }];
}

/**
 * The mosaics of every study, the families of each data set beside one another.
 *
 * @param studies in the order of the page
 */
export function imageExhibits(studies: readonly StudyRecords[]): ImageExhibit[] {
  return studies.flatMap((study) =>
    study.images.map(({ settings, png }): ImageExhibit => {
      const family = familyName(settings["latent.family"]);
      const dataset = datasetOf(settings, study);
      const cell = study.cells.find((cell) => JSON.stringify(cell.settings) === JSON.stringify(settings));
      const trained = cell?.curve.epoch.at(-1);
      const title = [dataset, study.study, family].filter(Boolean).join(", ");
      return {
        kind: "image",
        name: snake(title),
        title,
        caption: [
          "Images the model makes up, each the mean of p(x|z)",
          ...(trained === undefined ? [] : [`after ${counted(trained, "epoch")}`]),
          ...(settings.seed === undefined ? [] : [`seed ${settings.seed}`]),
        ].join(", ") + ".",
        png,
      };
    })
  );
}

/** Words as the name of a file. */
function snake(words: string): string {
  return words.toLowerCase().replace(/[^a-z0-9]+/g, "_");
}
