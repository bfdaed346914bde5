import assert from "node:assert/strict";
import {
  decideRung,
  epochsLeft,
  readHalving,
  rungEpochs,
  writeHalving,
} from "../../../lib/run/sweep/halving.ts";
import { parseSweepFile } from "../../../lib/run/sweep/file.ts";
import { expandSweep, type Sweep } from "../../../lib/run/sweep/sweep.ts";
import { temporaryFolder } from "../fixtures.ts";

async function sweepOf(epochs: readonly number[]): Promise<Sweep> {
  const file = parseSweepFile({ grid: { epochs } }, "epochs.json");
  return await expandSweep({ ...file, base: {} }, "epochs.json");
}

Deno.test("rungEpochs() gives a ninth and a third of the epochs, rounded up, and none that is the end", async () => {
  const rungs = async (epochs: number) => rungEpochs(await sweepOf([epochs]));
  assert.deepEqual(await rungs(27), [3, 9]);
  assert.deepEqual(await rungs(30), [4, 10]);
  assert.deepEqual(await rungs(3), [1]);
  assert.deepEqual(await rungs(2), [1]);
  assert.deepEqual(await rungs(1), []);
  const uneven = await sweepOf([9, 27]);
  assert.throws(() => rungEpochs(uneven), /^UsageError: Cannot halve: .*cell 0, 9, got 27 for cell 1/);
});

Deno.test("decideRung() keeps the best third by value, then index, and nobody without a value", () => {
  const contenders = [5, 1, undefined, 1, 3, 9, 7].map((value, index) => ({
    index,
    name: `c${index}`,
    value,
  }));
  assert.deepEqual(decideRung(contenders, { epochs: 4, direction: "min" }), {
    epochs: 4,
    kept: ["c1", "c3", "c4"],
    stopped: ["c0", "c6", "c5", "c2"],
  });
  assert.deepEqual(decideRung(contenders.toReversed(), { epochs: 4, direction: "max" }).kept, [
    "c5",
    "c6",
    "c0",
  ]);
  const failed = contenders.map((cell) => ({ ...cell, value: undefined }));
  assert.deepEqual(decideRung(failed, { epochs: 4, direction: "max" }).kept, []);
});

Deno.test("epochsLeft() adds up what the cells kept at every later rung will train", async () => {
  const sweep = await sweepOf([27]);
  const cells = Array.from({ length: 10 });
  assert.equal(epochsLeft(sweep, { rung: 3, cells }), 4 * 6 + 2 * 18);
  assert.equal(epochsLeft(sweep, { rung: 9, cells: cells.slice(6) }), 2 * 18);
});

Deno.test("readHalving() gives what writeHalving() stored, and names a corrupt file", async () => {
  await using folder = await temporaryFolder();
  const path = folder.in();
  assert.equal(await readHalving({ path }), undefined);
  const rungs = [{ epochs: 1, kept: ["0001-00000000"], stopped: ["0000-00000000"] }];
  await writeHalving({ path }, rungs);
  assert.deepEqual(await readHalving({ path }), rungs);
  await Deno.writeTextFile(folder.in("halving.json"), '{"schemaVersion": 1, "rungs": [{"epochs": "1"}]}');
  await assert.rejects(
    readHalving({ path }),
    /^SyntaxError: Cannot read .*halving.json: rungs.0.epochs must be number/,
  );
});
