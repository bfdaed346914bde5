/**
 * Draws the figures of a run.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { runCommand } from "./cli/command.ts";
import { writeReport } from "./cli/report.ts";
import { RUN_MISSING, runArgument } from "./cli/run_argument.ts";

await runCommand({
  name: "plot",
  brief: "Draws the figures of a run.",
  description:
    "Writes figures/ and report.html, one self-contained page, from the metrics and the evaluation in the " +
    "run directory. `deno task evaluate` makes the evaluation anew.",
  examples: ["deno task plot runs/mnist-fc-student-t-1"],
  parser: object({
    path: runArgument,
  }, { errors: { endOfInput: RUN_MISSING } }),
}, async ({ path }) => {
  console.log(await writeReport(path));
});
