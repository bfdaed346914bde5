/**
 * The argument that names a run.
 *
 * @module
 */

import { type Message, message } from "@optique/core/message";
import type { Parser } from "@optique/core/parser";
import { argument } from "@optique/core/primitives";
import { path } from "@optique/run";

/** What to say where it is missing; an `object()` with nothing at all to parse asks for it too. */
export const RUN_MISSING: Message =
  message`RUN is missing: name a run directory, as in runs/mnist-fc-student-t-1`;

/** The path of a run's directory, as typed. */
export const runArgument: Parser<"sync", string, unknown> = argument(
  path({ metavar: "RUN", type: "directory" }),
  { description: message`a run directory`, errors: { endOfInput: RUN_MISSING } },
);
