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
import { unknownName } from "../lib/names/unknown_name.ts";
import { UsageError } from "../lib/run/usage_error.ts";
import { runCommand } from "./cli/command.ts";
import { downloadProgress } from "./cli/download_progress.ts";
import { interruptSignal } from "./cli/interrupt.ts";
import { mirrorOption } from "./cli/mirror.ts";

const published = Object.entries(DATASETS).filter(([, { files }]) => files.length > 0).map(([name]) => name);
const NAME_MISSING = message`NAME is missing: name a data set, as in deno task fetch mnist`;

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
    names: multiple(argument(string({ metavar: "NAME" }), { description: message`a data set` }), {
      min: 1,
      errors: { tooFew: NAME_MISSING },
    }),
    mirror: mirrorOption,
  }, { errors: { endOfInput: NAME_MISSING } }),
}, async ({ names, mirror }) => {
  const sources = new Set(names.map((name) => {
    if (isDatasetName(name)) return DATASETS[name].madeFrom ?? name;
    throw new UsageError(unknownName("data set", { name, valid: published }));
  }));
  const signal = interruptSignal();
  await fetchAll(sources, { mirror, signal });
  for (const name of sources) {
    console.log(published.includes(name) ? join("data", name) : `${name} is generated: nothing to fetch`);
  }
});

/** Side by side; one that cannot be had does not keep the others from coming whole. */
async function fetchAll(
  names: ReadonlySet<string>,
  options: { readonly mirror?: string; readonly signal: AbortSignal },
): Promise<void> {
  using progress = downloadProgress();
  const fetched = Array.from(names, (name) => fetchDataset(name, { ...options, onProgress: progress.show }));
  const failed = (await Promise.allSettled(fetched)).find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
