/**
 * How threads meet and how they share work. Shares depend on the number of threads, results never do: every element is
 * computed by one thread, and sums have chunks and an order that follow from shapes.
 *
 * @module
 */

import { ABORTED, ARRIVED, GENERATION, SCRATCH, SCRATCH_SIZE, SLEEPERS, SPINS, THREADS } from "../opcodes";

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

/** The first of `items` that this thread has; the last is before the next thread's first. */
export function firstOf(items: i32): i32 {
  return <i32> (<i64> items * thread / threads);
}

/** One past the last of `items` that this thread has. */
export function endOf(items: i32): i32 {
  return <i32> (<i64> items * (thread + 1) / threads);
}

/** This thread's own memory. */
export function scratch(): usize {
  return <usize> load<i32>(SCRATCH) + <usize> thread * load<i32>(SCRATCH_SIZE);
}

/** Waits until every thread has come here. */
export function barrier(): void {
  if (threads == 1) return;
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
