/**
 * Working on several things at a time.
 *
 * @module
 */

/** How many at a time, and until when. */
export interface PoolOptions {
  /** Things under way at once, at most. */
  readonly jobs: number;
  /** Aborting it begins nothing more. */
  readonly signal: AbortSignal;
}

/**
 * Works through a list in order, some at a time.
 *
 * An error begins nothing more, aborts the signal that the others were given, and is thrown when they have ended.
 *
 * @param items what to work on
 * @param work does it; its signal is aborted when it is to stop
 * @param options how many at a time, and until when
 */
export async function workThrough<T>(
  items: readonly T[],
  work: (item: T, signal: AbortSignal) => Promise<void>,
  { jobs, signal }: PoolOptions,
): Promise<void> {
  const failure = new AbortController();
  const stop = AbortSignal.any([signal, failure.signal]);
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (stop.aborted) return;
      try {
        await work(item, stop);
      } catch (error) {
        failure.abort();
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: jobs }, worker));
  const failed = ends.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
