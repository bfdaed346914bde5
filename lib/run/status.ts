/**
 * What a run is doing, for people and for other processes.
 *
 * @module
 */

import { join } from "node:path";
import * as v from "valibot";
import { writeJson } from "./json.ts";
import { advised, missing, readRecord } from "./record_file.ts";

const STATES = ["running", "done", "interrupted", "failed"] as const;

/** Where a run stands. `running` may also mean that its process was killed; the lock tells which. */
export type RunState = typeof STATES[number];

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

const STATUS = v.object({
  state: v.picklist(STATES),
  host: v.string(),
  pid: v.number(),
  error: v.optional(v.string()),
});

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
 * @throws {SyntaxError} if status.json is corrupt or missing
 */
export async function readStatus(run: RunFolder): Promise<Status> {
  const path = join(run.path, "status.json");
  return await advised(`\`deno task train --run ${run.path} --resume\` writes it anew`, async () => {
    return await readRecord(path, STATUS) ?? missing(path);
  });
}

/** This machine's name, or what to say where Deno may not ask for it. */
export function hostName(): string {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "hostname" });
  return state === "granted" ? Deno.hostname() : "this machine";
}
