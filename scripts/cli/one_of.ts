/**
 * Values of flags that are one of a few names.
 *
 * @module
 */

import { message, text } from "@optique/core/message";
import { choice, type ValueParser } from "@optique/core/valueparser";
import { didYouMean } from "../../lib/names/nearest.ts";

/**
 * A name out of a list; a wrong one is told the list and the nearest.
 *
 * @param metavar what stands for the value in the help: `ENGINE`
 * @param names the valid names
 * @returns a parser of the value alone
 */
export function oneOf<const Name extends string>(
  metavar: Uppercase<string>,
  names: readonly Name[],
): ValueParser<"sync", Name> {
  return choice(names, {
    metavar: metavar as "NAME",
    errors: {
      invalidChoice: (input) =>
        message`must be one of ${text(names.join(", "))}, got ${input}${text(didYouMean(input, names))}`,
    },
  });
}
