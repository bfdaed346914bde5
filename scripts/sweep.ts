/**
 * Trains many configurations, on the cores of this machine or on a Slurm cluster, and compares them.
 *
 * @module
 */

import { or } from "@optique/core/constructs";
import { message, text } from "@optique/core/message";
import { didYouMean } from "../lib/names/nearest.ts";
import { runCommand } from "./cli/command.ts";
import { collectCommand } from "./cli/sweep/collect.ts";
import { evaluateCommand } from "./cli/sweep/evaluate.ts";
import { planCommand } from "./cli/sweep/plan.ts";
import { resumeCommand } from "./cli/sweep/resume.ts";
import { runSweepCommand } from "./cli/sweep/run.ts";
import { statusCommand } from "./cli/sweep/status.ts";

const SUBCOMMANDS = ["plan", "run", "status", "evaluate", "collect", "resume"];

await runCommand({
  name: "sweep",
  brief: "Trains every configuration of a sweep, and compares them.",
  description:
    "A sweep is a JSON file: a base configuration, a grid of values by key, and the metric to compare by. Every " +
    "configuration is a cell, with an index that stays and a run directory of its own. Running a sweep again goes on " +
    "with what is not done.",
  examples: [
    "deno task sweep plan docs/sweeps/df.json",
    "deno task sweep run docs/sweeps/df.json --jobs 2",
    "deno task sweep run docs/sweeps/df.json --on slurm --partition main --time 1:00:00",
    "deno task sweep status docs/sweeps/df.json",
    "deno task sweep evaluate docs/sweeps/df.json --iwae 500",
    "deno task sweep collect docs/sweeps/df.json",
  ],
  parser: or(planCommand, runSweepCommand, statusCommand, evaluateCommand, collectCommand, resumeCommand, {
    errors: {
      noMatch: message`say what to do: ${text(SUBCOMMANDS.join(", "))}, and name a sweep's FILE`,
      unexpectedInput: (token) => [
        text(
          token.startsWith("--")
            ? `Unexpected ${token}; the flags are in --help`
            : `Unexpected ${token}; valid: ${SUBCOMMANDS.join(", ")}${didYouMean(token, SUBCOMMANDS)}`,
        ),
      ],
    },
  }),
}, (action) => action());
