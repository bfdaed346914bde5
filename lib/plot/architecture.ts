/**
 * What a model is made of.
 *
 * @module
 */

import { parameterTable } from "../model/parameters.ts";
import type { Latent, Layer, Model, Shape } from "../model/record.ts";
import { type Block, blockDiagram } from "./block_diagram.ts";
import type { Figure } from "./figure.ts";
import { COLORS } from "./theme.ts";

/**
 * Draws a model as boxes: the encoder downwards, the latent heads and z, the decoder upwards.
 *
 * Each box has a layer's kind, its settings, the shape of its output and, where it has any, how many parameters it
 * trains. Every kind of layer is drawn from its own fields.
 *
 * @param model the record
 * @returns a figure of fixed width
 * @throws {RangeError} if a size of the model is out of range
 * @throws {TypeError} if the layers do not fit one another
 *
 * @example
 * ```ts
 * import { fc } from "../model/presets.ts";
 * import { architecture } from "./architecture.ts";
 *
 * const figure = architecture(fc({
 *   input: [28, 28],
 *   latent: { family: "student-t", size: 3, df: { fixed: 5 }, kl: "exact" },
 *   likelihood: { kind: "bernoulli" },
 * }));
 * console.log(figure.layout.title.text); // fc: 222,710 parameters
 * ```
 */
export function architecture(model: Model): Figure {
  const { input, latent, likelihood } = model;
  const counts = parameterCounts(model);
  const layers = (part: "encoder" | "decoder", { from, color }: { from: Shape; color: string }) => {
    let shape = from;
    return model[part].map((layer, i): Block => {
      shape = outputShape(layer, shape);
      const count = counts.get(`${part}/${i}`);
      return { name: words(layer.kind), detail: settings(layer), shape, count, color };
    });
  };
  const ofLatent = { shape: [latent.size], color: COLORS.model };
  const ofData = { shape: input, color: COLORS.neutral };
  return blockDiagram(model.name, {
    encoder: [{ name: "x", ...ofData }, ...layers("encoder", { from: input, color: COLORS.data })],
    heads: [...counts].filter(([place]) => place.startsWith("latent/")).map(([place, count]) => ({
      name: place.split("/")[1],
      detail: "dense",
      count,
      ...ofLatent,
    })),
    sample: { name: "z", detail: distribution(latent), ...ofLatent },
    decoder: [
      ...layers("decoder", { from: [latent.size], color: COLORS.other }),
      { name: likelihood.kind, detail: settings(likelihood), ...ofData },
    ],
  });
}

function distribution(latent: Latent): string {
  return "df" in latent ? `${latent.family}, ${setting("df", latent.df)}` : latent.family;
}

/** Trained parameters by place: `encoder/0`, `latent/loc`, `decoder/2`, in the model's order. */
function parameterCounts(model: Model): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { name, size } of parameterTable(model)) {
    const place = name.split("/").slice(0, 2).join("/");
    counts.set(place, (counts.get(place) ?? 0) + size);
  }
  return counts;
}

/** The shape of one example after a layer. */
function outputShape(layer: Layer, input: Shape): Shape {
  const { kind, units, shape, filters, stride = 1 }: {
    readonly kind: string;
    readonly units?: number;
    readonly shape?: Shape;
    readonly filters?: number;
    readonly stride?: number;
  } = layer;
  if (units !== undefined) return [units];
  if (filters === undefined) return shape ?? input;
  const sides = input.slice(0, 2).map((side) =>
    kind === "conv-transpose" ? side * stride : Math.ceil(side / stride)
  );
  return [...sides, filters];
}

/** Everything about a layer but its kind; `linear` and false say that nothing is done. */
function settings(layer: object): string {
  return Object.entries(layer).flatMap(([name, value]) =>
    name === "kind" || value === "linear" || value === false ? [] : [setting(name, value)]
  ).join(", ");
}

/** `units 128`, `relu`, `bias`, `shape [7, 7, 64]`, `df 5`, `df learned global`. */
function setting(name: string, value: unknown): string {
  if (value === true) return words(name);
  if (name === "activation") return String(value);
  if (Array.isArray(value)) return `${words(name)} [${value.join(", ")}]`;
  if (typeof value !== "object" || value === null) return `${words(name)} ${value}`;
  const parts = Object.entries(value).map(([key, part]) => key === "fixed" ? part : setting(key, part));
  return `${words(name)} ${parts.join(", ")}`;
}

/** `conv-transpose` as people write it. */
function words(name: string): string {
  return name.replaceAll("-", " ");
}
