/**
 * From a command line to the sweeps that it asks for.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { fetchDataset } from "../../../lib/data/fetch.ts";
import { missingData } from "../../../lib/run/reproduction/folder.ts";
import { overrideNotes, type Overrides, withOverrides } from "../../../lib/run/reproduction/overrides.ts";
import type { AboutStudy } from "../../../lib/run/reproduction/results.ts";
import { STUDIES, type Study, STUDY_NAMES, type StudyName } from "../../../lib/run/reproduction/studies.ts";
import { expandSweep, readSweepFile, type Sweep } from "../../../lib/run/sweep/sweep.ts";
import { downloadProgress } from "../download_progress.ts";
import type { DataOptions } from "../sweep/folder.ts";
import type { ReproduceArguments } from "./options.ts";

/** A study that is to be trained. */
export interface PlannedStudy {
  /** What is to be told with its results. */
  readonly about: AboutStudy;
  /** Its cells. */
  readonly sweep: Sweep;
  /** The sweep's file, for errors. */
  readonly file: string;
}

/** Where the studies' sweeps are. */
const FOLDER = "docs/sweeps/reproduction";

/** The data sets of the paper. */
const PUBLISHED = ["mnist", "fashion-mnist"] as const;

/** Nobody who wants a quick look waits for a server that does not answer. */
const IDLE_SECONDS = 5;

/** What is to be known of every number that `--quick` has made. */
const QUICK_NOTE =
  "Made with --quick: this shows that everything runs, on so little data and for so few epochs that no number here is a result.";

/**
 * Makes the sweeps that a command line asks for.
 *
 * @param given the command line
 * @param options where everything goes, and where data come from
 * @returns each study once, in order
 * @throws {UsageError} if there are fewer seeds than are wanted
 */
export async function planStudies(
  given: ReproduceArguments,
  { path, ...data }: DataOptions & { readonly path: string },
): Promise<readonly PlannedStudy[]> {
  const names = STUDY_NAMES.filter((name) => given.only.length === 0 || given.only.includes(name));
  const missing = given.quick ? await missingData(path, () => missingDatasets(data)) : [];
  return await Promise.all(names.map((name) => planStudy(name, { given, missing })));
}

async function planStudy(
  study: StudyName,
  { given: { quick, epochs, seeds }, missing }: {
    readonly given: ReproduceArguments;
    readonly missing: readonly string[];
  },
): Promise<PlannedStudy> {
  const known: Study = STUDIES[study];
  const name = `${FOLDER}/${known.file}`;
  const file = await readSweepFile(fileURLToPath(new URL(`../../../${name}`, import.meta.url)));
  const overrides: Overrides = {
    ...(quick && known.quick),
    ...(epochs !== undefined && { epochs }),
    ...(seeds !== undefined && { seeds }),
    missing,
  };
  const words = [
    ...["deno", "task", "reproduce"],
    ...(quick ? ["--quick"] : []),
    ...["--only", study],
    ...(epochs === undefined ? [] : ["--epochs", String(epochs)]),
    ...(seeds === undefined ? [] : ["--seeds", String(seeds)]),
  ];
  return {
    about: {
      study,
      command: words.join(" "),
      notes: [...(quick ? [QUICK_NOTE] : []), ...overrideNotes(file, overrides, study)],
    },
    sweep: await expandSweep(withOverrides(file, overrides, name), name),
    file: name,
  };
}

/** The data sets of the paper that are neither on this machine nor can be fetched; the progress says why. */
async function missingDatasets({ mirror, signal }: DataOptions): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const name of PUBLISHED) {
    using progress = downloadProgress();
    try {
      const patience = { attempts: 1, idleSeconds: IDLE_SECONDS };
      await fetchDataset(name, { mirror, signal, ...patience, onProgress: progress.show });
    } catch {
      signal?.throwIfAborted();
      missing.push(name);
    }
  }
  return missing;
}
