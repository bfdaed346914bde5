/**
 * Bringing published data sets to this machine.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { unknownName } from "../names/unknown_name.ts";
import { sha256 } from "./hash.ts";
import { type DatasetEntry, type DatasetFile, DATASETS, type Registry } from "./registry.ts";
import { isUrl, type Reading, readSource } from "./source.ts";

/** What happens to one file of a data set. */
export type FetchEvent =
  & {
    readonly dataset: string;
    readonly file: string; /** Size in bytes when whole. */
    readonly total: number;
  }
  & (
    /** It was there already, whole. */
    | { readonly kind: "intact" }
    | { readonly kind: "progress"; readonly source: string; readonly received: number }
    /** A source, or the copy on this machine, is of no use; the next one is tried. */
    | { readonly kind: "failed"; readonly source: string; readonly reason: string }
    /** It is verified and in its place. */
    | { readonly kind: "fetched"; readonly source: string }
  );

/** Where from, where to, and how patiently. */
export interface FetchOptions {
  /** The folder that holds a folder for each data set; `data` by default. */
  readonly dir?: string;
  /** A folder or web address to use instead of the published mirrors: `<mirror>/<dataset>/<file>`. */
  readonly mirror?: string;
  /** Aborting it ends all transfers and throws its reason. */
  readonly signal?: AbortSignal;
  /** Told of every chunk received: draw seldom. */
  readonly onProgress?: (event: FetchEvent) => void;
  /** The known data sets; {@linkcode DATASETS} by default. */
  readonly registry?: Registry;
  /** How often the list of mirrors is gone through; 3 by default. */
  readonly attempts?: number;
  /** Seconds before the second round of attempts, doubled before each further one; 1 by default. */
  readonly backoffSeconds?: number;
  /** Seconds without a byte after which a server is given up; 15 by default. */
  readonly idleSeconds?: number;
}

/** One file on this machine, verified. */
export interface FetchedFile extends DatasetFile {
  /** Where it lies. */
  readonly path: string;
  /** Where it was fetched from just now; absent if it was there already. */
  readonly source?: string;
}

/** What one call works on. */
interface Job {
  readonly dataset: string;
  readonly entry: DatasetEntry;
  readonly folder: string;
  readonly options: FetchOptions;
  readonly signal: AbortSignal;
  readonly emit: (event: FetchEvent) => void;
}

/**
 * Makes sure that a data set's files are on this machine, whole: `<dir>/<dataset>/<file>` and `manifest.json`.
 *
 * Every file is verified by its SHA-256, the ones already there too; those are fetched again only if they are
 * corrupt. Files come in parallel, each from the first mirror that has it whole. A file appears under its name
 * only when it is verified and flushed, so that interrupted or concurrent calls do no harm. A `mirror` that is
 * named replaces the published ones: if it is corrupt, that is an error.
 *
 * @param name a data set of the registry; one that is made from another one needs that one's files, and one that is
 *   generated needs nothing and writes nothing
 * @param options where from, where to, and how patiently
 * @returns the files
 * @throws {RangeError} if there is no such data set
 * @throws {Error} if a file cannot be had from any source, with each source and its reason, or cannot be written
 *
 * @example
 * ```ts ignore
 * import { fetchDataset } from "./fetch.ts";
 *
 * const files = await fetchDataset("mnist", { dir: "data" });
 * console.log(files.map(({ path }) => path));
 * ```
 */
export async function fetchDataset(name: string, options: FetchOptions = {}): Promise<FetchedFile[]> {
  const { dir = "data", onProgress = () => {} } = options;
  const registry: Registry = options.registry ?? DATASETS;
  if (!Object.hasOwn(registry, name)) {
    throw new RangeError(unknownName("data set", { name, valid: Object.keys(registry) }));
  }
  const entry = registry[name];
  if (entry.madeFrom !== undefined) return await fetchDataset(entry.madeFrom, options);
  if (entry.files.length === 0) return [];

  const folder = join(dir, name);
  const failure = new AbortController();
  const signal = AbortSignal.any([failure.signal, ...options.signal ? [options.signal] : []]);
  const job: Job = { dataset: name, entry, folder, options, signal, emit: onProgress };
  // One file's failure ends the others, and all of them have ended before this call does.
  const results = await Promise.allSettled(entry.files.map(async (file) => {
    try {
      return await ensureFile(file, job);
    } catch (error) {
      failure.abort(error);
      throw error;
    }
  }));
  const files = results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
  await writeManifest(files, job);
  return files;
}

