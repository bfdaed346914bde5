/**
 * Writes the latent posteriors of a run's data.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { withDefault } from "@optique/core/modifiers";
import { option } from "@optique/core/primitives";
import type { Split } from "../lib/data/dataset.ts";
import { encodeNpy } from "../lib/data/npy.ts";
import type { Posterior } from "../lib/engine/engine.ts";
import { writeAtomic } from "../lib/run/atomic.ts";
import { openRun } from "../lib/run/directory.ts";
import { checkData } from "../lib/run/provenance.ts";
import { loadRun } from "../lib/run/restore.ts";
import { UsageError } from "../lib/run/usage_error.ts";
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

await runCommand({
  name: "encode",
  brief: "Writes the latent posteriors of a run's data.",
  description:
    "A .npy holds loc of q(z|x), float32, [examples, latent size]. A .csv has a header and a line for each " +
    "example: its label, if there are labels, then loc and scale of every latent dimension, and the df that the " +
    "encoder emits, if it does.",
  examples: [
    "deno task encode runs/mnist-fc-student-t-1 --out z.npy",
    "deno task encode runs/mnist-fc-student-t-1 --split train --out z.csv",
  ],
  parser: object({
    path: runArgument,
    split: withDefault(
      option("--split", oneOf("NAME", ["train", "validation", "test"]), {
        description: message`which examples: train, validation or test (default: test)`,
      }),
      "test" as const,
    ),
    out: outOption([".npy", ".csv"]),
    checkpoint: checkpointOption,
    backend: backendOption,
    threads: threadsOption,
    wideSimd: wideSimdOption,
    mirror: mirrorOption,
  }, { errors: { endOfInput: RUN_MISSING } }),
}, async ({ path, wideSimd, split: name, out, mirror, ...which }) => {
  const code = await runWide("encode", wideSimd);
  if (code !== undefined) return code;
  const stored = await openRun(path);
  const dataset = await readDataset(stored.config, { mirror });
  await checkData(stored, dataset);
  const split = dataset[name];
  if (split === undefined) throw new UsageError(`Cannot encode: ${path} has no ${name} examples`);
  const run = await loadRun(path, which);
  try {
    const posterior = await run.encode(split.values);
    const shape = [split.count, run.latentSize];
    await writeAtomic(out, out.endsWith(".npy") ? encodeNpy(posterior.loc, shape) : csv(posterior, split));
    console.log(out);
  } finally {
    await run.close();
  }
});

function csv({ loc, scale, df }: Posterior, { count, labels }: Split): string {
  const parts = Object.entries({ loc, scale, df }).flatMap(([name, values]) =>
    values === undefined ? [] : [{ name, values, size: values.length / count }]
  );
  const label = (value: unknown) => labels === undefined ? [] : [value];
  const header = parts.flatMap(({ name, size }) =>
    size === 1 && loc.length > count ? [name] : Array.from({ length: size }, (_, i) => `${name}${i + 1}`)
  );
  const lines = Array.from({ length: count }, (_, row) => {
    const numbers = parts.flatMap(({ values, size }) => [...values.subarray(row * size, (row + 1) * size)]);
    return [...label(labels?.[row]), ...numbers].join(",");
  });
  return [[...label("label"), ...header].join(","), ...lines].join("\n") + "\n";
}
