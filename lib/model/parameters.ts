/**
 * A model's arrays: trained parameters and running statistics, with their names, shapes, places and first values.
 *
 * @module
 */

import { philox4x32, STREAM, uniform23 } from "../math/philox.ts";
import { checkModel } from "./check_model.ts";
import { dfCount, dfFloor, dfInitial, softplusInverse } from "./degrees_of_freedom.ts";
import { isScaleLearned } from "./learned_scale.ts";
import {
  type AmortisedDf,
  type Latent,
  type Layer,
  type Likelihood,
  type Model,
  SCALE_FLOOR,
  SCALE_INITIAL,
  type Shape,
  sizeOf,
} from "./record.ts";
import { imageShape, modelShapes } from "./shapes.ts";

/** How an array starts. */
export type Initialiser =
  | { readonly kind: "zeros" }
  | { readonly kind: "ones" }
  /** The same value throughout. */
  | { readonly kind: "constant"; readonly value: number }
  /** Uniform on (from, to). */
  | { readonly kind: "uniform"; readonly from: number; readonly to: number }
  /** Uniform on (−limit, limit), limit = sqrt(6 / (fanIn + fanOut)). */
  | { readonly kind: "glorot-uniform"; readonly fanIn: number; readonly fanOut: number };

/** One array of a model. */
export interface Parameter {
  /** Its place in the model: `encoder/0/kernel`, `latent/scale/bias`, `latent/df`, `decoder/3/variance`. */
  readonly name: string;
  /**
   * `[inputs, units]` for a dense kernel, `[size, size, inputs, filters]` for a convolution's and
   * `[size, size, filters, inputs]` for a transposed one's; a vector for all else.
   */
  readonly shape: Shape;
  /** Where it starts in a flat buffer of all arrays of its table, in elements. */
  readonly offset: number;
  /** Number of elements. */
  readonly size: number;
  /** How it starts. */
  readonly initialiser: Initialiser;
  /** Training adds l2 · Σ value² to its loss; absent for none. */
  readonly l2?: number;
}

/**
 * Lists what training fits, in the order of the flat buffer: encoder, latent heads or learned df, decoder, a learned
 * scale of the likelihood; kernel before bias, gamma before beta.
 *
 * @param model the record
 * @returns the table; offsets leave no gaps
 * @throws {RangeError} if a size of the model is out of range
 * @throws {TypeError} if a layer does not fit its input, or the decoder's output not the model's input
 *
 * @example
 * ```ts
 * import { parameterTable } from "./parameters.ts";
 * import { fc } from "./presets.ts";
 * import assert from "node:assert/strict";
 *
 * const table = parameterTable(fc({
 *   input: [7],
 *   hidden: [4],
 *   latent: { family: "gaussian", size: 2, kl: "closed" },
 *   likelihood: { kind: "gaussian", scale: 1 },
 * }));
 * assert.deepEqual(table[0], {
 *   name: "encoder/0/kernel",
 *   shape: [7, 4],
 *   offset: 0,
 *   size: 28,
 *   initialiser: { kind: "glorot-uniform", fanIn: 7, fanOut: 4 },
 * });
 * ```
 */
export function parameterTable(model: Model): readonly Parameter[] {
  checkModel(model);
  const { encoder, latent, decoder, likelihood } = model;
  const shapes = modelShapes(model);
  const width = sizeOf(shapes.encoder.at(-1)!);
  return pack([
    ...encoder.flatMap((layer, i) => trained(layer, { name: `encoder/${i}`, input: shapes.encoder[i] })),
    ...dense("latent/loc", [width, latent.size]),
    ...dense("latent/scale", [width, latent.size]),
    ...trainedDf(latent, width),
    ...decoder.flatMap((layer, i) => trained(layer, { name: `decoder/${i}`, input: shapes.decoder[i] })),
    ...trainedScale(likelihood),
  ]);
}

/**
 * Lists the running statistics that batch norm keeps beside the parameters, encoder before decoder, mean before
 * variance. Training moves them without gradients or moments.
 *
 * @param model the record
 * @returns the table; offsets leave no gaps in a buffer of its own
 * @throws {RangeError} if a size of the model is out of range
 * @throws {TypeError} if a layer does not fit its input, or the decoder's output not the model's input
 */
export function statisticsTable(model: Model): readonly Parameter[] {
  checkModel(model);
  const shapes = modelShapes(model);
  return pack((["encoder", "decoder"] as const).flatMap((part) =>
    model[part].flatMap((layer, i): Entry[] => {
      if (layer.kind !== "batch-norm") return [];
      const shape = shapes[part][i + 1].slice(-1);
      return [
        { name: `${part}/${i}/mean`, shape, initialiser: { kind: "zeros" } },
        { name: `${part}/${i}/variance`, shape, initialiser: { kind: "ones" } },
      ];
    })
  ));
}

type Entry = Omit<Parameter, "offset" | "size">;

function pack(entries: readonly Entry[]): readonly Parameter[] {
  let offset = 0;
  return entries.map(({ name, shape, ...entry }) => {
    const size = sizeOf(shape);
    offset += size;
    return { name, shape, offset: offset - size, size, ...entry };
  });
}

