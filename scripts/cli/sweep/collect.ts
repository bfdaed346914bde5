/**
 * `sweep collect`.
 *
 * @module
 */

import type { Parser } from "@optique/core/parser";
import { type Action, subcommand, sweepArguments } from "./subcommand.ts";

/** The subcommand. */
export const collectCommand: Parser<"sync", Action, unknown> = subcommand("collect", {
  brief: "compare the cells that are done: table, summary and figures",
  parser: sweepArguments,
  handler: () => {
    throw new Error("Cannot collect: not written yet");
  },
});
