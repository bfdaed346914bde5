/**
 * `sweep resume`: `sweep run` of a sweep that has been begun.
 *
 * @module
 */

import type { Parser } from "@optique/core/parser";
import { findSweep } from "./folder.ts";
import { runSweep } from "./run.ts";
import { runOptions } from "./run_options.ts";
import { type Action, subcommand } from "./subcommand.ts";

/** The subcommand. */
export const resumeCommand: Parser<"sync", Action, unknown> = subcommand("resume", {
  brief: "go on with a sweep that has been begun; as run, which would begin one too",
  parser: runOptions,
  handler: (given) => runSweep(given, findSweep),
});
