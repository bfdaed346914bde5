/**
 * What a model is made of.
 *
 * @module
 */

import { dfCount } from "../model/degrees_of_freedom.ts";
import { parameterTable } from "../model/parameters.ts";
import type { Latent, Model } from "../model/record.ts";
import { modelShapes } from "../model/shapes.ts";
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
  const shapes = modelShapes(model);
  const layers = (part: "encoder" | "decoder", color: string) =>
    model[part].map((layer, i): Block => ({
      name: words(layer.kind),
      detail: settings(layer),
      shape: shapes[part][i + 1],
      count: counts.get(`${part}/${i}`),
      color,
    }));
  const ofLatent = { shape: [latent.size], color: COLORS.model };
  const ofData = { shape: input, color: COLORS.neutral };
  return blockDiagram(model.name, {
    encoder: [{ name: "x", ...ofData }, ...layers("encoder", COLORS.data)],
    heads: [...counts].filter(([place]) => place.startsWith("latent/")).map(([place, count]) => {
      const [, name] = place.split("/");
      return {
        name,
        detail: "dense",
        count,
        ...ofLatent,
        ...(name === "df" ? degreesOfFreedom(latent) : {}),
      };
    }),
    sample: { name: "z", detail: distribution(latent), ...ofLatent },
    decoder: [
      ...layers("decoder", COLORS.other),
      {
        name: likelihood.kind,
        detail: settings(likelihood),
        count: counts.get("likelihood/scale"),
        ...ofData,
      },
    ],
  });
}

function distribution(latent: Latent): string {
  const { family } = latent;
  if (family === "gaussian") return family;
  const df = "fixed" in latent.df ? `df ${latent.df.fixed}` : "learned" in latent.df ? "df" : "df(x)";
  return [family, ...(latent.joint ? ["joint"] : []), df].join(", ");
}

/** Where the head for df is unlike the others: learned ones depend on no x, and several dimensions may share one. */
function degreesOfFreedom(latent: Latent): Pick<Block, "detail" | "shape"> | undefined {
  if (latent.family === "gaussian") return undefined;
  return { detail: "learned" in latent.df ? "learned" : "dense", shape: [dfCount(latent)] };
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

/** Everything about a layer but its kind; `linear` and false say that nothing is done. */
function settings(layer: object): string {
  return Object.entries(layer).flatMap(([name, value]) =>
    name === "kind" || value === "linear" || value === false ? [] : [setting(name, value)]
  ).join(", ");
}

/** `units 128`, `relu`, `bias`, `shape [7, 7, 64]`. */
function setting(name: string, value: unknown): string {
  if (value === true) return words(name);
  if (name === "activation") return String(value);
  return `${words(name)} ${Array.isArray(value) ? `[${value.join(", ")}]` : value}`;
}

/** `conv-transpose` as people write it. */
function words(name: string): string {
  return name.replaceAll("-", " ");
}
