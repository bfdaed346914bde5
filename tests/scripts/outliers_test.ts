/** Training and testing with outliers, and on data that are drawn, from the command line. */

import assert from "node:assert/strict";
import { decode as decodeSafetensors } from "../../lib/run/safetensors.ts";
import { type Sandbox, sandbox, SMALL, writeRows } from "./task.ts";

async function run(box: Sandbox, ...words: string[]): Promise<void> {
  const { code, stderr } = await box.task(words);
  assert.equal(code, 0, stderr);
}

async function json(box: Sandbox, ...names: string[]): Promise<Record<string, unknown>> {
  return JSON.parse(await Deno.readTextFile(box.file(...names)));
}

Deno.test("train --outliers changes what is learned, not the data's sums; evaluate --outliers what is measured", async () => {
  await using box = await sandbox();
  await writeRows(box.file("rows.csv"));
  const train = ["train", ...SMALL, "--epochs", "1"];
  await run(box, ...train, "--run", "clean");
  await run(box, ...train, "--run", "dirty", "--outliers", "0.2", "--outlier-kind", "heavy");
  assert.deepEqual((await json(box, "dirty", "config.json")).outliers, { fraction: 0.2, kind: "heavy" });
  assert.equal((await json(box, "clean", "config.json")).outliers, undefined);
  const [clean, dirty] = [
    await json(box, "clean", "provenance.json"),
    await json(box, "dirty", "provenance.json"),
  ];
  assert.deepEqual(clean.sha256, dirty.sha256);
  const weights = (name: string) => Deno.readFile(box.file(name, "checkpoints", "last.safetensors"));
  assert.notDeepEqual(await weights("clean"), await weights("dirty"));

  await run(box, "train", "--run", "dirty", "--resume", "--epochs", "2");
  const before = await json(box, "dirty", "evaluation.json");
  assert.equal(before.outliers, undefined);
  const { code, stdout } = await box.task(["evaluate", "dirty", "--outliers", "0.5"]);
  assert.equal(code, 0);
  assert.match(stdout, /^outliers 50 % uniform in the test set\n\nelbo /);
  const after = await json(box, "dirty", "evaluation.json");
  assert.deepEqual(after.outliers, { fraction: 0.5, kind: "uniform" });
  assert.notDeepEqual(after.metrics, before.metrics);
  await run(box, "evaluate", "dirty");
  assert.deepEqual(await json(box, "dirty", "evaluation.json"), before);
});

Deno.test("train --dataset heavy-tail-1d stops by the data set's own validation set", async () => {
  await using box = await sandbox();
  const data = ["--dataset", "heavy-tail-1d", "--set", "examples=200", "--validation", "150"];
  const model = [
    "--likelihood",
    "gaussian",
    "--latent-size",
    "1",
    "--set",
    "model.hidden=[4]",
    "--backend",
    "wasm",
  ];
  await run(box, "train", ...data, ...model, "--epochs", "2", "--patience", "1", "--run", "tails");
  const [line] = (await Deno.readTextFile(box.file("tails", "metrics.jsonl"))).split("\n");
  assert.ok(JSON.parse(line).validation.loss > 0);
  assert.equal((await json(box, "tails", "evaluation.json")).examples, 500);
  assert.equal((await json(box, "tails", "config.json")).examples, 200);

  await run(box, "evaluate", "tails", "--tails", "4", "--draws", "300", "--latents", "all");
  const { options, generation } = await json(box, "tails", "evaluation.json");
  assert.deepEqual(options, { tails: 4, draws: 300, latents: ["all"] });
  const entries = generation as { latents: string; metrics: Record<string, { value: number }> }[];
  const sources = entries.map(({ latents }) => latents);
  assert.deepEqual(sources, ["prior", "ex-post-t", "ex-post-mixture", "posterior"]);
  for (const { metrics } of entries) assert.ok(metrics.tailRatio.value >= 0);
  const { tensors } = decodeSafetensors(await Deno.readFile(box.file("tails", "evaluation.safetensors")), "");
  for (const name of ["radius", "data", ...sources]) {
    assert.deepEqual(tensors.get(`survival/${name}`)!.shape, [64]);
  }
  for (const name of ["radius", "posterior-test", ...sources]) {
    assert.deepEqual(tensors.get(`latentSurvival/${name}`)!.shape, [64]);
  }
  await run(box, "plot", "tails");
});
