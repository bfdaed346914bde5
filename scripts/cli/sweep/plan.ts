/**
 * `sweep plan`: what a sweep would do, and what it would take.
 *
 * @module
 */

import type { Parser } from "@optique/core/parser";
import { readSweep } from "../../../lib/run/sweep.ts";
import { type Action, subcommand, sweepArguments } from "./subcommand.ts";

/** The subcommand. */
export const planCommand: Parser<"sync", Action, unknown> = subcommand("plan", {
  brief: "list the cells, and estimate time and disk from a few measured steps; trains nothing",
  parser: sweepArguments,
  handler: async ({ file }) => {
    for (const { name, settings } of (await readSweep(file)).cells) {
      console.log(name, JSON.stringify(settings));
    }
  },
});
