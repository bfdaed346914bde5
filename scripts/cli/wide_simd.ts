/**
 * Going on in a process whose V8 joins pairs of 128-bit vector operations into 256-bit ones.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { message } from "@optique/core/message";
import { withDefault } from "@optique/core/modifiers";
import type { Parser } from "@optique/core/parser";
import { flag } from "@optique/core/primitives";
import config from "../../deno.json" with { type: "json" };
import { WIDE_SIMD_FLAGS } from "../../lib/engine/wasm/wide_simd.ts";

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
 * The second process has the task's permissions and this one's arguments, terminal and environment, and gets its
 * signals. Whoever goes on in this process has given up the permission to start others.
 *
 * @param task the command's name in deno.json
 * @param wanted what {@linkcode wideSimdOption} gave
 * @returns the second process' exit code; undefined if this is the process to go on in
 * @throws {Error} if `deno` cannot be started
 */
export async function runWide(task: keyof typeof config.tasks, wanted: boolean): Promise<number | undefined> {
  if (!wanted || isWide()) {
    await Deno.permissions.revoke({ name: "run", command: "deno" });
    return undefined;
  }
  const [, run, ...permissions] = config.tasks[task].command.split(" ").slice(0, -1);
  const file = fileURLToPath(new URL("../../deno.json", import.meta.url));
  const others = Deno.env.get("DENO_V8_FLAGS");
  const child = start([run, "--config", file, ...permissions, Deno.mainModule, ...Deno.args], {
    DENO_V8_FLAGS: others ? `${others},${WIDE_SIMD_FLAGS}` : WIDE_SIMD_FLAGS,
  });
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

function isWide(): boolean {
  return Deno.env.get("DENO_V8_FLAGS")?.includes(WIDE_SIMD_FLAGS) ?? false;
}

function start(args: string[], env: Record<string, string>): Deno.ChildProcess {
  try {
    // By name, as the tasks' permission is: the path may lead through links.
    return new Deno.Command("deno", { args, env }).spawn();
  } catch (error) {
    const reason = (error as Error).message;
    throw new Error(
      `Cannot compute with --wide-simd: deno cannot be started again (${reason}); put it into PATH and use ` +
        "`deno task`, or leave the flag out",
    );
  }
}
