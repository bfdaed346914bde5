/**
 * Writing files so that they are whole at every instant.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";

/** What a writer that was killed leaves behind. */
const LEFTOVER = /^\..*\.tmp$/;

/**
 * Writes a file so that whoever reads it, at any time and after any crash, sees the old bytes or the new ones.
 *
 * The bytes go to a temporary name in the same folder, are flushed to the disk, and take the name by renaming.
 * The folder is made if it is missing.
 *
 * @param path the file
 * @param data its whole content; text is written as UTF-8
 * @throws {Error} naming the file and the system's reason; the file is then as it was
 */
export async function writeAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  const temporary = temporaryName(path);
  try {
    await Deno.mkdir(folder, { recursive: true });
    await writeNew(temporary, typeof data === "string" ? new TextEncoder().encode(data) : data);
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw new Error(`Cannot write ${path}: ${systemReason(error)}`);
  }
  await syncFolder(folder);
}

/** Why the system refused, without the call and the temporary name that Deno appends. */
export function systemReason(error: unknown): string {
  // Its own advice is a flag that these programs do not take.
  if (error instanceof Deno.errors.NotCapable) return "Deno lets no program work there";
  const { message } = error instanceof Error ? error : new Error(String(error));
  return message.replace(/ \(os error \d+\).*$/s, "");
}

/** A name beside `path` that no other writer has, hidden, and known as a leftover if its writer dies. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${crypto.randomUUID()}.tmp`);
}

/** Whether a name is one that a killed writer leaves behind. */
export function isLeftover(name: string): boolean {
  return LEFTOVER.test(name);
}

/**
 * Removes what killed writers left in a folder. Nobody may be writing there.
 *
 * @param folder where to look
 * @param options `recursive`: whether to look in the folders in it, too, as by default
 */
export async function removeLeftovers(
  folder: string,
  { recursive = true }: { readonly recursive?: boolean } = {},
): Promise<void> {
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (isLeftover(entry.name)) await Deno.remove(path, { recursive: true });
    else if (entry.isDirectory && recursive) await removeLeftovers(path);
  }
}

/** Makes renames in a folder survive a power failure, on systems and file systems that can flush a folder. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    using file = await Deno.open(folder);
    await file.sync();
  } catch {
    // The files are whole without it; only which of the two versions survives is left open.
  }
}

async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
  await file.sync();
}
