/**
 * Draws the figures of a run.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { argument } from "@optique/core/primitives";
import { path } from "@optique/run";
import { runCommand } from "./cli/command.ts";
import { writeReport } from "./cli/report.ts";

await runCommand({
  name: "plot",
  brief: "Draws the figures of a run.",
  description:
    "Writes figures/ and report.html, one self-contained page, from the metrics and the evaluation in the " +
    "run directory. `deno task evaluate` makes the evaluation anew.",
  examples: ["deno task plot runs/mnist-fc-student-t-1"],
  parser: object({
    path: argument(path({ metavar: "RUN", type: "directory" }), { description: message`a run directory` }),
  }),
}, async ({ path }) => {
  console.log(await writeReport(path));
});
