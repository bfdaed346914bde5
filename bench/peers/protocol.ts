/**
 * How the bench speaks with a contestant: lines of JSON through the pipes of a child process.
 *
 * A child first says who it is. From then on each line that it reads is a number of steps, and each line that it
 * writes is a {@linkcode Turn}. It ends when its input does. Where it cannot do what it is asked to, it says
 * `{"absent": reason}`, or ends with an error. `step.py` does the same in Python.
 *
 * @module
 */

import { createInterface } from "node:readline";
import { Readable } from "node:stream";

/** A contestant that takes part. */
export interface Introduction {
  /** Threads that compute. */
  readonly threads: number;
  /** Of what makes it fast or slow: `PyTorch 2.13.0, Python 3.11.7`. */
  readonly version: string;
}

/** The objective of one batch, under the parameters before its step. */
export interface Objective {
  /** −ELBO in nats per example. */
  readonly loss: number;
  /** The divergence alone: the same for all on the first batch, as it depends on no noise. */
  readonly kl: number;
}

/** How some steps went. */
export interface Turn {
  /** Wall time per step. */
  readonly milliseconds: number;
  /** Of the first step. */
  readonly first: Objective;
  /** Of the last step. */
  readonly last: Objective;
}

/** How to start a contestant. */
export interface ChildCommand {
  /** An executable. */
  readonly program: string;
  /** Its arguments. */
  readonly args: readonly string[];
  /** Added to this process' environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads before anything else. */
  readonly input?: Uint8Array;
}

/** A contestant that has started and waits for its turn. */
export interface Contestant extends AsyncDisposable {
  /** Who it is. */
  readonly introduction: Introduction;
  /**
   * Lets it train on.
   *
   * @param steps how many, at least 1
   * @returns how that went
   * @throws {Error} if it ends instead, with its last words
   */
  run(steps: number): Promise<Turn>;
}

/**
 * Starts a contestant.
 *
 * @param command its process
 * @returns the contestant; disposing it ends the process
 * @throws {Error} if it cannot take part, with the reason it gave or its last words
 */
export async function startContestant({ program, args, env, input }: ChildCommand): Promise<Contestant> {
  const child = new Deno.Command(program, {
    args: [...args],
    env: { ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const lastWords = lastLine(child.stderr);
  const answers = lines(child.stdout)[Symbol.asyncIterator]();
  const send = async (bytes: Uint8Array): Promise<void> => {
    // Where it has gone before it read everything, its last words are the better error.
    await writer.write(bytes).catch(() => {});
  };
  const answer = async <T>(): Promise<T> => {
    for (;;) {
      const { value, done } = await answers.next();
      if (done) throw new Error(await lastWords || `it ended with code ${(await child.status).code}`);
      // Some libraries greet their users on the standard output.
      if (!value.startsWith("{")) continue;
      const said = JSON.parse(value);
      if ("absent" in said) throw new Error(said.absent);
      return said;
    }
  };
  const end = async (): Promise<void> => {
    await writer.close().catch(() => {});
    while (!(await answers.next()).done);
    await Promise.all([lastWords, child.status]);
  };

  try {
    if (input !== undefined) await send(input);
    return {
      introduction: await answer<Introduction>(),
      run: async (steps) => {
        await send(new TextEncoder().encode(`${steps}\n`));
        return await answer<Turn>();
      },
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/**
 * The other end: answers until the input ends, then ends the process, whatever workers it still has.
 *
 * @param introduction said once, when everything is ready
 * @param train trains `count` steps from step number `first` on, and returns the objective of the first and the last
 */
export async function serveTurns(
  introduction: Introduction,
  train: (steps: { readonly first: number; readonly count: number }) => Promise<Pick<Turn, "first" | "last">>,
): Promise<never> {
  console.log(JSON.stringify(introduction));
  let first = 0;
  for await (const line of lines(Deno.stdin.readable)) {
    const count = Number(line);
    const begun = performance.now();
    const objectives = await train({ first, count });
    const milliseconds = (performance.now() - begun) / count;
    console.log(JSON.stringify({ milliseconds, ...objectives }));
    first += count;
  }
  Deno.exit(0);
}

function lines(stream: ReadableStream<Uint8Array>): AsyncIterable<string> {
  return createInterface({ input: Readable.fromWeb(stream), crlfDelay: Infinity });
}

/** Reads to the end; an error's last line says what it was, in Python and in JavaScript alike. */
async function lastLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let last = "";
  for await (const line of lines(stream)) if (line.trim() !== "") last = line.trim();
  return last;
}
