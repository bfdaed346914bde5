/**
 * Gradients of convolutions on tfjs' wasm backend, as products of matrices.
 *
 * With patches P, one row for each place of the kernel in each image, a convolution is y = P·W. So dW = Pᵀ·dy, where
 * Pᵀ is gathered from the pixels (im2col), and dP = dy·Wᵀ, whose rows are added back to their pixels (col2im).
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
 * Patches in one product: enough for its fixed costs not to matter, few enough for the patches, size² times as large as
 * their images, to stay in the processor's cache.
 */
const PATCHES = 2048;

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
        // Pᵀ goes left, as the backend packs the right operand anew for each product.
        const transposed = blank(backend, [width, patches]) as tf.Tensor2D;
        const part = slice(backend, { of: dy, first, images, shape: [patches, outChannels] });
        gather(geometry, {
          images,
          pixels: imagesOf(backend, { of: x, first, images }),
          transposed: valuesOf(backend, transposed),
        });
        const product = tf.matMul(transposed, part);
        return before === undefined ? product : tf.add(before, product);
      });
      before?.dispose();
    }
    return tf.reshape(sum!, filterShape);
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
        const rows = tf.matMul(part, kernel);
        scatter(geometry, {
          images,
          pixels: imagesOf(backend, { of: dx, first, images }),
          rows: valuesOf(backend, rows),
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

/**
 * Pᵀ from pixels, `[images, height, width, channels]`: `[size · size · channels, patches]`, 0 where a patch lies outside.
 *
 * Image by image, so that its pixels stay in the innermost cache, and along each row of places.
 */
function gather(
  geometry: Geometry,
  { images, pixels, transposed }: { images: number; pixels: Float32Array; transposed: Float32Array },
): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth } = geometry;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo: { top, left } } = geometry;
  const patches = images * outHeight * outWidth;
  const step = strideWidth * inChannels;
  transposed.fill(0);
  for (let image = 0; image < images; image++) {
    for (let h = 0; h < filterHeight; h++) {
      for (let w = 0; w < filterWidth; w++) {
        // Places where this pixel of the kernel is inside the image.
        const begin = Math.max(0, Math.ceil((left - w) / strideWidth));
        const end = Math.min(outWidth, Math.ceil((inWidth + left - w) / strideWidth));
        for (let channel = 0; channel < inChannels; channel++) {
          const entry = ((h * filterWidth + w) * inChannels + channel) * patches +
            image * outHeight * outWidth;
          for (let row = 0; row < outHeight; row++) {
            const y = row * strideHeight - top + h;
            if (y < 0 || y >= inHeight) continue;
            const x = begin * strideWidth - left + w;
            let pixel = ((image * inHeight + y) * inWidth + x) * inChannels + channel;
            for (
              let i = entry + row * outWidth + begin;
              i < entry + row * outWidth + end;
              i++, pixel += step
            ) {
              transposed[i] = pixels[pixel];
            }
          }
        }
      }
    }
  }
}

/** Adds rows of dP, `[patches, size · size · channels]`, to their pixels; what lies outside the image is lost. */
function scatter(
  geometry: Geometry,
  { images, pixels, rows }: { images: number; pixels: Float32Array; rows: Float32Array },
): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth } = geometry;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo: { top, left } } = geometry;
  let patchRow = 0;
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < outHeight; row++) {
      for (let place = 0; place < outWidth; place++) {
        const x = place * strideWidth - left;
        const begin = Math.max(x, 0);
        const end = Math.min(x + filterWidth, inWidth);
        for (let h = 0; h < filterHeight; h++, patchRow += filterWidth * inChannels) {
          const y = row * strideHeight - top + h;
          if (y < 0 || y >= inHeight) continue;
          const line = (image * inHeight + y) * inWidth;
          // A row of a patch is consecutive in the image, too.
          const offset = patchRow - (line + x) * inChannels;
          const last = (line + end) * inChannels;
          for (let i = (line + begin) * inChannels; i < last; i++) pixels[i] += rows[offset + i];
        }
      }
    }
  }
}
