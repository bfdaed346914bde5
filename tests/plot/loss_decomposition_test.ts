import assert from "node:assert/strict";
import { type EpochRecord, lossDecomposition, type ObjectiveKind } from "../../lib/plot/mod.ts";
import { epochs } from "./records.ts";

function areas(metrics: readonly EpochRecord[], objective?: ObjectiveKind): unknown[][] {
  return lossDecomposition(metrics, objective).data.map(({ name, y }) => [name, y]);
}

/** With β = 2. */
const WEIGHTED: readonly EpochRecord[] = epochs(2).map((record) => ({
  ...record,
  test: { loss: 156, reconstruction: 140, kl: 8 },
}));

Deno.test("lossDecomposition() has areas that add up to an ELBO's loss, β · KL below", () => {
  const { data } = lossDecomposition(WEIGHTED);
  assert.deepEqual(areas(WEIGHTED), [["β · KL divergence", [16, 16]], ["reconstruction", [140, 140]]]);
  assert.equal(new Set(data.map(({ stackgroup }) => stackgroup)).size, 1);
});

Deno.test("lossDecomposition() of other objectives has the parts of minus the ELBO", () => {
  for (const objective of ["iwae", "t3"] as const) {
    assert.deepEqual(areas(WEIGHTED, objective), [["KL divergence", [8, 8]], ["reconstruction", [140, 140]]]);
    assert.match(lossDecomposition(WEIGHTED, objective).layout.title.text, /−ELBO/);
  }
});

Deno.test("lossDecomposition() draws a reconstruction below zero as a line, far from zero", () => {
  const metrics = epochs(2).map((record) => ({
    ...record,
    test: { loss: -90, reconstruction: -100, kl: 10 },
  }));
  assert.deepEqual(areas(metrics), [["reconstruction", [-100, -100]], ["β · KL divergence", [10, 10]]]);
  const { data: [line], layout } = lossDecomposition(metrics);
  const [low, high] = (layout.yaxis as unknown as { range: number[] }).range;
  assert.equal(line.fill, "none");
  assert.ok(low < -100 && high > -90 && high < -80, `${low} ${high}`);
});

Deno.test("lossDecomposition() is of the validation set, else of the test set, else as trained", () => {
  const validation = { loss: 50, reconstruction: 45, kl: 5 };
  const both = epochs(1).map((record) => ({ ...record, validation }));
  const trained = epochs(1).map((record) => ({ ...record, test: undefined }));
  const unit = (metrics: readonly EpochRecord[]) =>
    (lossDecomposition(metrics).layout.yaxis as { title: { text: string } }).title.text;
  assert.deepEqual(areas(both).map(([, y]) => y), [[5], [45]]);
  assert.match(unit(both), /\(validation\)/);
  assert.match(unit(epochs(1)), /\(test\)/);
  assert.deepEqual(areas(trained).map(([, y]) => y), [[8], [232]]);
  assert.match(unit(trained), /\(train\)/);
});
