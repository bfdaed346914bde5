/**
 * A run as a page and as files.
 *
 * @module
 */

import { defaultLatentSource, type LatentSourceName } from "../model/latent_sources.ts";
import { isImage, sizeOf } from "../model/record.ts";
import { decompositionExhibit, dfExhibits, lossExhibit } from "./epoch_exhibits.ts";
import type { Figure } from "./figure.ts";
import { imageExhibits } from "./image_exhibits.ts";
import { klPerDimension } from "./kl_per_dimension.ts";
import { latentSpace } from "./latent_space.ts";
import { type Exhibit, page } from "./page.ts";
import type { ArrayRecords, RunRecords, TailRecords } from "./records.ts";
import { survival } from "./survival.ts";
import { evaluationTables, lastEpochTables, summary } from "./tables.ts";
import { vectorReconstructions, vectorSamples } from "./vectors.ts";

/** A run's report. */
export interface Report {
  /** One interactive page that works from a file and without a network. */
  readonly html: string;
  /** What Plotly draws, by name; `static/mod.ts` makes pictures of them. */
  readonly figures: ReadonlyMap<string, Figure>;
  /** Mosaics as PNG files, by name. */
  readonly images: ReadonlyMap<string, Uint8Array>;
}

/**
 * Makes a report of a run: page, figures and images. What was not recorded is left out.
 *
 * Pure: the same records give the same bytes.
 *
 * @param records what is known of the run
 * @returns the page, and what is on it for files of their own
 * @throws {TypeError} if an array's length does not fit its shape
 *
 * @example
 * ```ts
 * import { report } from "./report.ts";
 *
 * const train = { loss: 140, reconstruction: 132, kl: 8 };
 * const { html, figures } = report({
 *   name: "glyphs-fc-student-t-1",
 *   config: [["latent size", "3"]],
 *   provenance: [["engine", "tfjs-wasm"]],
 *   metrics: [{ epoch: 1, step: 24, seconds: 1.5, train }],
 * });
 * console.log(html.length, [...figures.keys()]); // ["loss_curves", "loss_decomposition"]
 * ```
 */
export function report(records: RunRecords): Report {
  const { name, config, provenance, metrics, objective } = records;
  const pictures = exhibits(records);
  const html = page({
    title: name,
    summary: summary(metrics, objective),
    numbers: [...evaluationTables(records.evaluation), ...lastEpochTables(metrics, objective)],
    exhibits: pictures,
    entries: [{ title: "Configuration", rows: config }, { title: "Provenance", rows: provenance }],
  });
  return {
    html,
    figures: new Map(pictures.flatMap((each) => each.kind === "figure" ? [[each.name, each.figure]] : [])),
    images: new Map(pictures.flatMap((each) => each.kind === "image" ? [[each.name, each.png]] : [])),
  };
}

function exhibits({ metrics, objective, evaluation, arrays, tails, ...records }: RunRecords): Exhibit[] {
  const usual = defaultLatentSource({ kind: objective ?? "elbo" });
  const { latents = usual } = records;
  const kl = evaluation?.metrics.klPerDimension?.value;
  const pictures = [
    ...(metrics.length === 0 ? [] : [lossExhibit(metrics, objective)]),
    ...(arrays === undefined ? [] : [
      latentExhibit(arrays),
      ...(isImage(arrays.shape)
        ? imageExhibits(arrays, { latents: SOURCES[latents], quantiles: SOURCES[usual] })
        : vectorExhibits(arrays, SOURCES[latents])),
    ]),
    ...(typeof kl === "object" ? [klExhibit(kl)] : []),
    ...(metrics.length === 0 ? [] : [decompositionExhibit(metrics, objective), ...dfExhibits(metrics)]),
    ...(tails === undefined ? [] : tailExhibits(tails)),
  ];
  return [...pictures.filter(({ wide }) => !wide), ...pictures.filter(({ wide }) => wide)];
}

function latentExhibit(arrays: ArrayRecords): Exhibit {
  const what = arrays.latentSize === 1
    ? "How many test examples the encoder places where"
    : arrays.latentSize === 2
    ? "Where the encoder places test examples"
    : arrays.latentSize === 3
    ? "Where the encoder places test examples, for every pair of the three latent dimensions"
    : `Where the encoder places test examples, in the first two of ${arrays.latentSize} latent dimensions`;
  return {
    kind: "figure",
    name: "latent_space",
    figure: latentSpace(arrays),
    caption: arrays.labels === undefined
      ? `${what}: loc of q(z|x).`
      : `${what}: loc of q(z|x), coloured by label. The encoder never sees labels. ` +
        "Click a legend entry to hide it, double-click to see it alone.",
  };
}

/** Where latents come from, in words. */
const SOURCES: Readonly<Record<LatentSourceName, string>> = {
  "prior": "the prior",
  "alternative-prior": "the alternative prior of the power divergence",
  "ex-post-t": "a Student's t fitted to latents of training examples",
  "ex-post-mixture": "a mixture of Gaussians fitted to latents of training examples",
  "posterior": "what the encoder makes of training examples",
};

function vectorExhibits(arrays: ArrayRecords, source: string): Exhibit[] {
  const size = sizeOf(arrays.shape);
  const pair = size <= 2
    ? "Test examples, each joined to what the decoder makes of the loc of its posterior."
    : "Test examples (solid) and what the decoder makes of the loc of their posteriors (dashed).";
  return [
    {
      kind: "figure",
      name: "samples",
      figure: vectorSamples(arrays),
      caption:
        `Latents drawn from ${source}, each decoded to the mean of p(x|z), and examples of the test set.`,
    },
    { kind: "figure", name: "reconstructions", figure: vectorReconstructions(arrays), caption: pair },
  ];
}

function klExhibit(kl: readonly number[]): Exhibit {
  return {
    kind: "figure",
    name: "kl_per_dimension",
    figure: klPerDimension(kl),
    caption:
      "How far the posterior is from the prior, on average over the test set, in each latent dimension. " +
      "A dimension near zero carries no information about the example.",
  };
}

function tailExhibits({ x, z }: TailRecords): Exhibit[] {
  return [
    {
      kind: "figure",
      name: "survival_x",
      figure: survival({ title: "Tails of examples", quantity: "|x|", ...x }),
      caption:
        "How often the Euclidean norm of an example exceeds r: in the test set, and of new examples x ~ p(x|z) with z " +
        "from each source. A line ends where no example is left.",
    },
    {
      kind: "figure",
      name: "survival_z",
      figure: survival({ title: "Tails of latents", quantity: "|z|", ...z }),
      caption:
        "The same of latents: z ~ q(z|x) of the test set, and those that new examples are made from. Where a source " +
        "reaches beyond the aggregate posterior, the decoder has not been trained.",
    },
  ];
}
