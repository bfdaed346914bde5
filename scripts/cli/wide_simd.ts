/**
 * Going on in a process whose V8 joins pairs of 128-bit vector operations into 256-bit ones.
 *
 * @module
 */

import { message } from "@optique/core/message";
import { withDefault } from "@optique/core/modifiers";
import type { Parser } from "@optique/core/parser";
import { flag } from "@optique/core/primitives";
import { hasWideSimd, WIDE_SIMD_FLAGS } from "../../lib/engine/wasm/wide_simd.ts";
import { onParentEnd } from "./parent.ts";
import { startTask, type TaskName, type TaskProcess } from "./start_task.ts";

/** Whether to do so. */
export const wideSimdOption: Parser<"sync", boolean, unknown> = withDefault(
  flag("--wide-simd", {
    description:
      message`compute with vectors twice as wide where that is faster, in a process of its own. This switches off \
the memory safety of all WebAssembly in it: with a defect in a kernel or a package anything may happen`,
  }),
  false,
);

/**
 * Runs this command again under the flags, if that is wanted and they are not set yet: V8 reads them when it starts.
 *
 * The second process has the task's permissions and this one's arguments, output and environment, gets its signals,
 * and stops when this one is killed. Whoever goes on in this process has given up the permission to start others.
 *
 * @param task the command's name in deno.json
 * @param wanted what {@linkcode wideSimdOption} gave
 * @returns the second process' exit code; undefined if this is the process to go on in
 * @throws {Error} if `deno` cannot be started
 */
export async function runWide(task: TaskName, wanted: boolean): Promise<number | undefined> {
  if (!wanted || hasWideSimd(Deno.env.get("DENO_V8_FLAGS"))) {
    await Deno.permissions.revoke({ name: "run", command: "deno" });
    return undefined;
  }
  const { child, stop } = start(task);
  onParentEnd(stop);
  for (const signal of Deno.build.os === "windows" ? ["SIGINT"] as const : ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      try {
        child.kill(signal);
      } catch {
        // It has ended already.
      }
    });
  }
  return (await child.status).code;
}

function start(task: TaskName): TaskProcess {
  const others = Deno.env.get("DENO_V8_FLAGS");
  try {
    return startTask(task, Deno.args, {
      env: { DENO_V8_FLAGS: others ? `${others},${WIDE_SIMD_FLAGS}` : WIDE_SIMD_FLAGS },
    });
  } catch (error) {
    const reason = (error as Error).message;
    throw new Error(
      `Cannot compute with --wide-simd: deno cannot be started again (${reason}); put it into PATH and use ` +
        "`deno task`, or leave the flag out",
    );
  }
}
