/**
 * Measures a trained run on its test set.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional } from "@optique/core/modifiers";
import { argument, option } from "@optique/core/primitives";
import { choice } from "@optique/core/valueparser";
import { path } from "@optique/run";
import { ENGINE_NAMES } from "../lib/engine/engine.ts";
import { openRun } from "../lib/run/directory.ts";
import { restoreEngine } from "../lib/run/restore.ts";
import { runCommand } from "./cli/command.ts";
import { readDataset } from "./cli/dataset.ts";
import { evaluateRun } from "./cli/evaluation.ts";
import { mirrorOption } from "./cli/mirror.ts";

await runCommand({
  name: "evaluate",
  brief: "Measures a trained run on its test set.",
  description: "Prints a table and writes evaluation.json (metrics with unit and definition) and " +
    "evaluation.safetensors (what figures are drawn from) into the run directory.",
  examples: [
    "deno task evaluate runs/mnist-fc-student-t-1",
    "deno task evaluate runs/mnist-fc-student-t-1 --checkpoint last --backend tfjs-cpu",
  ],
  parser: object({
    path: argument(path({ metavar: "RUN", type: "directory" }), { description: message`a run directory` }),
    checkpoint: optional(option("--checkpoint", choice(["last", "best"]), {
      description: message`which parameters to measure; the best epoch's where there is a validation set`,
    })),
    backend: optional(option("--backend", choice(ENGINE_NAMES), {
      description: message`the engine to measure on; the run's own by default`,
    })),
    mirror: mirrorOption,
  }),
}, async ({ path, checkpoint: wanted, backend, mirror }) => {
  const run = await openRun(path);
  const dataset = await readDataset(run.config, { mirror });
  const { engine, checkpoint } = await restoreEngine(run, { checkpoint: wanted, backend });
  try {
    console.log(await evaluateRun(run, { engine, dataset, checkpoint }));
  } finally {
    await engine.close();
  }
});
