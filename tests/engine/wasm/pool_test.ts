import assert from "node:assert/strict";
import { createDevice } from "../../../lib/engine/wasm/device.ts";
import * as code from "../../../lib/engine/wasm/opcodes.ts";
import { startPool } from "../../../lib/engine/wasm/pool.ts";
import { findMachine } from "../../../lib/engine/wasm/start.ts";
import { lower } from "../../../lib/engine/plan/lower.ts";
import { tiny } from "../engines.ts";

for (const threads of [1, 3]) {
  Deno.test(`a trap on ${threads} threads ends the job with advice, and every later one`, async () => {
    const { module, threaded } = await findMachine();
    const pool = await startPool(module, { threads, shared: threaded });
    const words = new Int32Array(pool.bytes());
    // A program beyond the end of the memory.
    words[code.PROGRAM >> 2] = 2 ** 30;
    words[code.BATCHES >> 2] = 1;
    const message =
      /^The wasm engine failed: RuntimeError: .+; resume the run with --resume, or start one with /;
    await assert.rejects(pool.run(), { message });
    await assert.rejects(pool.run(), { message });
    pool.close();
  });
}

Deno.test("createDevice() says that a plan does not fit into memory, and leaves no thread behind", async () => {
  const plan = { ...lower(tiny(), 4), size: 2 ** 31 };
  const machine = await findMachine();
  await assert.rejects(createDevice(plan, { machine, threads: 3, seed: 0 }), {
    name: "RangeError",
    message: /^Cannot give wasm 8193 MiB of memory: .+; use a smaller batch or fewer examples$/,
  });
});
