/**
 * What is said of a name that nothing has.
 *
 * @module
 */

import { didYouMean } from "./nearest.ts";

/**
 * The message of an error about an unknown name: which are valid, and which of them was probably meant.
 *
 * @param what what is named: `data set`
 * @param options `name`: what was given; `valid`: the valid names; `or`: what else may be given; `shown`: how to show
 *   what was given, itself by default
 * @returns one line
 *
 * @example
 * ```ts
 * import { unknownName } from "./unknown_name.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(
 *   unknownName("data set", { name: "mnits", valid: ["glyphs", "mnist"] }),
 *   "Unknown data set mnits; valid: glyphs, mnist; did you mean mnist?",
 * );
 * ```
 */
export function unknownName(
  what: string,
  { name, valid, or, shown = String(name) }: {
    readonly name: unknown;
    readonly valid: readonly string[];
    readonly or?: string;
    readonly shown?: string;
  },
): string {
  const all = [...valid, ...(or === undefined ? [] : [`or ${or}`])].join(", ");
  return `Unknown ${what} ${shown}; valid: ${all}${didYouMean(name, valid)}`;
}
