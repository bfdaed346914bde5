/**
 * Whether this process joins pairs of SIMD operations to ones of twice the width.
 *
 * @module
 */

import type { Product } from "../plan/op.ts";
import { encodeProgram, roomFor } from "./encode.ts";
import * as code from "./opcodes.ts";
import { type Pool, startPool } from "./pool.ts";

/**
 * What V8 must be started with, as `DENO_V8_FLAGS`, to compute with 256 bits at a time.
 *
 * The second one takes bounds checks away from all WebAssembly in the process: a mistake in any of it could then write
 * anywhere.
 */
export const WIDE_SIMD_FLAGS = "--experimental-wasm-revectorize,--no-wasm-bounds-checks";

/**
 * Whether V8 has been started so.
 *
 * @param flags the value of `DENO_V8_FLAGS`, undefined where there is none
 * @returns whether all of {@linkcode WIDE_SIMD_FLAGS} are among them
 */
export function hasWideSimd(flags = ""): boolean {
  const given = flags.split(",");
  return WIDE_SIMD_FLAGS.split(",").every((flag) => given.includes(flag));
}

/** How much faster wide kernels must be to be worth it. */
const GAIN = 1.1;
/** Calls of each build; the first ones run before the optimising compiler has done its work. */
const CALLS = 100;

/**
 * Times a product on both builds.
 *
 * @param modules compiled kernels, for both widths
 * @param now a clock, in milliseconds
 * @returns whether the wide build is clearly faster here
 */
export async function isWideFaster(
  modules: { readonly wide: WebAssembly.Module; readonly narrow: WebAssembly.Module },
  now: () => number,
): Promise<boolean> {
  const pools = { wide: await preparedPool(modules.wide), narrow: await preparedPool(modules.narrow) };
  const fastest = { wide: Infinity, narrow: Infinity };
  // In turns, so that whatever else the machine does slows both.
  for (let call = 0; call < CALLS; call++) {
    for (const width of ["wide", "narrow"] as const) {
      const begun = now();
      await pools[width].run();
      fastest[width] = Math.min(fastest[width], now() - begun);
    }
  }
  return fastest.wide * GAIN < fastest.narrow;
}

/** A product, ready to run. */
async function preparedPool(module: WebAssembly.Module): Promise<Pool> {
  const [m, n, k] = [120, 64, 256];
  const buffer = (offset: number, shape: readonly number[]) => ({ name: "", offset, shape });
  const product: Product = {
    kind: "product",
    a: buffer(0, [m, k]),
    b: buffer(m * k, [k, n]),
    c: buffer(m * k + k * n, [m, n]),
    ...{ m, n, k, transposeA: false, transposeB: false, accumulate: false, relu: false },
  };
  const { shared, own } = roomFor([[product]]);
  const program = code.FIRST_FREE;
  const scratch = program + 1024;
  const sharedAt = scratch + own;
  const arena = Math.ceil((sharedAt + shared) / 64) * 64;
  const pool = await startPool(module, { threads: 1, shared: true });
  pool.grow(arena + 4 * (m * k + k * n + m * n) + 64);
  const words = new Int32Array(pool.bytes());
  words.set(encodeProgram([product], { arena, shared: [sharedAt, sharedAt] }), program >> 2);
  words[code.PROGRAM >> 2] = program;
  words[code.BATCHES >> 2] = 1;
  words[code.SCRATCH >> 2] = scratch;
  words[code.SUMS >> 2] = sharedAt;
  return pool;
}
