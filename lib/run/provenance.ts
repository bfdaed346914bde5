/**
 * Where a run's results come from.
 *
 * @module
 */

import { join, resolve } from "node:path";
import * as v from "valibot";
import type { Dataset } from "../data/dataset.ts";
import { canonicalJson, writeJson } from "./json.ts";
import { advised, missing, orTrainAgain, readRecord } from "./record_file.ts";
import { hostName, type RunFolder } from "./status.ts";

/** What provenance.json holds. */
export interface Provenance {
  /** The git commit of this program, where it runs from a clone. Uncommitted changes do not show. */
  readonly revision?: string;
  /** Deno's version. */
  readonly deno: string;
  /** The engine's name. */
  readonly engine: string;
  /** Why this engine: what was found on the machine, or that it was asked for. */
  readonly reason: string;
  /** As the driver names it, or the processor; of a resumed run, what it went on with, as is the number of threads. */
  readonly device: string;
  /** Threads that compute. */
  readonly threads: number;
  /** The machine's name. */
  readonly host: string;
  /** Of the data that were read, by file name, in hexadecimal. */
  readonly sha256: Readonly<Record<string, string>>;
  /** ISO 8601, UTC. */
  readonly started: string;
  /** ISO 8601, UTC; absent while the run goes on. */
  readonly finished?: string;
}

const PROVENANCE = v.object({
  revision: v.optional(v.string()),
  deno: v.string(),
  engine: v.string(),
  reason: v.string(),
  device: v.string(),
  threads: v.number(),
  host: v.string(),
  sha256: v.record(v.string(), v.string()),
  started: v.string(),
  finished: v.optional(v.string()),
});

/**
 * Collects what can be known when a run starts.
 *
 * @param known what engine and data set say of themselves
 * @returns the record, started now
 */
export async function collectProvenance(
  known: Pick<Provenance, "engine" | "reason" | "device" | "threads" | "sha256">,
): Promise<Provenance> {
  const folder = import.meta.dirname;
  const revision = folder === undefined ? undefined : await gitRevision(join(folder, "..", ".."));
  return {
    ...(revision !== undefined && { revision }),
    deno: Deno.version.deno,
    ...known,
    host: hostName(),
    started: new Date().toISOString(),
  };
}

/** Writes a run's provenance.json. */
export async function writeProvenance(run: RunFolder, provenance: Provenance): Promise<void> {
  await writeJson(join(run.path, "provenance.json"), provenance);
}

/**
 * Reads a run's provenance.json.
 *
 * @throws {SyntaxError} if it is corrupt or missing
 */
export async function readProvenance(run: RunFolder): Promise<Provenance> {
  const path = join(run.path, "provenance.json");
  return await advised(orTrainAgain(run.path), async () => {
    return await readRecord(path, PROVENANCE) ?? missing(path);
  });
}

/**
 * Checks that a data set is the one that a run was started with.
 *
 * @param run the run's folder
 * @param dataset what was loaded
 * @throws {Error} if it is not: its test set could hold what the run has trained on
 */
export async function checkData(
  run: RunFolder,
  { name, sha256 }: Pick<Dataset, "name" | "sha256">,
): Promise<void> {
  const known = (await readProvenance(run)).sha256;
  if (canonicalJson(sha256) === canonicalJson(known)) return;
  throw new Error(
    `Cannot go on with run ${run.path}: the data set ${name} has changed since it was started; ` +
      "put back the data whose SHA-256 provenance.json has, or start a new run",
  );
}

/**
 * The commit that a clone has checked out, read without git.
 *
 * @param folder the clone's top folder; it may be a linked work tree
 * @returns the commit's hash; undefined where there is no clone, no commit, or no permission to look
 */
export async function gitRevision(folder: string): Promise<string | undefined> {
  const link = await readLine(join(folder, ".git"));
  const git = link === undefined ? join(folder, ".git") : resolve(folder, link.replace(/^gitdir: /, ""));
  const head = await readLine(join(git, "HEAD"));
  if (!head?.startsWith("ref: ")) return head;
  const ref = head.slice("ref: ".length);
  const common = resolve(git, await readLine(join(git, "commondir")) ?? ".");
  return await readLine(join(common, ref)) ?? await packedRevision(common, ref);
}

async function packedRevision(git: string, ref: string): Promise<string | undefined> {
  const packed = await read(join(git, "packed-refs"));
  return packed?.split("\n").find((line) => line.endsWith(` ${ref}`))?.split(" ")[0];
}

async function readLine(path: string): Promise<string | undefined> {
  return (await read(path))?.trim() || undefined;
}

/** Provenance is a courtesy: whatever cannot be read is left out. */
async function read(path: string): Promise<string | undefined> {
  return await Deno.readTextFile(path).catch(() => undefined);
}
