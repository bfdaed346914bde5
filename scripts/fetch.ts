/**
 * Brings published data sets to this machine.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { multiple } from "@optique/core/modifiers";
import { argument } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { join } from "node:path";
import { fetchDataset } from "../lib/data/fetch.ts";
import { DATASETS, isDatasetName } from "../lib/data/registry.ts";
import { didYouMean } from "../lib/run/nearest.ts";
import { UsageError } from "../lib/run/usage_error.ts";
import { runCommand } from "./cli/command.ts";
import { downloadProgress } from "./cli/download_progress.ts";
import { interruptSignal } from "./cli/interrupt.ts";
import { mirrorOption } from "./cli/mirror.ts";

const published = Object.entries(DATASETS).filter(([, { files }]) => files.length > 0).map(([name]) => name);

await runCommand({
  name: "fetch",
  brief: "Brings published data sets to this machine.",
  description:
    "Fetches files into data/<name>/ from the first mirror that has them whole, verified by SHA-256. " +
    "Files that are there already, whole, are not fetched again. " +
    `Data sets: ${published.join(", ")}.`,
  examples: [
    "deno task fetch mnist fashion-mnist",
    "deno task fetch mnist --mirror /mnt/data",
    "TVAE_MIRROR=https://mirror.example/data deno task fetch fashion-mnist",
  ],
  parser: object({
    names: multiple(argument(string({ metavar: "NAME" }), { description: message`a data set` }), { min: 1 }),
    mirror: mirrorOption,
  }),
}, async ({ names, mirror }) => {
  for (const name of names) {
    if (!isDatasetName(name)) {
      throw new UsageError(
        `Unknown data set ${name}; valid: ${published.join(", ")}${didYouMean(name, published)}`,
      );
    }
  }
  const signal = interruptSignal();
  using progress = downloadProgress();
  await Promise.all(names.map((name) => fetchDataset(name, { mirror, signal, onProgress: progress.show })));
  for (const name of names) console.log(join("data", name));
});
