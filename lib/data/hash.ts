/**
 * SHA-256, as hexadecimal text.
 *
 * @module
 */

/**
 * The SHA-256 of some bytes.
 *
 * @param bytes what to hash
 * @returns 64 lower-case hexadecimal digits
 */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
