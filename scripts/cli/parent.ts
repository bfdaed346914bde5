/**
 * The process that started this one, as this one sees it.
 *
 * @module
 */

import process from "node:process";

/** The environment's word that stdin is a pipe which the parent holds open as long as it lives, and wants this work. */
export const FOLLOW_STDIN = "TVAE_FOLLOW_STDIN";

const parent = new EventTarget();

/**
 * Waits for the end of a parent that wants its child to end with it (see `startTask()`), however that end comes: a
 * process that is killed cannot tell its children, but its pipes end.
 *
 * @param exit what to do then, unless {@linkcode onParentEnd} has been told something else
 */
export async function followParent(exit: () => void): Promise<void> {
  const { state } = Deno.permissions.querySync({ name: "env", variable: FOLLOW_STDIN });
  if (state !== "granted" || Deno.env.get(FOLLOW_STDIN) !== "1") return;
  // Whoever read what this process says may be gone before stdin ends.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const buffer = new Uint8Array(64);
  while (await Deno.stdin.read(buffer) !== null);
  if (parent.dispatchEvent(new Event("end", { cancelable: true }))) exit();
}

/**
 * Says what to do, in place of exiting, when the parent has ended or asks this process to end.
 *
 * @param stop is called once at most
 */
export function onParentEnd(stop: () => void): void {
  parent.addEventListener("end", (event) => {
    event.preventDefault();
    stop();
  });
}
