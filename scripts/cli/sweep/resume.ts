/**
 * `sweep resume`.
 *
 * @module
 */

import type { Parser } from "@optique/core/parser";
import { type Action, subcommand, sweepArguments } from "./subcommand.ts";

/** The subcommand. */
export const resumeCommand: Parser<"sync", Action, unknown> = subcommand("resume", {
  brief: "go on with a sweep that has been begun",
  parser: sweepArguments,
  handler: () => {
    throw new Error("Cannot resume: not written yet");
  },
});
