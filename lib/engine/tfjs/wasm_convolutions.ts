/**
 * Gradients of convolutions on tfjs' wasm backend, as products of matrices.
 *
 * With patches P, one row for each place of the kernel in each image (im2col), a convolution is y = P·W. So dW = Pᵀ·dy,
 * and dP = dy·Wᵀ, whose rows are added back to the pixels they came from (col2im).
 *
 * Images and kernels are channels last (NHWC) and not dilated, as are all of this project's.
 *
 * @module
 */

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { blank, valuesOf } from "./wasm_memory.ts";

type Geometry = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

/**
 * Patches in one product: enough for its fixed costs not to matter, few enough for the patches, which are
 * size² times as large as the image, to stay near the processor.
 */
const PATCHES = 4096;

/**
 * The gradient of a convolution in its kernel, which the stock backend lacks.
 *
 * @param backend the wasm backend
 * @param operands `x`, the convolution's input `[rows, height, width, channels]`, and `dy`, the gradient in its output
 * @param attrs as tfjs passes them to the kernel `Conv2DBackpropFilter`
 * @returns `[size, size, channels, filters]`
 */
export function filterGradient(
  backend: BackendWasm,
  { x, dy }: { x: tf.TensorInfo; dy: tf.TensorInfo },
  { filterShape, strides, pad, dimRoundingMode }: tf.Conv2DBackpropFilterAttrs,
): tf.Tensor {
  const geometry = geometryOf({ inputShape: x.shape, filterShape, strides, pad, dimRoundingMode });
  const { inChannels, filterHeight, filterWidth, outChannels } = geometry;
  const width = filterHeight * filterWidth * inChannels;
  return tf.tidy(() => {
    let sum: tf.Tensor | undefined;
    for (const { first, images, patches } of chunks(geometry)) {
      const before = sum;
      sum = tf.tidy(() => {
        const columns = blank(backend, [patches, width]);
        const part = slice(backend, { of: dy, first, images, shape: [patches, outChannels] });
        gatherPatches(geometry, {
          images,
          pixels: imagesOf(backend, { of: x, first, images }),
          columns: valuesOf(backend, columns),
        });
        // Transposed this way round, the operand to be transposed is the small one.
        const product = tf.matMul(tf.transpose(part), columns);
        return before === undefined ? product : tf.add(before, product);
      });
      before?.dispose();
    }
    return tf.reshape(tf.transpose(sum!), filterShape);
  });
}

/**
 * The gradient of a convolution in its input, which also is the transposed convolution; the stock kernel takes ten
 * times as long.
 *
 * @param backend the wasm backend
 * @param operands `dy`, the gradient in the convolution's output, and `filter`, `[size, size, channels, filters]`
 * @param attrs as tfjs passes them to the kernel `Conv2DBackpropInput`
 * @returns of shape `attrs.inputShape`
 */
export function inputGradient(
  backend: BackendWasm,
  { dy, filter }: { dy: tf.TensorInfo; filter: tf.TensorInfo },
  { inputShape, strides, pad, dimRoundingMode }: tf.Conv2DBackpropInputAttrs,
): tf.Tensor {
  const geometry = geometryOf({ inputShape, filterShape: filter.shape, strides, pad, dimRoundingMode });
  const { inChannels, filterHeight, filterWidth, outChannels } = geometry;
  const width = filterHeight * filterWidth * inChannels;
  return tf.tidy(() => {
    const kernel = tf.transpose(tf.reshape(filter as tf.Tensor, [width, outChannels]));
    const dx = blank(backend, inputShape);
    valuesOf(backend, dx).fill(0);
    for (const { first, images, patches } of chunks(geometry)) {
      tf.tidy(() => {
        const part = slice(backend, { of: dy, first, images, shape: [patches, outChannels] });
        const columns = tf.matMul(part, kernel);
        scatterPatches(geometry, {
          images,
          pixels: imagesOf(backend, { of: dx, first, images }),
          columns: valuesOf(backend, columns),
        });
      });
    }
    return dx;
  });
}

function geometryOf(
  { inputShape, filterShape, strides, pad, dimRoundingMode }:
    & Pick<tf.Conv2DBackpropFilterAttrs, "strides" | "pad" | "dimRoundingMode">
    & { inputShape: readonly number[]; filterShape: readonly number[] },
): Geometry {
  return tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}

interface Chunk {
  /** Number of the first image. */
  readonly first: number;
  readonly images: number;
  readonly patches: number;
}

/** The batch in groups of whole images that have about {@linkcode PATCHES} patches together. */
function* chunks({ batchSize, outHeight, outWidth }: Geometry): Generator<Chunk> {
  const each = outHeight * outWidth;
  const most = Math.max(1, Math.floor(PATCHES / each));
  for (let first = 0; first < batchSize; first += most) {
    const images = Math.min(most, batchSize - first);
    yield { first, images, patches: images * each };
  }
}

/** The values of consecutive images, in place. */
function imagesOf(
  backend: BackendWasm,
  { of, first, images }: { of: tf.TensorInfo; first: number; images: number },
): Float32Array {
  const size = tf.util.sizeFromShape(of.shape.slice(1));
  return valuesOf(backend, of).subarray(first * size, (first + images) * size);
}

/** Consecutive images as a tensor of their own; the backend's own slice copies its whole input first. */
function slice(
  backend: BackendWasm,
  { shape, ...where }: { of: tf.TensorInfo; first: number; images: number; shape: [number, number] },
): tf.Tensor2D {
  const part = blank(backend, shape) as tf.Tensor2D;
  valuesOf(backend, part).set(imagesOf(backend, where));
  return part;
}

interface Patches {
  readonly images: number;
  /** `[images, height, width, channels]`. */
  readonly pixels: Float32Array;
  /** `[images · places, size · size · channels]`. */
  readonly columns: Float32Array;
}

/** im2col: what lies outside an image is 0. */
function gatherPatches(geometry: Geometry, { images, pixels, columns }: Patches): void {
  columns.fill(0);
  forEachRun(geometry, images, (column, pixel, length) => {
    for (let i = 0; i < length; i++) columns[column + i] = pixels[pixel + i];
  });
}

/** col2im: what lies outside an image is lost. */
function scatterPatches(geometry: Geometry, { images, pixels, columns }: Patches): void {
  forEachRun(geometry, images, (column, pixel, length) => {
    for (let i = 0; i < length; i++) pixels[pixel + i] += columns[column + i];
  });
}

/** Visits each row of each patch, a run of consecutive values in the patch and in the image, cut at the image's sides. */
function forEachRun(
  geometry: Geometry,
  images: number,
  visit: (column: number, pixel: number, length: number) => void,
): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth } = geometry;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = geometry;
  let column = 0;
  for (let image = 0; image < images; image++) {
    for (let y = -padInfo.top, row = 0; row < outHeight; row++, y += strideHeight) {
      for (let x = -padInfo.left, place = 0; place < outWidth; place++, x += strideWidth) {
        const left = Math.max(x, 0);
        const length = (Math.min(x + filterWidth, inWidth) - left) * inChannels;
        const skipped = (left - x) * inChannels;
        for (let h = y; h < y + filterHeight; h++) {
          if (h >= 0 && h < inHeight && length > 0) {
            visit(column + skipped, ((image * inHeight + h) * inWidth + left) * inChannels, length);
          }
          column += filterWidth * inChannels;
        }
      }
    }
  }
}
