/**
 * Starting another task of deno.json.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };
import { FOLLOW_STDIN } from "./parent.ts";

/** The name of a task. */
export type TaskName = keyof typeof config.tasks;

/** What a task's process is given, and where its output goes. */
export interface TaskOptions {
  /** Beside this process' own. */
  readonly env?: Readonly<Record<string, string>>;
  /** `inherit`, the default, or `piped`. */
  readonly output?: "inherit" | "piped";
}

/** A task in a process of its own. */
export interface TaskProcess {
  readonly child: Deno.ChildProcess;
  /** Asks it to stop as at Ctrl-C, on every system; asking twice, or after its end, does nothing. */
  stop(): void;
}

/**
 * Starts a task in a process of its own that stops, as at Ctrl-C, when this one ends, even when this one is killed.
 *
 * It is the task's command with the task's permissions, in the current folder, by this very Deno where this process
 * may start it by its path, else by the `deno` in PATH.
 *
 * @param task the task
 * @param args its arguments
 * @param options environment and output
 * @returns the process
 * @throws {Error} if `deno` cannot be started, with the system's reason
 */
export function startTask(
  task: TaskName,
  args: readonly string[],
  { env, output = "inherit" }: TaskOptions = {},
): TaskProcess {
  const child = new Deno.Command(denoCommand(), {
    args: [...taskWords(task), ...args],
    env: { ...env, [FOLLOW_STDIN]: "1" },
    stdin: "piped",
    stdout: output,
    stderr: output,
  }).spawn();
  let stopped = false;
  const stop = (): void => {
    if (!stopped) child.stdin.close().catch(() => {});
    stopped = true;
  };
  // Waiting also keeps the pipe from being collected, which would end it.
  child.status.then(stop);
  return { child, stop };
}

/**
 * The words of a task's command after `deno`, which hold in every folder.
 *
 * @param task the task
 * @returns `run`, this project's configuration, the task's permissions, its script
 */
export function taskWords(task: TaskName): string[] {
  const [, run, ...permissions] = config.tasks[task].command.split(" ");
  const script = permissions.pop();
  const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
  return [run, "--config", path("deno.json"), ...permissions, path(`${script}`)];
}

/** A permission by name, as `--allow-run=deno` gives it, holds for no path that leads to the same file by links. */
function denoCommand(): string {
  const command = Deno.execPath();
  return Deno.permissions.querySync({ name: "run", command }).state === "granted" ? command : "deno";
}
