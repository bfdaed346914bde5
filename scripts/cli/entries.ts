/**
 * Records as rows of a table.
 *
 * @module
 */

import type { Entry } from "../../lib/plot/records.ts";

/**
 * A record's leaves by dotted key.
 *
 * @param value a configuration, or anything of JSON's
 * @returns a row for each leaf; a layer is one: `dense, 128, relu`
 */
export function entries(value: object): Entry[] {
  return leaves(value, "");
}

function leaves(value: object, prefix: string): Entry[] {
  return Object.entries(value).flatMap(([key, part]): Entry[] => {
    const name = `${prefix}${key}`;
    if (typeof part !== "object" || part === null) return [[name, String(part)]];
    if (!Array.isArray(part)) return leaves(part, `${name}.`);
    const isShape = part.every((item) => typeof item === "number");
    return isShape
      ? [[name, part.join(" × ")]]
      : part.map((layer, i): Entry => [`${name}.${i}`, Object.values(layer).join(", ")]);
  });
}
