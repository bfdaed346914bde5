import assert from "node:assert/strict";
import { createWasmEngine } from "../../../lib/engine/wasm/engine.ts";
import { WIDE_SIMD_FLAGS } from "../../../lib/engine/wasm/wide_simd.ts";
import { tiny, tinyPixels } from "../engines.ts";
import { machineFor } from "../reference/machines.ts";
import { withDevice } from "./devices.ts";

/** A row so far behind the data that its pixels are outside the memory. */
const OUTSIDE = Math.floor((2 ** 32 - 2 ** 20) / 6);

/** Which thread reads which row of a batch of four follows from how two threads share them. */
const FAILURES = { "the caller's thread": [OUTSIDE, 0, 1, 2], "a worker": [0, 1, 2, OUTSIDE] };

for (const [where, indices] of Object.entries(FAILURES)) {
  Deno.test(`the other threads do not wait for ${where} where it alone fails`, async () => {
    const { plan, machine } = machineFor(tiny(), 4);
    const at = { ...machine, indices: Uint32Array.from(indices) };
    await withDevice({ plan, machine: at, threads: 2 }, async (_, run) => {
      await assert.rejects(run("train"), {
        message: /^The wasm engine failed: RuntimeError: memory access /,
      });
    });
  });
}

const PRELUDE = `
  import { createWasmEngine } from "./lib/engine/wasm/engine.ts";
  import { images, PIXELS } from "./tests/engine/wasm/images.ts";
  import { rows } from "./tests/engine/engines.ts";
  const engine = await createWasmEngine({ ...images("cnn"), threads: 2 });
  await engine.trainSteps(PIXELS, rows(140));
`;

/** What a program of its own prints, and how it ends. */
async function run(
  program: string,
  env: Record<string, string> = {},
): Promise<{ code: number; stdout: string }> {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--ext=ts", PRELUDE + program],
    cwd: new URL("../../..", import.meta.url),
    env,
    stderr: "null",
  }).output();
  return { code, stdout: new TextDecoder().decode(stdout) };
}

Deno.test("a process with a wasm engine ends by itself after close()", async () => {
  assert.deepEqual(await run(`await engine.close(); console.log("done");`), { code: 0, stdout: "done\n" });
});

Deno.test("a process with a wasm engine ends with an error that nobody catches, close() or not", async () => {
  assert.deepEqual(await run(`throw new Error("no");`), { code: 1, stdout: "" });
});

Deno.test("wasm trains to the same bits with V8's wide SIMD", async () => {
  const program = `
    const { tensors } = await engine.exportState();
    const bytes = await new Blob(Array.from(tensors.values(), ({ data }) => data)).arrayBuffer();
    console.log(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex());
    await engine.close();
  `;
  const [narrow, wide] = [await run(program), await run(program, { DENO_V8_FLAGS: WIDE_SIMD_FLAGS })];
  assert.match(narrow.stdout, /^[0-9a-f]{64}\n$/);
  assert.deepEqual(wide, narrow);
});

/** Far below what a leak of one batch a step would take. */
const GROWTH = 16 * 2 ** 20;

Deno.test("wasm does not grow over thousands of steps", async () => {
  const engine = await createWasmEngine({ ...tiny(), threads: 2 });
  const pixels = tinyPixels();
  const steps = async (count: number) => {
    const indices = new Uint32Array(4 * count);
    await engine.trainSteps(pixels, indices);
  };
  await steps(1000);
  const before = Deno.memoryUsage().rss;
  for (let i = 0; i < 10; i++) await steps(500);
  assert.ok(Deno.memoryUsage().rss - before < GROWTH);
  await engine.close();
});
