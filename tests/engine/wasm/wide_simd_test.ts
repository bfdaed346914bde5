import assert from "node:assert/strict";
import { hasWideSimd, WIDE_SIMD_FLAGS } from "../../../lib/engine/wasm/wide_simd.ts";

Deno.test("hasWideSimd() finds every flag, in any order and beside others", () => {
  const [first, second] = WIDE_SIMD_FLAGS.split(",");
  assert.ok(hasWideSimd(WIDE_SIMD_FLAGS));
  assert.ok(hasWideSimd(`${second},--expose-gc,${first}`));
  for (const flags of [undefined, "", first, second, `${first},${second}-not`]) {
    assert.equal(hasWideSimd(flags), false, `${flags}`);
  }
});
