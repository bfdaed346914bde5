/**
 * The argument that names a run, and the flags that say what of it to use.
 *
 * @module
 */

import { type Message, message } from "@optique/core/message";
import type { Parser } from "@optique/core/parser";
import { optional } from "@optique/core/modifiers";
import { argument, option } from "@optique/core/primitives";
import { integer } from "@optique/core/valueparser";
import { path } from "@optique/run";
import { ENGINE_NAMES, type EngineName, MAX_THREADS } from "../../lib/engine/engine.ts";
import type { CheckpointName } from "../../lib/run/checkpoint.ts";
import { oneOf } from "./one_of.ts";

/** What to say where it is missing; an `object()` with nothing at all to parse asks for it too. */
export const RUN_MISSING: Message =
  message`RUN is missing: name a run directory, as in runs/mnist-fc-student-t-1`;

/** The path of a run's directory, as typed. */
export const runArgument: Parser<"sync", string, unknown> = argument(
  path({ metavar: "RUN", type: "directory" }),
  { description: message`a run directory`, errors: { endOfInput: RUN_MISSING } },
);

/** Which parameters of the run to use. */
export const checkpointOption: Parser<"sync", CheckpointName | undefined, unknown> = optional(
  option("--checkpoint", oneOf("NAME", ["last", "best"]), {
    description:
      message`which parameters to use: last or best (default: best where there is a validation set)`,
  }),
);

/** What to compute on. */
export const backendOption: Parser<"sync", EngineName | undefined, unknown> = optional(
  option("--backend", oneOf("ENGINE", ENGINE_NAMES), {
    description: message`the engine to compute on (default: the run's own)`,
  }),
);

/** On how many threads. */
export const threadsOption: Parser<"sync", number | undefined, unknown> = optional(
  option("--threads", integer({ min: 0, max: MAX_THREADS, metavar: "N" }), {
    description: message`threads of wasm; 0 for one per processor (default: as the run was trained)`,
  }),
);
