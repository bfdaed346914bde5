import assert from "node:assert/strict";
import fc from "fast-check";
import { placeByLifetime } from "../../../lib/engine/plan/arena.ts";
import type { Buffer, Op } from "../../../lib/engine/plan/op.ts";

/** Elements of float32 in a cache line. */
const LINE = 16;
const START = 32;
const OPS = 12;

/** Sizes, and the first and the last of the operations that have the buffer. */
const LIVES = fc.array(
  fc.record({ size: fc.integer({ min: 1, max: 100 }), ends: fc.tuple(fc.nat(OPS - 1), fc.nat(OPS - 1)) }),
  { minLength: 1, maxLength: 20 },
);

Deno.test("placeByLifetime() never lets two buffers that are in use together overlap", () => {
  fc.assert(
    fc.property(LIVES, (given) => {
      const lives = given.map(({ size, ends }, i) => ({
        buffer: { name: String(i), offset: -1, shape: [size] },
        first: Math.min(...ends),
        last: Math.max(...ends),
      }));
      const ops = Array.from({ length: OPS }, (_, i): Op => ({
        kind: "free-bits",
        rows: 1,
        columns: 1,
        threshold: 0,
        kl: { name: "elsewhere", offset: 0, shape: [1] },
        gradients: lives.filter(({ first, last }) => i === first || i === last).map(({ buffer }) => buffer),
      }));
      const kept = [lives[0].buffer];
      const end = placeByLifetime(ops, { buffers: lives.map(({ buffer }) => buffer), kept, start: START });
      const range = ({ offset, shape }: Buffer) => [offset, offset + shape[0]];
      for (const { buffer, first } of lives) {
        const [from, to] = range(buffer);
        assert.ok(from >= START && from % LINE === 0 && to <= end);
        for (const other of lives) {
          const together = other.first <= first && (first <= other.last || kept.includes(other.buffer));
          if (other.buffer === buffer || !together) continue;
          const [otherFrom, otherTo] = range(other.buffer);
          assert.ok(to <= otherFrom || otherTo <= from, JSON.stringify([buffer, other.buffer]));
        }
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});