/** A layer's trained arrays. */
function trained(layer: Layer, { name, input }: { name: string; input: Shape }): Entry[] {
  switch (layer.kind) {
    case "dense":
      return dense(name, [sizeOf(input), layer.units], { l2: layer.l2 });
    case "conv":
    case "conv-transpose": {
      const { kind, size, filters, bias } = layer;
      const channels = imageShape(input)![2];
      const kernel: Entry = {
        name: `${name}/kernel`,
        shape: [size, size, ...(kind === "conv" ? [channels, filters] : [filters, channels])],
        // Each output sees size² pixels of every input channel, and each input reaches as many of every filter.
        initialiser: {
          kind: "glorot-uniform",
          fanIn: size * size * channels,
          fanOut: size * size * filters,
        },
      };
      return bias
        ? [kernel, { name: `${name}/bias`, shape: [filters], initialiser: { kind: "zeros" } }]
        : [kernel];
    }
    case "batch-norm": {
      const shape = (imageShape(input) ?? input).slice(-1);
      return [
        { name: `${name}/gamma`, shape, initialiser: { kind: "ones" } },
        { name: `${name}/beta`, shape, initialiser: { kind: "zeros" } },
      ];
    }
    case "leaky-relu":
    case "reshape":
      return [];
  }
}

/** What degrees of freedom are made of, before softplus and floor. */
function trainedDf(latent: Latent, width: number): Entry[] {
  if (latent.family === "gaussian" || "fixed" in latent.df) return [];
  const count = dfCount(latent);
  const start = softplusInverse(dfInitial(latent) - dfFloor(latent));
  if ("learned" in latent.df) {
    return [{ name: "latent/df", shape: [count], initialiser: { kind: "constant", value: start } }];
  }
  const { kernel, bias = kernel === undefined ? start : 0 } = latent.df;
  return dense("latent/df", [width, count], { ...latent.df, bias });
}

function trainedScale(likelihood: Likelihood): Entry[] {
  if (!isScaleLearned({ likelihood })) return [];
  const value = softplusInverse(SCALE_INITIAL - SCALE_FLOOR);
  return [{ name: "likelihood/scale", shape: [1], initialiser: { kind: "constant", value } }];
}

function dense(
  name: string,
  [fanIn, fanOut]: readonly [number, number],
  { l2, kernel, bias = 0 }: Pick<AmortisedDf, "l2" | "kernel" | "bias"> = {},
): Entry[] {
  return [
    {
      name: `${name}/kernel`,
      shape: [fanIn, fanOut],
      initialiser: kernel === undefined
        ? { kind: "glorot-uniform", fanIn, fanOut }
        : { kind: "uniform", from: kernel[0], to: kernel[1] },
      ...(l2 === undefined ? {} : { l2 }),
    },
    {
      name: `${name}/bias`,
      shape: [fanOut],
      initialiser: bias === 0 ? { kind: "zeros" } : { kind: "constant", value: bias },
    },
  ];
}

/**
 * The parameters a model starts training with. Same seed, same bits, on every engine.
 *
 * Element i of parameter p is made from the first word of the Philox block at row i, dimension p of the stream
 * `initialWeights`, so that no element depends on another's being drawn.
 *
 * @param model the record
 * @param options `seed`, an integer from 0 to 2^53 − 1
 * @returns row-major arrays by parameter name, in the table's order
 * @throws {RangeError} if the seed or a size of the model is out of range
 * @throws {TypeError} if a layer does not fit its input, or the decoder's output not the model's input
 *
 * Source: Glorot & Bengio 2010, equation 16, for kernels, a convolution's fans being size² · channels; gamma is one,
 * biases and beta are zero; degrees of freedom and a learned scale start where the record says.
 */
export function initialParameters(
  model: Model,
  { seed }: { readonly seed: number },
): ReadonlyMap<string, Float32Array> {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(
      `Cannot initialise model ${model.name}: seed must be an integer from 0 to 2^53 - 1, got ${seed}`,
    );
  }
  const key = [seed % 2 ** 32, Math.floor(seed / 2 ** 32)];
  return new Map(
    parameterTable(model).map(({ name, size, initialiser }, index) => {
      const values = new Float32Array(size);
      if (initialiser.kind === "ones") values.fill(1);
      if (initialiser.kind === "constant") values.fill(initialiser.value);
      if (initialiser.kind === "uniform") fillUniform(values, { ...initialiser, key, index });
      if (initialiser.kind === "glorot-uniform") {
        const limit = Math.sqrt(6 / (initialiser.fanIn + initialiser.fanOut));
        fillUniform(values, { from: -limit, to: limit, key, index });
      }
      return [name, values];
    }),
  );
}

/**
 * The running statistics a model starts with: mean 0 and variance 1.
 *
 * @param model the record
 * @returns arrays by name, in the order of {@linkcode statisticsTable}
 * @throws {RangeError} if a size of the model is out of range
 * @throws {TypeError} if a layer does not fit its input, or the decoder's output not the model's input
 */
export function initialStatistics(model: Model): ReadonlyMap<string, Float32Array> {
  return new Map(
    statisticsTable(model).map(({ name, size, initialiser }) => [
      name,
      new Float32Array(size).fill(initialiser.kind === "ones" ? 1 : 0),
    ]),
  );
}

function fillUniform(
  values: Float32Array,
  { from, to, key, index }: {
    readonly from: number;
    readonly to: number;
    readonly key: readonly number[];
    readonly index: number;
  },
): void {
  const [middle, half] = [(from + to) / 2, (to - from) / 2];
  const counter = Uint32Array.of(0, 0, STREAM.initialWeights, index);
  const words = new Uint32Array(4);
  for (let i = 0; i < values.length; i++) {
    counter[0] = i;
    philox4x32(counter, key, words);
    values[i] = middle + (2 * uniform23(words[0]) - 1) * half;
  }
}
