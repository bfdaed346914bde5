/**
 * Pictures of a run whose examples are images.
 *
 * @module
 */

import { sizeOf } from "../model/record.ts";
import { countRows, range } from "./figure.ts";
import { mosaic } from "./mosaic.ts";
import type { ImageExhibit } from "./page.ts";
import { type ArrayRecords, className, type ImageGrid, type TraversalRecords } from "./records.ts";

/** The least width, in pixels, at which an image of a mosaic is easy to see; two mosaics of eight fit side by side. */
const TILE = 56;

/** The same where many images are seen as one. */
const SMALL_TILE = 28;

const MOSAIC_COLUMNS = 8;
const GAP = 4;

/**
 * Lays out the images of an evaluation as mosaics: samples, reconstructions, and what is decoded from chosen latents.
 *
 * @param arrays the images; what is absent is left out
 * @param options in words, what the `latents` of new examples are drawn from, and what the `quantiles` of others are of
 * @returns mosaics in the order of the page
 * @throws {TypeError} if an array's length does not fit its shape
 */
export function imageExhibits(
  arrays: ArrayRecords,
  { latents, quantiles }: { readonly latents: string; readonly quantiles: string },
): ImageExhibit[] {
  const { shape, samples, manifold, traversals, interpolations } = arrays;
  return [
    {
      kind: "image",
      name: "samples",
      title: "Samples",
      caption:
        `Images the model makes up: latents drawn from ${latents}, each decoded to the mean of p(x|z).`,
      png: mosaic({ images: samples, shape, columns: MOSAIC_COLUMNS, scale: scaleOf(shape), gap: GAP }),
      // Two figures fit beside it, where the manifold, which is as high, does not stand there.
      tall: manifold === undefined,
    },
    ...(manifold === undefined ? [] : [manifoldExhibit(manifold, { arrays, quantiles })]),
    reconstructionExhibit(arrays),
    ...(traversals === undefined ? [] : [traversalExhibit(traversals, { arrays, quantiles })]),
    ...(interpolations === undefined ? [] : [interpolationExhibit(interpolations, arrays)]),
  ];
}

/** What a caption is made of. */
interface ExhibitContext {
  readonly arrays: ArrayRecords;
  readonly quantiles: string;
}

function scaleOf([, width]: readonly number[], tile = TILE): number {
  return Math.max(1, Math.round(tile / width));
}

/** A row of inputs, the row of their reconstructions, and so on; only full rows where there are several. */
function reconstructionExhibit(arrays: ArrayRecords): ImageExhibit {
  const pairs = imagePairs(arrays);
  const classes = classesInTurn(arrays, pairs.length);
  const columns = classes?.length ?? Math.min(MOSAIC_COLUMNS, pairs.length);
  const rows = pairs.length === 0 ? 0 : Math.floor(pairs.length / columns);
  const images = range(rows).flatMap((row) => {
    const inRow = pairs.slice(row * columns, (row + 1) * columns);
    return [...inRow.map(([input]) => input), ...inRow.map(([, reconstruction]) => reconstruction)];
  });
  return {
    kind: "image",
    name: "reconstructions",
    title: "Reconstructions",
    caption: classes === undefined
      ? `Test images, ${BELOW}`
      : `Test images of each class, ${BELOW} The encoder never sees classes.`,
    png: drawn(images, { arrays, columns }),
    rowLabels: range(rows).flatMap(() => ["input", "reconstruction"]),
    columnLabels: classes?.map((label) => className(label, arrays)),
    wide: classes !== undefined,
  };
}

const BELOW = "and below each what the decoder makes of the loc of its posterior.";

/** The classes of inputs that were chosen by them. */
function classesInTurn({ inputLabels }: ArrayRecords, count: number): number[] | undefined {
  if (inputLabels === undefined) return undefined;
  const classes = [...new Set(inputLabels)];
  if (
    inputLabels.length === count && inputLabels.every((label, i) => label === classes[i % classes.length])
  ) {
    return classes;
  }
  throw new TypeError(
    `Cannot draw reconstructions: expected labels of ${count} inputs, the same classes in turn, got [${
      inputLabels.join(", ")
    }]`,
  );
}

