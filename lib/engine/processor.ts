/**
 * The processor that engines run on.
 *
 * @module
 */

import { cpus } from "node:os";

/**
 * The processor's name; a library's user need not grant the permission to ask for it.
 *
 * @returns the model's name, or the architecture's
 */
export function processor(): string {
  const allowed = Deno.permissions.querySync({ name: "sys", kind: "cpus" }).state === "granted";
  return allowed && cpus()[0]?.model.trim() || `${Deno.build.arch} processor`;
}
