/**
 * What a run is doing, for people and for other processes.
 *
 * @module
 */

import { join } from "node:path";
import { isObject, readJson, writeJson } from "./json.ts";

/** Where a run stands. `running` may also mean that its process was killed; the lock tells which. */
export type RunState = "running" | "done" | "interrupted" | "failed";

/** What status.json holds. */
export interface Status {
  /** Where the run stands. */
  readonly state: RunState;
  /** The machine that wrote this. */
  readonly host: string;
  /** The process that wrote this. */
  readonly pid: number;
  /** Why the run failed, in one line. */
  readonly error?: string;
}

/** A run, known by its folder. */
export interface RunFolder {
  /** Where it is. */
  readonly path: string;
}

/** Says what the run is doing, in the name of this process. */
export async function writeStatus(
  run: RunFolder,
  { state, error }: Pick<Status, "state" | "error">,
): Promise<void> {
  const status: Status = { state, host: hostName(), pid: Deno.pid, ...(error !== undefined && { error }) };
  await writeJson(join(run.path, "status.json"), status);
}

/**
 * What the run was last said to be doing.
 *
 * @throws {SyntaxError} if status.json is corrupt
 * @throws {Deno.errors.NotFound} if there is none
 */
export async function readStatus(run: RunFolder): Promise<Status> {
  const path = join(run.path, "status.json");
  const status = await readJson(path);
  if (isObject(status) && "state" in status && "host" in status && "pid" in status) {
    return status as unknown as Status;
  }
  throw new SyntaxError(`Cannot read ${path}: it must hold state, host and pid`);
}

/** This machine's name, or what to say where Deno may not ask for it. */
export function hostName(): string {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "hostname" });
  return state === "granted" ? Deno.hostname() : "this machine";
}
