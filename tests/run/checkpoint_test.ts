import assert from "node:assert/strict";
import type { EngineState } from "../../lib/engine/engine.ts";
import { loadCheckpoint, saveCheckpoint } from "../../lib/run/checkpoint.ts";
import { decode, encode } from "../../lib/run/safetensors.ts";
import { exampleRun, temporaryFolder } from "./fixtures.ts";

const STATE: EngineState = {
  step: 118,
  tensors: new Map([
    ["encoder/0/kernel", { shape: [2, 2], data: Float32Array.of(1, -0, 1e-45, NaN) }],
    ["adam/m/encoder/0/kernel", { shape: [2, 2], data: Float32Array.of(0, 1, 2, 3) }],
  ]),
};

/** Sums that no short decimal stands for. */
const PROGRESS = { epoch: 3, position: 512, sums: { loss: 0.1 + 0.2, kl: 1 / 3 } };

Deno.test("loadCheckpoint() gives back what saveCheckpoint() was given, exactly", async () => {
  await using folder = await temporaryFolder();
  const run = await exampleRun(folder.in("run"));
  assert.equal(await loadCheckpoint(run, "last"), undefined);
  await saveCheckpoint(run, "last", { state: STATE, progress: PROGRESS });
  assert.deepEqual(await loadCheckpoint(run, "last"), { state: STATE, progress: PROGRESS });
  assert.equal(await loadCheckpoint(run, "best"), undefined);
});

Deno.test("saveCheckpoint() gives the same bytes for the same state, and says what they are", async () => {
  await using folder = await temporaryFolder();
  const run = await exampleRun(folder.in("run"), { seed: 5 });
  const other = await exampleRun(folder.in("other"), { seed: 5, epochs: 80 });
  await saveCheckpoint(run, "last", { state: STATE, progress: PROGRESS });
  await saveCheckpoint(other, "best", { state: STATE, progress: PROGRESS });
  const bytes = await Deno.readFile(folder.in("run", "checkpoints", "last.safetensors"));
  assert.deepEqual(await Deno.readFile(folder.in("other", "checkpoints", "best.safetensors")), bytes);
  const { metadata } = decode(bytes, "last");
  assert.deepEqual(Object.keys(metadata), [
    "checksum",
    "configHash",
    "formatVersion",
    "progress",
    "seed",
    "step",
  ]);
  assert.deepEqual([metadata.seed, metadata.step], ["5", "118"]);
});

Deno.test("loadCheckpoint() refuses a checkpoint of another configuration", async () => {
  await using folder = await temporaryFolder();
  const run = await exampleRun(folder.in("run"));
  const other = await exampleRun(folder.in("other"), { latent: { size: 2 } });
  await saveCheckpoint(other, "last", { state: STATE, progress: PROGRESS });
  await Deno.rename(folder.in("other", "checkpoints"), folder.in("run", "checkpoints"));
  await assert.rejects(
    loadCheckpoint(run, "last"),
    /^Error: .*a checkpoint of another model or configuration/,
  );
});

Deno.test("loadCheckpoint() names the file and the defect of a corrupt checkpoint", async () => {
  await using folder = await temporaryFolder();
  const run = await exampleRun(folder.in("run"));
  const path = folder.in("run", "checkpoints", "last.safetensors");
  await saveCheckpoint(run, "last", { state: STATE, progress: PROGRESS });
  const bytes = await Deno.readFile(path);
  const { tensors, metadata: { checksum: _, ...metadata } } = decode(bytes, path);
  const corrupt = [
    bytes.subarray(0, bytes.length - 1),
    encode(tensors, { ...metadata, step: "1.5" }),
    encode(tensors, { ...metadata, progress: "{" }),
    encode(new Map([["a", { shape: [1], data: Uint8Array.of(1) }]]), metadata),
  ];
  for (const bytes of corrupt) {
    await Deno.writeFile(path, bytes);
    await assert.rejects(loadCheckpoint(run, "last"), (error) => {
      assert(error instanceof SyntaxError);
      assert(error.message.includes(path));
      assert.match(error.message, /; put a good copy back, or delete checkpoints\/ to train anew$/);
      return true;
    });
  }
  await Deno.writeFile(path, encode(tensors, { ...metadata, formatVersion: "2" }));
  await assert.rejects(loadCheckpoint(run, "last"), /format version must be 1, got 2/);
});

Deno.test("loadCheckpoint() refuses a checkpoint in which any bit has changed, if it has a checksum", async () => {
  await using folder = await temporaryFolder();
  const run = await exampleRun(folder.in("run"));
  const path = folder.in("run", "checkpoints", "last.safetensors");
  await saveCheckpoint(run, "last", { state: STATE, progress: PROGRESS });
  const { tensors, metadata } = decode(await Deno.readFile(path), path);
  const other = new Map(tensors).set("adam/m/encoder/0/kernel", {
    shape: [2, 2],
    data: Float32Array.of(-0, 1, 2, 3),
  });
  for (const bytes of [encode(other, metadata), encode(tensors, { ...metadata, step: "119" })]) {
    await Deno.writeFile(path, bytes);
    await assert.rejects(loadCheckpoint(run, "last"), /not what its checksum is of; put a good copy back/);
  }
  const { checksum: _, ...unchecked } = metadata;
  await Deno.writeFile(path, encode(other, unchecked));
  assert.deepEqual((await loadCheckpoint(run, "last"))?.state.tensors, other);
});
