/**
 * `sweep status`.
 *
 * @module
 */

import type { Parser } from "@optique/core/parser";
import { type Action, subcommand, sweepArguments } from "./subcommand.ts";

/** The subcommand. */
export const statusCommand: Parser<"sync", Action, unknown> = subcommand("status", {
  brief: "how far every cell is",
  parser: sweepArguments,
  handler: () => {
    throw new Error("Cannot status: not written yet");
  },
});