async function ensureFile(file: DatasetFile, job: Job): Promise<FetchedFile> {
  const { dataset, folder, signal, emit } = job;
  const path = join(folder, file.name);
  const about = { dataset, file: file.name, total: file.bytes };
  const cached = await readIfPresent(path);
  if (cached !== undefined) {
    const defect = await findDefect(cached, file);
    if (defect === undefined) {
      emit({ ...about, kind: "intact" });
      return { ...file, path };
    }
    emit({ ...about, kind: "failed", source: path, reason: defect });
  }
  const { data, source } = await obtain(file, job);
  signal.throwIfAborted();
  await writeWhole(path, data);
  emit({ ...about, kind: "fetched", source });
  return { ...file, path, source };
}

/** A verified copy from the first source that has one; sources that failed for good are not asked again. */
async function obtain(file: DatasetFile, job: Job): Promise<{ data: Uint8Array; source: string }> {
  const { dataset, options, signal, emit } = job;
  const { mirror, attempts = 3, backoffSeconds = 1, idleSeconds = 15 } = options;
  const about = { dataset, file: file.name, total: file.bytes };
  const sources = sourcesOf(file, job);
  const reasons = new Map<string, string>();
  const hopeless = new Set<string>();
  for (let attempt = 0; attempt < attempts && hopeless.size < sources.length; attempt++) {
    if (attempt > 0) {
      const milliseconds = 1000 * backoffSeconds * 2 ** (attempt - 1);
      await wait(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
    for (const source of sources.filter((source) => !hopeless.has(source))) {
      const onBytes = (received: number) => emit({ ...about, kind: "progress", source, received });
      const reading = await verify(
        await readSource(source, { bytes: file.bytes, idleSeconds, signal, onBytes }),
        file,
      );
      if ("data" in reading) return { data: reading.data, source };
      if (reading.lasting) hopeless.add(source);
      reasons.set(source, reading.failure);
      emit({ ...about, kind: "failed", source, reason: reading.failure });
    }
  }
  const tried = [...reasons].map(([source, reason]) =>
    `${mirror ? source : new URL(source).host} (${reason})`
  );
  const advice = mirror
    ? "Put the published file there, or name another mirror"
    : "Name a copy with --mirror DIR|URL or TVAE_MIRROR; the data set that needs no network is glyphs";
  throw new Error(`Cannot fetch ${dataset}: no whole ${file.name} from ${tried.join(", ")}. ${advice}`);
}

/** Where to look for a file, in order. */
function sourcesOf({ name }: DatasetFile, { dataset, entry, options: { mirror } }: Job): string[] {
  if (!mirror) return entry.mirrors.map((folder) => `${folder}/${name}`);
  return [isUrl(mirror) ? `${mirror.replace(/\/+$/, "")}/${dataset}/${name}` : join(mirror, dataset, name)];
}

/** A corrupt file is a failure that lasts. */
async function verify(reading: Reading, file: DatasetFile): Promise<Reading> {
  const defect = "data" in reading ? await findDefect(reading.data, file) : undefined;
  return defect === undefined ? reading : { failure: defect, lasting: true };
}

/** What is wrong with a file's bytes, if anything. */
async function findDefect(data: Uint8Array<ArrayBuffer>, file: DatasetFile): Promise<string | undefined> {
  const actual = await sha256(data);
  if (actual === file.sha256) return undefined;
  return `corrupt: ${data.length} bytes with SHA-256 ${actual}, expected ${file.bytes} with ${file.sha256}`;
}

async function readIfPresent(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new Error(`Cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Records where each file came from. Files found in place keep the address recorded for them before. */
async function writeManifest(files: readonly FetchedFile[], { entry, dataset, folder }: Job): Promise<void> {
  const path = join(folder, "manifest.json");
  const known = await readManifestUrls(path);
  if (known !== undefined && files.every(({ source }) => source === undefined)) return;
  const manifest = {
    dataset,
    title: entry.title,
    licence: entry.licence,
    files: files.map(({ name, bytes, sha256, contentSha256, source }) => ({
      name,
      url: source ?? known?.get(name) ?? null,
      bytes,
      sha256,
      contentSha256,
    })),
  };
  await writeWhole(path, new TextEncoder().encode(JSON.stringify(manifest, null, 2) + "\n"));
}

/** Addresses by file name, or nothing if there is no readable manifest. */
async function readManifestUrls(path: string): Promise<Map<string, string | null> | undefined> {
  try {
    const { files } = JSON.parse(await Deno.readTextFile(path));
    return new Map(files.map(({ name, url }: { name: string; url: string | null }) => [name, url]));
  } catch {
    return undefined;
  }
}

/**
 * Writes under a name of its own, flushes, then renames: the path holds all of it or what was there before.
 * The folder is made only now, so that a data set that cannot be had leaves none.
 */
async function writeWhole(path: string, data: Uint8Array): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    using file = await Deno.open(temporary, { write: true, createNew: true });
    for (let written = 0; written < data.length;) written += await file.write(data.subarray(written));
    await file.sync();
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw new Error(`Cannot write ${path}: ${error instanceof Error ? error.message : error}`);
  }
}
