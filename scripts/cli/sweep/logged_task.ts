/**
 * Tasks whose output goes to a log.
 *
 * @module
 */

import { startTask, type TaskName } from "../start_task.ts";

/** Output kept to find the reason of a failure in. */
const TAIL = 4096;

/**
 * Runs a task in a process of its own to its end, which stops if this one is killed.
 *
 * What it prints goes to the end of a log, below a line with its arguments.
 *
 * @param task the task
 * @param args its arguments
 * @param options the log's path, and a signal; aborting that stops the task as Ctrl-C does
 * @returns why it failed, in one line; undefined if it did not
 * @throws {Error} if `deno` cannot be started or the log not be written
 */
export async function runLogged(
  task: TaskName,
  args: readonly string[],
  { log, signal }: { readonly log: string; readonly signal: AbortSignal },
): Promise<string | undefined> {
  using file = await Deno.open(log, { create: true, append: true });
  await writeAll(file, new TextEncoder().encode(`$ ${task} ${args.join(" ")}\n`));
  const { child, stop } = startTask(task, args, { output: "piped" });
  signal.addEventListener("abort", stop);
  try {
    const [{ success, code, signal: killer }, tail] = await Promise.all([
      child.status,
      record(child.stderr, file),
      record(child.stdout, file),
    ]);
    if (success) return undefined;
    const reason = killer !== null
      ? `killed by ${killer}`
      : tail.match(/^error: (.*)$/m)?.[1] ?? `exit code ${code}`;
    await writeAll(file, new TextEncoder().encode(`failed: ${reason}\n`));
    return reason;
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

/** Writes a stream to a file as it comes, and gives its end. */
async function record(stream: ReadableStream<Uint8Array>, file: Deno.FsFile): Promise<string> {
  const decoder = new TextDecoder();
  let tail = "";
  for await (const chunk of stream) {
    await writeAll(file, chunk);
    tail = (tail + decoder.decode(chunk, { stream: true })).slice(-TAIL);
  }
  return tail;
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
}
