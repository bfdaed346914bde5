/**
 * Draws new examples from a trained run.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { withDefault } from "@optique/core/modifiers";
import { option } from "@optique/core/primitives";
import { integer } from "@optique/core/valueparser";
import { encodeNpy } from "../lib/data/npy.ts";
import { isImage, mosaic } from "../lib/plot/mosaic.ts";
import { writeAtomic } from "../lib/run/atomic.ts";
import { loadRun } from "../lib/run/restore.ts";
import { UsageError } from "../lib/run/usage_error.ts";
import { runCommand } from "./cli/command.ts";
import { outOption } from "./cli/out_option.ts";
import {
  backendOption,
  checkpointOption,
  RUN_MISSING,
  runArgument,
  threadsOption,
} from "./cli/run_argument.ts";
import { runWide, wideSimdOption } from "./cli/wide_simd.ts";

await runCommand({
  name: "sample",
  brief: "Draws new examples from a trained run.",
  description:
    "Latents are drawn from the prior (after training on t3 from its alternative prior) and decoded to the mean of " +
    "p(x|z). A .png shows images in a grid; a " +
    ".npy holds the numbers, float32, one example after the other.",
  examples: [
    "deno task sample runs/mnist-fc-student-t-1 --count 64 --out samples.png",
    "deno task sample runs/mnist-fc-student-t-1 --count 10000 --seed 1 --out samples.npy",
  ],
  parser: object({
    path: runArgument,
    count: withDefault(
      option("--count", integer({ min: 1, metavar: "N" }), { description: message`how many (default: 64)` }),
      64,
    ),
    seed: withDefault(
      option("--seed", integer({ min: 0, metavar: "N" }), {
        description: message`decides the draws (default: 0)`,
      }),
      0,
    ),
    out: outOption([".png", ".npy"]),
    checkpoint: checkpointOption,
    backend: backendOption,
    threads: threadsOption,
    wideSimd: wideSimdOption,
  }, { errors: { endOfInput: RUN_MISSING } }),
}, async ({ path, wideSimd, count, seed, out, ...which }) => {
  const code = await runWide("sample", wideSimd);
  if (code !== undefined) return code;
  const run = await loadRun(path, which);
  try {
    const { shape } = run;
    if (out.endsWith(".png") && !isImage(shape)) {
      throw new UsageError(`Cannot write ${out}: examples of ${path} are no images; use --out samples.npy`);
    }
    const samples = await run.sample({ count, seed });
    const columns = Math.ceil(Math.sqrt(count));
    await writeAtomic(
      out,
      out.endsWith(".png")
        ? mosaic({ images: samples, shape, columns, scale: 2, gap: 4 })
        : encodeNpy(samples, [count, ...shape]),
    );
    console.log(out);
  } finally {
    await run.close();
  }
});
