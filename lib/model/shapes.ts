/**
 * The shapes that examples have on their way through a model.
 *
 * @module
 */

import { type Conv, type ConvTranspose, type Layer, type Model, type Shape, sizeOf } from "./record.ts";

/** The shape of an image. */
export type Image = readonly [height: number, width: number, channels: number];

/** Shapes of one example before each layer of a part and after its last: one more than there are layers. */
export interface ModelShapes {
  /** From `model.input` to what the latent heads flatten. */
  readonly encoder: readonly Shape[];
  /** From `[latent.size]` to the output. */
  readonly decoder: readonly Shape[];
}

/**
 * Follows the shape of one example through encoder and decoder.
 *
 * @param model the record; its sizes are taken for positive integers
 * @returns the shapes
 * @throws {TypeError} naming the first layer that cannot take what the layer before it gives
 *
 * @example
 * ```ts
 * import { modelShapes } from "./shapes.ts";
 * import { cnn } from "./presets.ts";
 * import assert from "node:assert/strict";
 *
 * const model = cnn({
 *   input: [28, 28],
 *   latent: { family: "gaussian", size: 2, kl: "closed" },
 *   likelihood: { kind: "bernoulli" },
 * });
 * assert.deepEqual(modelShapes(model).encoder.at(-1), [7, 7, 64]);
 * assert.deepEqual(modelShapes(model).decoder.at(-1), [28, 28, 1]);
 * ```
 */
export function modelShapes({ name, input, encoder, latent, decoder }: Model): ModelShapes {
  const through = (part: string, { from, layers }: { from: Shape; layers: readonly Layer[] }) => {
    const shapes = [from];
    layers.forEach((layer, i) => {
      const shape = shapes[i];
      const misfit = (rule: string) =>
        new TypeError(`Cannot build model ${name}: ${part}[${i}] must ${rule}, got [${shape.join(", ")}]`);
      shapes.push(outputShape(layer, { shape, misfit }));
    });
    return shapes;
  };
  return {
    encoder: through("encoder", { from: input, layers: encoder }),
    decoder: through("decoder", { from: [latent.size], layers: decoder }),
  };
}

/**
 * A shape as that of an image.
 *
 * @param shape of one example
 * @returns `[height, width, channels]`, where `[height, width]` has one channel; undefined if it is no image
 */
export function imageShape(shape: Shape): Image | undefined {
  if (shape.length !== 2 && shape.length !== 3) return undefined;
  const [height, width, channels = 1] = shape;
  return [height, width, channels];
}

/**
 * The shape that a convolution gives an image: its sides divided by the stride, or times it where it is transposed.
 *
 * @param layer the layer
 * @param image its input
 * @returns `[height, width, filters]`
 */
export function convolutionShape({ kind, filters, stride }: Conv | ConvTranspose, image: Image): Image {
  const side = (n: number) => kind === "conv" ? Math.ceil(n / stride) : n * stride;
  return [side(image[0]), side(image[1]), filters];
}

function outputShape(
  layer: Layer,
  { shape, misfit }: { shape: Shape; misfit: (rule: string) => TypeError },
): Shape {
  const image = imageShape(shape);
  switch (layer.kind) {
    case "dense":
      return [layer.units];
    case "conv":
    case "conv-transpose": {
      if (image === undefined) {
        throw misfit("have an image as input, [height, width, channels] (a reshape layer makes one)");
      }
      return convolutionShape(layer, image);
    }
    case "batch-norm":
      if (image === undefined && shape.length !== 1) {
        throw misfit("have a vector or an image as input (a reshape layer makes one)");
      }
      return image ?? shape;
    case "leaky-relu":
      return shape;
    case "reshape":
      if (sizeOf(layer.shape) !== sizeOf(shape)) {
        throw misfit(
          `have an input of ${sizeOf(layer.shape)} elements for its shape [${layer.shape.join(", ")}]`,
        );
      }
      return layer.shape;
  }
}
