/**
 * Draws new examples from a trained run.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message, text } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { flag, option } from "@optique/core/primitives";
import { integer } from "@optique/core/valueparser";
import type { Split } from "../lib/data/dataset.ts";
import { encodeNpy } from "../lib/data/npy.ts";
import { sampleExamples } from "../lib/engine/sample_examples.ts";
import { latentSource } from "../lib/evaluate/latent_source.ts";
import {
  checkLatentSource,
  defaultLatentSource,
  LATENT_SOURCES,
  needsTraining,
} from "../lib/model/latent_sources.ts";
import { isImage } from "../lib/model/record.ts";
import { mosaic } from "../lib/plot/mosaic.ts";
import { writeAtomic } from "../lib/run/atomic.ts";
import { openRun, type Run } from "../lib/run/directory.ts";
import { checkData } from "../lib/run/provenance.ts";
import { modelOf } from "../lib/run/resolve.ts";
import { restoreEngine } from "../lib/run/restore.ts";
import { asUsage, UsageError } from "../lib/run/usage_error.ts";
import { runCommand } from "./cli/command.ts";
import { readDataset } from "./cli/dataset.ts";
import { mirrorOption } from "./cli/mirror.ts";
import { oneOf } from "./cli/one_of.ts";
import { outOption } from "./cli/out_option.ts";
import {
  backendOption,
  checkpointOption,
  RUN_MISSING,
  runArgument,
  threadsOption,
} from "./cli/run_argument.ts";
import { runWide, wideSimdOption } from "./cli/wide_simd.ts";

/** A picture of so many takes seconds, and nobody looks at more. */
const MOST_IN_PNG = 10_000;

await runCommand({
  name: "sample",
  brief: "Draws new examples from a trained run.",
  description:
    "Latents are drawn from the prior (after training on t3 from its alternative prior), or from --latents, and " +
    "decoded to the mean of p(x|z). ex-post-t and ex-post-mixture are a multivariate t and a mixture of Gaussians " +
    "fitted to latents of training examples; posterior draws those themselves. A .png shows images in a grid; a " +
    ".npy holds the numbers, float32, one example after the other.",
  examples: [
    "deno task sample runs/mnist-fc-student-t-1 --count 64 --out samples.png",
    "deno task sample runs/mnist-fc-student-t-1 --count 10000 --seed 1 --out samples.npy",
    "deno task sample runs/mnist-fc-student-t-1 --latents ex-post-t --out samples.png",
    "deno task sample runs/heavy-tail-1d-fc-student-t-1 --count 100000 --noise --out samples.npy",
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
    latents: optional(option("--latents", oneOf("NAME", LATENT_SOURCES), {
      description: message`where latents come from: ${
        text(LATENT_SOURCES.join(", "))
      } (default: prior; alternative-prior after t3, which alone has one)`,
    })),
    noise: withDefault(
      flag("--noise", { description: message`draw examples from p(x|z) instead of taking its mean` }),
      false,
    ),
    out: outOption([".png", ".npy"]),
    checkpoint: checkpointOption,
    backend: backendOption,
    threads: threadsOption,
    wideSimd: wideSimdOption,
    mirror: mirrorOption,
  }, { errors: { endOfInput: RUN_MISSING } }),
}, async ({ path, wideSimd, count, seed, latents, noise, out, mirror, ...which }) => {
  const code = await runWide("sample", wideSimd);
  if (code !== undefined) return code;
  const run = await openRun(path);
  const { objective } = run.config;
  const model = modelOf(run.config);
  const name = latents ?? defaultLatentSource(objective);
  asUsage(() => checkLatentSource(name, objective));
  if (out.endsWith(".png") && count > MOST_IN_PNG) {
    throw new UsageError(
      `Cannot write ${out}: a picture may have ${MOST_IN_PNG} examples, got ${count}; use --out samples.npy`,
    );
  }
  if (out.endsWith(".png") && !isImage(model.input)) {
    throw new UsageError(`Cannot write ${out}: examples of ${path} are no images; use --out samples.npy`);
  }
  const train = needsTraining(name) ? await readTraining(run, mirror) : undefined;
  const { engine } = await restoreEngine(run, which);
  try {
    // The same fit for every seed of draws, and in `evaluate`.
    const source = await latentSource(engine, { name, model, objective, train, seed: run.config.seed });
    const z = source.sample({ count, seed });
    const samples = noise
      ? await sampleExamples(engine, { model, objective, latents: z, seed })
      : await engine.decode(z);
    const columns = Math.ceil(Math.sqrt(count));
    await writeAtomic(
      out,
      out.endsWith(".png")
        ? mosaic({ images: samples, shape: model.input, columns, scale: 2, gap: 4 })
        : encodeNpy(samples, [count, ...model.input]),
    );
    console.log(out);
  } finally {
    await engine.close();
  }
});

async function readTraining(run: Run, mirror: string | undefined): Promise<Split> {
  const dataset = await readDataset(run.config, { mirror });
  await checkData(run, dataset);
  return dataset.train;
}
