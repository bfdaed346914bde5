/**
 * Gzip with errors that name the file.
 *
 * @module
 */

import { gunzipSync } from "node:zlib";

/**
 * Decompresses a gzip file.
 *
 * @param bytes the whole file
 * @param name what to call it in errors
 * @returns its content
 * @throws {SyntaxError} if it is corrupt or truncated
 */
export function gunzip(bytes: Uint8Array, name: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(gunzipSync(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SyntaxError(`Cannot read ${name}: corrupt gzip data (${reason}); get the file again`);
  }
}
