/**
 * Measures a trained run on its test set.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional } from "@optique/core/modifiers";
import { option } from "@optique/core/primitives";
import { integer, string } from "@optique/core/valueparser";
import type { Dataset } from "../lib/data/dataset.ts";
import { MAX_SAMPLES } from "../lib/engine/importance.ts";
import { openRun, type Run } from "../lib/run/directory.ts";
import { checkData } from "../lib/run/provenance.ts";
import { modelOf } from "../lib/run/resolve.ts";
import { restoreEngine } from "../lib/run/restore.ts";
import { UsageError } from "../lib/run/usage_error.ts";
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

/** The kernel of all pairs of so many and so many examples takes 0.4 GB. */
const MOST_MMD = 5_000;

await runCommand(
  {
    name: "evaluate",
    brief: "Measures a trained run on its test set.",
    description:
      "Prints a table and writes evaluation.json (metrics with unit, definition and standard error) and " +
      "evaluation.safetensors (what figures are drawn from) into the run directory.",
    examples: [
      "deno task evaluate runs/mnist-fc-student-t-1",
      "deno task evaluate runs/mnist-fc-student-t-1 --iwae 500",
      "deno task evaluate runs/mnist-fc-student-t-1 --mmd 1000",
      "deno task evaluate runs/mnist-fc-student-t-1 --against fashion-mnist",
      "deno task evaluate runs/mnist-fc-student-t-1 --checkpoint last --backend tfjs-cpu",
      "deno task evaluate runs/mnist-fc-student-t-1 --outliers 0.05 --outlier-kind salt",
    ],
    parser: object({
      path: runArgument,
      iwae: optional(option("--iwae", integer({ min: 1, max: MAX_SAMPLES, metavar: "K" }), {
        description:
          message`also estimate the log-likelihood from K importance-weighted draws for each example`,
      })),
      against: optional(option("--against", string({ metavar: "NAME|FILE" }), {
        description:
          message`also say how well the ELBO tells the test set from that of another data set: fashion-mnist`,
      })),
      mmd: optional(option("--mmd", integer({ min: 2, max: MOST_MMD, metavar: "N" }), {
        description:
          message`also compare N new examples with the first N test examples by MMD, in time that grows with N²`,
      })),
      checkpoint: checkpointOption,
      backend: backendOption,
      threads: threadsOption,
      wideSimd: wideSimdOption,
      mirror: mirrorOption,
      testOutliers: testOutlierOptions,
    }, { errors: { endOfInput: RUN_MISSING } }),
  },
  async (
    { path, wideSimd, iwae, against, mmd, checkpoint: wanted, backend, threads, mirror, testOutliers },
  ) => {
    const code = await runWide("evaluate", wideSimd);
    if (code !== undefined) return code;
    const run = await openRun(path);
    const outliers = checkOutliers(testOutliers);
    const dataset = await readDataset(run.config, { mirror, testOutliers: outliers });
    await checkData(run, dataset);
    const others = against === undefined ? undefined : await readOthers(run, { name: against, mirror });
    const { engine, checkpoint } = await restoreEngine(run, { checkpoint: wanted, backend, threads });
    try {
      console.log(
        await evaluateRun(run, { engine, dataset, checkpoint, outliers, iwae, mmd, against: others }),
      );
    } finally {
      await engine.close();
    }
  },
);

/** A data set of examples that the run's model takes. */
async function readOthers(
  { path, config }: Run,
  { name, mirror }: { readonly name: string; readonly mirror: string | undefined },
): Promise<Dataset> {
  const others = await readDataset({ ...config, dataset: name, validation: 0 }, { mirror });
  const [ours, theirs] = [modelOf(config).input, others.shape].map((shape) => `[${shape.join(", ")}]`);
  if (ours === theirs) return others;
  throw new UsageError(
    `Cannot measure ${path} against ${name}: its examples must have shape ${ours}, got ${theirs}`,
  );
}
