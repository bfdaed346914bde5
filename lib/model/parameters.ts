/**
 * A model's trainable parameters: their names, shapes, places and first values.
 *
 * @module
 */

import { philox4x32, STREAM, uniform23 } from "../math/philox.ts";
import { checkModel } from "./check_model.ts";
import { type Layer, type Model, type Shape, sizeOf } from "./record.ts";

/** How a parameter starts. */
export type Initialiser =
  | { readonly kind: "zeros" }
  /** Uniform on (−limit, limit), limit = sqrt(6 / (fanIn + fanOut)). */
  | { readonly kind: "glorot-uniform"; readonly fanIn: number; readonly fanOut: number };

/** One trainable array. */
export interface Parameter {
  /** Its place in the model: `encoder/0/kernel`, `latent/scale/bias`. */
  readonly name: string;
  /** `[inputs, units]` for a kernel, `[units]` for a bias. */
  readonly shape: Shape;
  /** Where it starts in a flat buffer of all parameters, in elements. */
  readonly offset: number;
  /** Number of elements. */
  readonly size: number;
  /** How it starts. */
  readonly initialiser: Initialiser;
}

/**
 * Lists a model's parameters, in the order of the flat buffer: encoder, latent heads, decoder; kernel, then bias.
 *
 * @param model the record
 * @returns the table; offsets leave no gaps
 * @throws {RangeError} if a size of the model is out of range
 * @throws {TypeError} if the decoder's output does not fit the input
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
  const table: Parameter[] = [];
  const add = ({ name, shape, initialiser }: Pick<Parameter, "name" | "shape" | "initialiser">) => {
    const last = table.at(-1);
    const offset = last === undefined ? 0 : last.offset + last.size;
    table.push({ name, shape, offset, size: sizeOf(shape), initialiser });
  };
  const addDense = (name: string, [fanIn, fanOut]: readonly [number, number]) => {
    add({
      name: `${name}/kernel`,
      shape: [fanIn, fanOut],
      initialiser: { kind: "glorot-uniform", fanIn, fanOut },
    });
    add({ name: `${name}/bias`, shape: [fanOut], initialiser: { kind: "zeros" } });
  };
  /** Returns the width of the last layer's output. */
  const addLayers = (layers: readonly Layer[], { prefix, width }: { prefix: string; width: number }) =>
    layers.reduce((inputs, { units }, i) => {
      addDense(`${prefix}/${i}`, [inputs, units]);
      return units;
    }, width);

  const { input, encoder, latent, decoder } = model;
  const width = addLayers(encoder, { prefix: "encoder", width: sizeOf(input) });
  addDense("latent/loc", [width, latent.size]);
  addDense("latent/scale", [width, latent.size]);
  addLayers(decoder, { prefix: "decoder", width: latent.size });
  return table;
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
 * @throws {TypeError} if the decoder's output does not fit the input
 *
 * Source: Glorot & Bengio 2010, equation 16, for kernels; biases are zero.
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
      if (initialiser.kind === "glorot-uniform") fillGlorot(values, { ...initialiser, key, index });
      return [name, values];
    }),
  );
}

function fillGlorot(
  values: Float32Array,
  { fanIn, fanOut, key, index }: {
    readonly fanIn: number;
    readonly fanOut: number;
    readonly key: readonly number[];
    readonly index: number;
  },
): void {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  const counter = Uint32Array.of(0, 0, STREAM.initialWeights, index);
  const words = new Uint32Array(4);
  for (let i = 0; i < values.length; i++) {
    counter[0] = i;
    philox4x32(counter, key, words);
    values[i] = (2 * uniform23(words[0]) - 1) * limit;
  }
}
