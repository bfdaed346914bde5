/** Small files and data sets for tests. */

import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { sha256 } from "../../lib/data/hash.ts";
import type { DatasetEntry, FileRole } from "../../lib/data/registry.ts";

/** An IDX file of unsigned bytes. */
export function idx(shape: readonly number[], values: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const start = 4 + 4 * shape.length;
  const bytes = new Uint8Array(start + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0800 | shape.length);
  shape.forEach((size, axis) => view.setUint32(4 + 4 * axis, size));
  bytes.set(values, start);
  return bytes;
}

/** A .npy file of version 1.0 around raw values. */
export function npy(
  values: Uint8Array | Int8Array | Uint16Array | BigInt64Array | Float32Array | Float64Array,
  { type, shape, fortran = false }: { type: string; shape: string; fortran?: boolean },
): Uint8Array<ArrayBuffer> {
  const order = fortran ? "True" : "False";
  const header = `{'descr': '${type}', 'fortran_order': ${order}, 'shape': (${shape}), }`.padEnd(117) + "\n";
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const prefix = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0);
  return Uint8Array.of(...prefix, ...new TextEncoder().encode(header), ...raw);
}

/** A registry of one data set, "tiny", and its files by name. */
export interface Tiny {
  readonly registry: { readonly tiny: DatasetEntry };
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/** Five training and two test images of 2 by 3 pixels, published at the given mirrors. */
export async function tinyDataset(...mirrors: string[]): Promise<Tiny> {
  const content: [FileRole, number[]][] = [
    ["train-images", [5, 2, 3]],
    ["train-labels", [5]],
    ["test-images", [2, 2, 3]],
    ["test-labels", [2]],
  ];
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const entries = [];
  for (const [role, shape] of content) {
    const size = shape.reduce((product, n) => product * n, 1);
    const raw = idx(shape, Uint8Array.from({ length: size }, (_, i) => i));
    const bytes = new Uint8Array(gzipSync(raw));
    const name = `${role}-ubyte.gz`;
    files.set(name, bytes);
    entries.push({
      role,
      name,
      shape,
      bytes: bytes.length,
      sha256: await sha256(bytes),
      contentSha256: await sha256(raw),
    });
  }
  const tiny = { title: "Tiny", licence: "CC0", classes: ["a", "b"], files: entries, mirrors };
  return { registry: { tiny }, files };
}

/** Writes a tiny data set as a mirror folder; returns the folder. */
export async function writeMirror(root: string, { files }: Tiny): Promise<string> {
  const folder = join(root, "mirror");
  await Deno.mkdir(join(folder, "tiny"), { recursive: true });
  for (const [name, bytes] of files) await Deno.writeFile(join(folder, "tiny", name), bytes);
  return folder;
}

/** Runs something with a folder of its own, removed afterwards. */
export async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