function manifoldExhibit(
  { images, columns }: ImageGrid,
  { arrays: { shape, latentSize }, quantiles }: ExhibitContext,
): ImageExhibit {
  const which = latentSize === 2
    ? "both latent dimensions"
    : `the first two of ${latentSize} latent dimensions, with 0 in the others`;
  return {
    kind: "image",
    name: "manifold",
    title: "Manifold",
    caption:
      `What the decoder makes of a grid over ${which}, each at ${columns} quantiles of ${quantiles} with equal probability ` +
      "between them. The first dimension grows to the right, the second one upwards.",
    png: mosaic({ images, shape, columns, scale: scaleOf(shape, SMALL_TILE), gap: 0 }),
  };
}

function traversalExhibit(
  { images, columns, dimension, probability }: TraversalRecords,
  { arrays: { shape, latentSize }, quantiles }: ExhibitContext,
): ImageExhibit {
  const moved = `moved through quantiles of ${quantiles}`;
  const others = "while the others stay at the loc of the posterior of the first reconstructed test image";
  return {
    kind: "image",
    name: "traversals",
    title: "Traversals",
    caption: latentSize === 1
      ? `What the decoder makes of the latent dimension, ${moved}.`
      : dimension.length === latentSize
      ? `What the decoder makes of each latent dimension, ${moved}, ${others}.`
      : `What the decoder makes of the ${dimension.length} of ${latentSize} latent dimensions whose loc varies most, ` +
        `each ${moved}, ${others}.`,
    png: mosaic({ images, shape, columns, scale: scaleOf(shape), gap: GAP }),
    rowLabels: Array.from(dimension, (index) => `dimension ${index + 1}`),
    columnLabels: Array.from(probability, (p) => `${Number((100 * p).toPrecision(3))} %`),
    wide: true,
  };
}

/** Between the two inputs that a line connects. */
function interpolationExhibit({ images, columns }: ImageGrid, arrays: ArrayRecords): ImageExhibit {
  const { inputLabels } = arrays;
  const pairs = imagePairs(arrays);
  const steps = imagesOf(images, { shape: arrays.shape, what: "interpolations" });
  const lines = range(Math.ceil(steps.length / columns));
  if (pairs.length < 2 * lines.length) {
    throw new TypeError(
      `Cannot draw interpolations: expected two inputs for each of ${lines.length} rows, got ${pairs.length} in all`,
    );
  }
  return {
    kind: "image",
    name: "interpolations",
    title: "Interpolations",
    caption:
      `Pairs of test images, and between them what the decoder makes of ${columns} steps along the straight line from ` +
      "the loc of one's posterior to the other's.",
    png: drawn(
      lines.flatMap((line) => [
        pairs[2 * line][0],
        ...steps.slice(line * columns, (line + 1) * columns),
        pairs[2 * line + 1][0],
      ]),
      { arrays, columns: columns + 2 },
    ),
    rowLabels: inputLabels &&
      lines.map((line) => [2 * line, 2 * line + 1].map((i) => className(inputLabels[i], arrays)).join(" → ")),
    columnLabels: ["input", ...range(columns).map(() => ""), "input"],
    wide: true,
  };
}

/** Each input with what is made of it. */
function imagePairs({ shape, inputs, reconstructions }: ArrayRecords): [Float32Array, Float32Array][] {
  const [from, to] = [inputs, reconstructions].map((images) =>
    imagesOf(images, { shape, what: "reconstructions" })
  );
  if (from.length !== to.length) {
    throw new TypeError(
      `Cannot draw reconstructions: expected ${from.length} images, one for each input, got ${to.length}`,
    );
  }
  return from.map((input, i) => [input, to[i]]);
}

function imagesOf(
  images: Float32Array,
  { shape, what }: { readonly shape: readonly number[]; readonly what: string },
): Float32Array[] {
  const columns = sizeOf(shape);
  return range(countRows(images, { columns, what })).map((i) =>
    images.subarray(i * columns, (i + 1) * columns)
  );
}

function drawn(
  images: readonly Float32Array[],
  { arrays: { shape }, columns }: { readonly arrays: ArrayRecords; readonly columns: number },
): Uint8Array {
  const size = sizeOf(shape);
  const all = new Float32Array(images.length * size);
  images.forEach((image, i) => all.set(image, i * size));
  return mosaic({ images: all, shape, columns, scale: scaleOf(shape), gap: GAP });
}
