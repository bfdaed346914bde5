/**
 * The flag that says where data sets come from.
 *
 * @module
 */

import { message } from "@optique/core/message";
import { map, optional } from "@optique/core/modifiers";
import type { Parser } from "@optique/core/parser";
import { option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";

/** `--mirror DIR|URL`, or the environment's `TVAE_MIRROR`. */
export const mirrorOption: Parser<"sync", string | undefined, unknown> = map(
  optional(option("--mirror", string({ metavar: "DIR|URL" }), {
    description:
      message`where to get published data sets instead of their own hosts: <mirror>/<dataset>/<file> (default: TVAE_MIRROR)`,
  })),
  (mirror) => mirror ?? Deno.env.get("TVAE_MIRROR"),
);
