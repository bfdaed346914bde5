/**
 * Work that must not overlap.
 *
 * @module
 */

/** Does a piece of work once all that came before it has ended, well or not. */
export type InTurn = <T>(work: () => T | Promise<T>) => Promise<T>;

/**
 * Makes a queue. Work that waits for other work of its own queue waits for ever.
 *
 * @returns what to give work to; its results come in the order in which it came
 */
export function queue(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
}
