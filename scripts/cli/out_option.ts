/**
 * The flag that names a file to write.
 *
 * @module
 */

import { type Message, message, text } from "@optique/core/message";
import type { Parser } from "@optique/core/parser";
import { option } from "@optique/core/primitives";
import type { ValueParser } from "@optique/core/valueparser";

/**
 * `--out FILE`; its ending says the format.
 *
 * @param endings the valid ones, with their dots
 * @param description what is written, for the help
 * @returns a parser of the path, which must be given
 */
export function outOption(
  endings: readonly string[],
  description: Message = message`the file to write, ending in ${text(endings.join(" or "))}`,
): Parser<"sync", string, unknown> {
  const valid = endings.join(" or ");
  const file: ValueParser<"sync", string> = {
    mode: "sync",
    metavar: "FILE",
    placeholder: "",
    format: String,
    parse: (input) =>
      endings.some((ending) => input.endsWith(ending))
        ? { success: true, value: input }
        : { success: false, error: message`must end in ${text(valid)}, got ${input}` },
  };
  return option("--out", file, { description });
}
