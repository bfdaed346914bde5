/**
 * Running deno.json's tasks as their users do, in a folder of their own.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };

/** How a task ended and what it said. */
export interface TaskResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A temporary folder for one test, where tasks find and leave `data/` and `runs/`. */
export interface Sandbox extends AsyncDisposable {
  /** Runs a task to its end: `["train", "--epochs", "1"]`. */
  task(words: readonly string[], env?: Record<string, string>): Promise<TaskResult>;
  /** Starts a task and lets it run. */
  start(words: readonly string[]): Deno.ChildProcess;
  /** A path in the folder; the folder itself without names. */
  file(...names: string[]): string;
}

/** Makes a sandbox; `await using` it removes the folder. */
export async function sandbox(): Promise<Sandbox> {
  const path = await Deno.makeTempDir({ prefix: "tvae-" });
  const command = ([task, ...args]: readonly string[], env: Record<string, string> = {}): Deno.Command =>
    new Deno.Command(Deno.execPath(), {
      args: [...denoArguments(task), ...args],
      cwd: path,
      // Whatever mirror the person testing uses must not leak into a sandbox.
      env: { TVAE_MIRROR: "", NO_COLOR: "1", ...env },
      stdout: "piped",
      stderr: "piped",
    });
  return {
    task: async (words, env) => {
      const { code, stdout, stderr } = await command(words, env).output();
      const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      return { code, stdout: text(stdout), stderr: text(stderr) };
    },
    start: (words) => command(words).spawn(),
    file: (...names) => join(path, ...names),
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** A task's command with this project's configuration and script, so that it can run in another folder. */
function denoArguments(task: string): string[] {
  const command = (config.tasks as Record<string, { command: string }>)[task].command;
  const [deno, run, ...flags] = command.split(" ");
  assert.deepEqual([deno, run], ["deno", "run"]);
  const script = fileURLToPath(new URL(`../../${flags.pop()}`, import.meta.url));
  const file = fileURLToPath(new URL("../../deno.json", import.meta.url));
  return [run, "--config", file, ...flags, script];
}

/** Waits until something holds of what a started task leaves; fails if the task ends before. */
export async function waitUntil(holds: () => Promise<boolean>, task: Deno.ChildProcess): Promise<void> {
  let ended = false;
  task.status.then(() => ended = true);
  while (!await holds()) {
    assert.ok(!ended, "the task ended before what was waited for");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Writes rows of numbers of which a small model can learn something: two clusters in five columns. */
export async function writeRows(path: string, rows = 80): Promise<void> {
  const line = (row: number) =>
    Array.from({ length: 5 }, (_, column) => ((row % 2 ? 8 : 2) + (row * 7 + column * 3) % 5 / 5).toFixed(2))
      .join(",");
  await Deno.writeTextFile(path, Array.from({ length: rows }, (_, row) => line(row) + "\n").join(""));
}

/** Flags of a model that trains in no time. */
export const SMALL = [
  ...["--dataset", "rows.csv", "--backend", "wasm", "--batch-size", "16", "--latent-size", "2"],
  ...["--learning-rate", "0.01", "--set", "model.hidden=[6]"],
] as const;
