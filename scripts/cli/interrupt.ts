/**
 * Ctrl-C that lets work end tidily.
 *
 * @module
 */

import { onParentEnd } from "./parent.ts";

/** The exit code of an interrupted command: 128 + SIGINT. */
export const INTERRUPTED = 130;

/**
 * A signal that aborts at the first Ctrl-C (or `kill`); a second one, a moment later, ends the process at once. It
 * also aborts when a parent has ended that this process is to follow.
 *
 * Without it Ctrl-C ends the process straight away, which is right for commands that have nothing to save. Call it
 * once: every call listens anew.
 *
 * @param options `echo`: milliseconds after the first signal in which others count as the same, 1000 by default.
 * The terminal tells the whole process group of Ctrl-C, and `npx` and `deno task` pass it on besides: one key press
 * arrives up to three times.
 * @returns aborted with a DOMException named AbortError, which `runCommand` turns into exit code 130
 *
 * @example
 * ```ts ignore
 * for await (const event of fit(engine, data, { ...options, signal: interruptSignal() })) save(event);
 * ```
 */
export function interruptSignal({ echo = 1000 }: { readonly echo?: number } = {}): AbortSignal {
  const controller = new AbortController();
  let first: number | undefined;
  const onSignal = (): void => {
    const now = performance.now();
    if (first !== undefined) {
      if (now - first >= echo) Deno.exit(INTERRUPTED);
      return;
    }
    first = now;
    stop();
  };
  const stop = (): void => {
    if (controller.signal.aborted) return;
    // A progress bar may be in the middle of the line.
    const start = Deno.stderr.isTerminal() ? "\n" : "";
    console.error(`${start}interrupted: finishing the step under way; again to stop at once`);
    controller.abort();
  };
  onParentEnd(stop);
  Deno.addSignalListener("SIGINT", onSignal);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", onSignal);
  return controller.signal;
}
