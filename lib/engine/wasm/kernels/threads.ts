/**
 * How threads meet and how they share work. Who does what is chance, results never are: every element is computed by one
 * thread, and sums have chunks and an order that follow from shapes.
 *
 * @module
 */

import { ABORTED, ARRIVED, COUNTERS, GENERATION, SCRATCH, SCRATCH_SIZE, SLEEPERS, SPINS, THREADS } from "../opcodes";

/** Nanoseconds of sleep after which a thread looks whether another one has failed. */
const NAP: i64 = 50_000_000;

let thread: i32 = 0;
let threads: i32 = 1;
let spins: i32 = 0;

/** Says which thread this instance is. */
export function join(index: i32): void {
  thread = index;
  threads = load<i32>(THREADS);
  spins = load<i32>(SPINS);
}

// @ts-ignore: decorator
@inline
export function isFirst(): bool {
  return thread == 0;
}

/** No item. */
export const NONE: i32 = -1;

/** Pieces of a thread's share, at most. */
const PIECES: i64 = 8;

/** The items that are shared, the number of this work, and how many there have been since threads met. */
let items: i32 = 0;
let work: i32 = 0;
let unmet: i32 = 0;
/** Whose share this thread takes pieces of, and where the last of them ends. */
let owner: i32 = 0;
let end: i32 = 0;

/**
 * Begins to share work that any thread may do, and gives this thread's first item, or `NONE`:
 *
 *     for (let i = firstOf(rows); i != NONE; i = after(i)) …
 *
 * Every thread has a share, and takes it piece by piece; when it has done its own it takes what others have left, for
 * processors are not all as fast, nor always free.
 */
export function firstOf(count: i32): i32 {
  items = count;
  if (!ASC_FEATURE_THREADS || threads == 1) {
    end = count;
    return count > 0 ? 0 : NONE;
  }
  // A counter is cleared when others can be neither behind nor ahead so far that they still use it, or again.
  if (unmet == COUNTERS / 2) barrier();
  unmet++;
  work++;
  atomic.store<i32>(counter(thread, work + COUNTERS / 2), 0);
  owner = thread;
  return nextPiece();
}

/** The item after this one, or `NONE`. */
// @ts-ignore: decorator
@inline
export function after(item: i32): i32 {
  return item + 1 < end ? item + 1 : nextPiece();
}

/** One past the last item of the piece that this thread has. */
export function endOfPiece(): i32 {
  return end;
}

/** The first item of another piece, or `NONE`. */
export function nextPiece(): i32 {
  if (!ASC_FEATURE_THREADS || threads == 1) return NONE;
  do {
    const first = shareOf(owner), size = <i64> (shareOf(owner + 1) - first);
    const pieces = min(size, PIECES);
    const taken = counter(owner, work);
    if (atomic.load<i32>(taken) < <i32> pieces) {
      const piece = <i64> atomic.add<i32>(taken, 1);
      if (piece < pieces) {
        end = first + <i32> (size * (piece + 1) / pieces);
        return first + <i32> (size * piece / pieces);
      }
    }
    owner = owner + 1 == threads ? 0 : owner + 1;
  } while (owner != thread);
  return NONE;
}

/** The first item of a thread's share. */
function shareOf(index: i32): i32 {
  return <i32> (<i64> items * index / threads);
}

/** Where is counted how many pieces of a thread's share of a work are taken. */
function counter(index: i32, number: i32): usize {
  return scratchOf(index) + (<usize> (number & (COUNTERS - 1)) << 2);
}

/** This thread's own memory. */
export function scratch(): usize {
  return scratchOf(thread) + 4 * COUNTERS;
}

/** A thread's memory: its counters, and behind them what is its own. */
function scratchOf(index: i32): usize {
  return <usize> load<i32>(SCRATCH) + <usize> index * load<i32>(SCRATCH_SIZE);
}

/** Waits until every thread has come here. */
export function barrier(): void {
  if (threads == 1) return;
  unmet = 0;
  if (ASC_FEATURE_THREADS) {
    const generation = atomic.load<i32>(GENERATION);
    if (atomic.add<i32>(ARRIVED, 1) == threads - 1) {
      atomic.store<i32>(ARRIVED, 0);
      atomic.add<i32>(GENERATION, 1);
      // A sleeper is counted before it looks at the generation for the last time, so that none is missed here.
      if (atomic.load<i32>(SLEEPERS) != 0) atomic.notify(GENERATION, -1);
      return;
    }
    for (let i = 0; i < spins; i++) {
      if (atomic.load<i32>(GENERATION) != generation) return;
    }
    atomic.add<i32>(SLEEPERS, 1);
    while (atomic.load<i32>(GENERATION) == generation) {
      if (atomic.load<i32>(ABORTED) != 0) unreachable();
      atomic.wait<i32>(GENERATION, generation, NAP);
    }
    atomic.sub<i32>(SLEEPERS, 1);
  }
}
