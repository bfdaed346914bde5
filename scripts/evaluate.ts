/**
 * Measures a trained run on its test set.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { openRun } from "../lib/run/directory.ts";
import { checkData } from "../lib/run/provenance.ts";
import { restoreEngine } from "../lib/run/restore.ts";
import { runCommand } from "./cli/command.ts";
import { readDataset } from "./cli/dataset.ts";
import { evaluateRun } from "./cli/evaluation.ts";
import { mirrorOption } from "./cli/mirror.ts";
import { checkOutliers, testOutlierOptions } from "./cli/outlier_options.ts";
import {
  backendOption,
  checkpointOption,
  RUN_MISSING,
  runArgument,
  threadsOption,
} from "./cli/run_argument.ts";
import { runWide, wideSimdOption } from "./cli/wide_simd.ts";

await runCommand({
  name: "evaluate",
  brief: "Measures a trained run on its test set.",
  description: "Prints a table and writes evaluation.json (metrics with unit and definition) and " +
    "evaluation.safetensors (what figures are drawn from) into the run directory.",
  examples: [
    "deno task evaluate runs/mnist-fc-student-t-1",
    "deno task evaluate runs/mnist-fc-student-t-1 --checkpoint last --backend tfjs-cpu",
    "deno task evaluate runs/mnist-fc-student-t-1 --outliers 0.05 --outlier-kind salt",
  ],
  parser: object({
    path: runArgument,
    checkpoint: checkpointOption,
    backend: backendOption,
    threads: threadsOption,
    wideSimd: wideSimdOption,
    mirror: mirrorOption,
    testOutliers: testOutlierOptions,
  }, { errors: { endOfInput: RUN_MISSING } }),
}, async ({ path, wideSimd, checkpoint: wanted, backend, threads, mirror, testOutliers }) => {
  const code = await runWide("evaluate", wideSimd);
  if (code !== undefined) return code;
  const run = await openRun(path);
  const outliers = checkOutliers(testOutliers);
  const dataset = await readDataset(run.config, { mirror, testOutliers: outliers });
  await checkData(run, dataset);
  const { engine, checkpoint } = await restoreEngine(run, { checkpoint: wanted, backend, threads });
  try {
    console.log(await evaluateRun(run, { engine, dataset, checkpoint, outliers }));
  } finally {
    await engine.close();
  }
});
