/**
 * `sweep run`.
 *
 * @module
 */

import type { Parser } from "@optique/core/parser";
import { type Action, subcommand, sweepArguments } from "./subcommand.ts";

/** The subcommand. */
export const runSweepCommand: Parser<"sync", Action, unknown> = subcommand("run", {
  brief: "train every cell that is not done",
  parser: sweepArguments,
  handler: () => {
    throw new Error("Cannot run: not written yet");
  },
});
