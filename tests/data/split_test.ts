import assert from "node:assert/strict";
import { epochOrder } from "../../lib/data/batches.ts";
import type { Dataset } from "../../lib/data/dataset.ts";
import { holdOut } from "../../lib/data/split.ts";

/** Twenty rows of two equal values, labelled with the row's number. */
function dataset(): Dataset {
  const values = Uint8Array.from({ length: 40 }, (_, i) => i >> 1);
  const train = { values, count: 20, labels: Uint8Array.from({ length: 20 }, (_, i) => i) };
  return { name: "rows", shape: [2], train, test: train, sha256: {} };
}

Deno.test("holdOut() moves training rows, with their labels, to a fixed validation set", () => {
  const { train, validation, test } = holdOut(dataset(), 6);
  assert.ok(validation !== undefined);
  assert.deepEqual([train.count, validation.count, test.count], [14, 6, 20]);
  for (const split of [train, validation]) {
    assert.deepEqual([...split.values], [...split.labels!].flatMap((label) => [label, label]));
  }
  const all = [...train.labels!, ...validation.labels!].sort((a, b) => a - b);
  assert.deepEqual(all, [...dataset().train.labels!]);
  assert.deepEqual(holdOut(dataset(), 6), holdOut(dataset(), 6));
});

Deno.test("holdOut() holds out a subset of what a larger validation set holds out", () => {
  const small = holdOut(dataset(), 3).validation!.labels!, large = holdOut(dataset(), 9).validation!.labels!;
  assert.deepEqual([...large].slice(-3), [...small]);
});

Deno.test("holdOut() changes nothing for 0 and refuses to take every training example", () => {
  const whole = dataset();
  assert.equal(holdOut(whole, 0), whole);
  assert.equal(holdOut(whole, 19).train.count, 1);
  for (const count of [20, -1, 1.5, NaN]) {
    assert.throws(() => holdOut(whole, count), {
      name: "RangeError",
      message: new RegExp(`^Cannot hold out validation examples of rows: .* from 0 to 19 .*, got ${count}$`),
    });
  }
});

Deno.test("epochOrder() visits every row once, in another order each epoch and seed", () => {
  const count = 1000;
  const orders = [[0, 0], [0, 1], [1, 0]].map(([seed, epoch]) => epochOrder(count, { seed, epoch }));
  for (const order of orders) {
    assert.deepEqual(order.toSorted(), Uint32Array.from({ length: count }, (_, i) => i));
  }
  assert.notDeepEqual(orders[0], orders[1]);
  assert.notDeepEqual(orders[0], orders[2]);
  assert.deepEqual(orders[0], epochOrder(count, { seed: 0, epoch: 0 }));
});
