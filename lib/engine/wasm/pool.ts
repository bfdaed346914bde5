/**
 * The threads that run kernels: the caller's own and workers, on one memory.
 *
 * @module
 */

import * as code from "./opcodes.ts";
import workerSource from "./worker.js" with { type: "text" };

/**
 * Polls before a waiting thread goes to sleep, from which waking it is dear, and there are dozens of barriers in a step.
 * Where threads outnumber the processor's, the one that is waited for may be waiting for this one's core.
 */
const SPINS = { alone: 200_000, crowded: 4000 };
const PAGE = 65536;
const LARGEST = 65536;

/** Kernels on a memory, ready to run. */
export interface Pool {
  readonly threads: number;
  /** The memory, which is another object after it has grown. */
  bytes(): ArrayBufferLike;
  /** Makes the memory as large as this, in bytes. */
  grow(size: number): void;
  /**
   * Runs the job in the control block to its end, blocking the caller.
   *
   * @throws {Error} if a thread fails; the pool is of no use then
   */
  run(): Promise<void>;
  /** Ends the workers. */
  close(): void;
}

/**
 * Starts the threads.
 *
 * @param module compiled kernels
 * @param options how many `threads`, at least 1, and whether the module's memory is `shared`
 * @returns the pool; workers live until `close()`
 * @throws {Error} if a worker cannot start
 */
export async function startPool(
  module: WebAssembly.Module,
  { threads, shared }: { readonly threads: number; readonly shared: boolean },
): Promise<Pool> {
  const memory = reserve(shared);
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const run = exports.run as (thread: number) => void;
  const workers = await startWorkers(threads - 1, { module, memory });
  let failure: Error | undefined;

  const words = () => new Int32Array(memory.buffer);
  words()[code.THREADS >> 2] = threads;
  words()[code.SPINS >> 2] = threads > navigator.hardwareConcurrency ? SPINS.crowded : SPINS.alone;

  return {
    threads,
    bytes: () => memory.buffer,

    grow(size: number): void {
      const missing = Math.ceil((size - memory.buffer.byteLength) / PAGE);
      if (missing <= 0) return;
      try {
        memory.grow(missing);
      } catch {
        throw new RangeError(
          `Cannot give wasm ${
            Math.ceil(size / 2 ** 20)
          } MiB of memory: a WebAssembly memory has at most 4 GiB, and ` +
            "the machine must have them; use a smaller batch or fewer examples",
        );
      }
    },

    async run(): Promise<void> {
      if (failure !== undefined) throw failure;
      for (const { worker } of workers) worker.postMessage({});
      try {
        run(0);
      } catch (error) {
        const first = Atomics.exchange(words(), code.ABORTED >> 2, 1) === 0;
        Atomics.notify(words(), code.GENERATION >> 2);
        const cause = first ? `${error}` : await Promise.race(workers.map(({ failed }) => failed));
        failure = new Error(
          `The wasm engine failed: ${cause}; resume the run with --resume, or start one with --backend tfjs-wasm`,
        );
        throw failure;
      }
    },

    close(): void {
      for (const { worker } of workers) worker.terminate();
      workers.length = 0;
    },
  };
}

/** A memory that can grow as far as there is any. */
function reserve(shared: boolean): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: code.FIRST_FREE / PAGE, maximum: LARGEST, shared });
  } catch (error) {
    throw new Error(
      `Cannot start wasm: ${
        (error as Error).message
      }; its memory takes 4 GiB of addresses (see \`ulimit -v\`), ` +
        "or use --backend tfjs-cpu",
    );
  }
}

interface PoolWorker {
  readonly worker: Worker;
  /** Says why it failed, once it has. */
  readonly failed: Promise<string>;
}

async function startWorkers(
  count: number,
  { module, memory }: { readonly module: WebAssembly.Module; readonly memory: WebAssembly.Memory },
): Promise<PoolWorker[]> {
  const url = `data:text/javascript,${encodeURIComponent(workerSource)}`;
  const control = { memory, aborted: code.ABORTED, generation: code.GENERATION };
  const workers = Array.from({ length: count }, () => new Worker(url, { type: "module" }));
  try {
    return await Promise.all(workers.map(async (worker, i) => {
      const failed = Promise.withResolvers<string>();
      await new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => data.started ? resolve(data) : failed.resolve(data.failed);
        worker.onerror = (event) => {
          event.preventDefault();
          reject(
            new Error(
              `Cannot start ${count} threads of wasm: ${event.message}; use fewer with --threads N`,
            ),
          );
        };
        worker.postMessage({ module, memory, thread: i + 1, control });
      });
      return { worker, failed: failed.promise };
    }));
  } catch (error) {
    for (const worker of workers) worker.terminate();
    throw error;
  }
}
