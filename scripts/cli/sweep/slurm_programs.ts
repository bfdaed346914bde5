/**
 * Slurm's own programs.
 *
 * @module
 */

import {
  ACCOUNTING_FORMAT,
  parseAccounting,
  parseQueue,
  QUEUE_FORMAT,
  type SlurmJob,
  type SlurmTask,
} from "../../../lib/run/sweep/slurm_jobs.ts";
import { FOLLOW_STDIN } from "../parent.ts";

/** How a program ended and what it said. */
interface Outcome {
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Submits a job.
 *
 * @param args of `sbatch`
 * @returns the job's number
 * @throws {Error} in one line, with what `sbatch` said
 */
export async function submit(args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await run("sbatch", ["--parsable", ...args], "submit");
  // Of several clusters the name follows the number.
  const [id] = stdout.trim().split(";");
  if (success && /^\d+$/.test(id)) return id;
  throw new Error(`Cannot submit: sbatch said: ${reason({ stdout, stderr })}`);
}

/** Takes jobs out of the queue, as far as they are in it. */
export async function cancel(ids: readonly string[]): Promise<void> {
  await run("scancel", ids, "cancel");
}

/**
 * Asks the queue for a sweep's cells. Jobs that have ended stay in it for some minutes.
 *
 * @param jobs the sweep's
 * @returns tasks by the index of their cell
 * @throws {Error} in one line, with what `squeue` said
 */
export async function askQueue(jobs: readonly SlurmJob[]): Promise<ReadonlyMap<number, SlurmTask>> {
  return jobs.length === 0 ? new Map() : parseQueue(await queue(jobs.map(({ id }) => id)), jobs);
}

/** Whether a job that is no array waits or runs. */
export async function isInQueue(id: string): Promise<boolean> {
  const [row] = (await queue([id])).split("\n");
  return /^[^|]*\|[^|]*\|(PENDING|CONFIGURING|RUNNING|COMPLETING)\|/.test(row);
}

/**
 * Asks Slurm's accounting for a sweep's cells.
 *
 * @param jobs the sweep's
 * @returns tasks by the index of their cell; none where the cluster keeps no accounts
 */
export async function askAccounting(jobs: readonly SlurmJob[]): Promise<ReadonlyMap<number, SlurmTask>> {
  const ids = jobs.map(({ id }) => id).join(",");
  const args = ["--noheader", "--parsable2", "--allocations", "--array", `--format=${ACCOUNTING_FORMAT}`];
  const { success, stdout } = await run("sacct", [...args, `--jobs=${ids}`], "ask for accounts")
    .catch(() => ({ success: false, stdout: "" }));
  return success ? parseAccounting(stdout, jobs) : new Map();
}

async function queue(ids: readonly string[]): Promise<string> {
  const args = [
    "--noheader",
    "--array",
    "--states=all",
    `--format=${QUEUE_FORMAT}`,
    `--jobs=${ids.join(",")}`,
  ];
  const outcome = await run("squeue", args, "ask for the queue");
  if (outcome.success) return outcome.stdout;
  // Of a job that has left the queue long ago.
  if (outcome.stderr.includes("Invalid job id")) return "";
  throw new Error(`Cannot ask for the queue: squeue said: ${reason(outcome)}`);
}

async function run(program: string, args: readonly string[], purpose: string): Promise<Outcome> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, {
      args: [...args],
      // Jobs inherit the environment, but follow nobody.
      env: { [FOLLOW_STDIN]: "" },
      stdin: "null",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { success, stdout: text(stdout), stderr: text(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new Error(
        `Cannot ${purpose}: ${program} was not found; this must run on a machine of a Slurm cluster`,
      );
    }
    throw new Error(`Cannot ${purpose}: ${program} cannot be started: ${(error as Error).message}`);
  }
}

function reason({ stdout, stderr }: Omit<Outcome, "success">): string {
  const lines = `${stderr}\n${stdout}`.split("\n").map((line) => line.replace(/^\w+: (error: )?/, "").trim());
  return lines.filter((line) => line !== "").join("; ") || "nothing";
}
