/** The whole chain as its users call it: fetch, train, evaluate, plot. */

import assert from "node:assert/strict";
import { decode } from "../lib/run/safetensors.ts";
import { loadRun } from "../lib/run/restore.ts";
import { sandbox, SMALL, writeRows } from "./scripts/task.ts";

Deno.test("train without a data set of its own leaves a whole run, which evaluate and plot repeat", async () => {
  await using box = await sandbox();
  const trained = await box.task(["train", "--epochs", "2", "--set", "model.hidden=[16]"]);
  assert.equal(trained.code, 0, trained.stderr);
  const run = "runs/glyphs-fc-student-t-1";
  assert.ok(trained.stdout.trimEnd().endsWith(`run     ${run}`), trained.stdout);
  assert.match(
    trained.stderr,
    /^engine [\w-]+ on .+, \d+ threads? \(.+\)\nepoch 1\/2 {2}loss \d+\.\d+ .+\nepoch 2\/2 .+\n$/,
  );

  const read = (name: string) => Deno.readTextFile(box.file(run, name));
  const names = ["figures", "checkpoints", "."].map(async (folder) =>
    (await Array.fromAsync(Deno.readDir(box.file(run, folder)), ({ name }) => name)).sort().join(" ")
  );
  assert.deepEqual(await Promise.all(names), [
    "interpolations.png kl_per_dimension.json kl_per_dimension.png kl_per_dimension.svg latent_space.json " +
    "latent_space.png latent_space.svg loss_curves.json loss_curves.png loss_curves.svg loss_decomposition.json " +
    "loss_decomposition.png loss_decomposition.svg manifold.png reconstructions.png samples.png traversals.png",
    "last.safetensors",
    "checkpoints config.json evaluation.json evaluation.safetensors figures lock metrics.jsonl provenance.json " +
    "report.html status.json",
  ]);
  assert.equal(JSON.parse(await read("status.json")).state, "done");
  const provenance = JSON.parse(await read("provenance.json"));
  assert.ok(provenance.finished >= provenance.started);
  assert.match(Object.values<string>(provenance.sha256)[0], /^[0-9a-f]{64}$/);
  const metrics = (await read("metrics.jsonl")).trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(metrics.map(({ epoch, step }) => [epoch, step]), [[1, 24], [2, 48]]);
  assert.ok(metrics[1].test.loss < metrics[0].test.loss);

  // The last epoch's test loss is what evaluation finds: same parameters, same noise.
  const evaluation = JSON.parse(await read("evaluation.json"));
  assert.equal(evaluation.metrics.elbo.value, -metrics[1].test.loss);
  assert.equal(evaluation.examples, 2000);
  const arrays = decode(await Deno.readFile(box.file(run, "evaluation.safetensors")), "the arrays").tensors;
  assert.deepEqual(Object.fromEntries([...arrays].map(([name, { shape }]) => [name, shape])), {
    inputLabels: [20],
    inputs: [20, 784],
    interpolations: [5, 10, 784],
    labels: [2000],
    loc: [2000, 3],
    manifold: [15, 15, 784],
    reconstructions: [20, 784],
    samples: [64, 784],
    "traversals/dimension": [3],
    "traversals/images": [3, 11, 784],
    "traversals/probability": [11],
  });
  const page = await read("report.html");

  await Deno.remove(box.file(run, "evaluation.json"));
  await Deno.remove(box.file(run, "report.html"));
  const evaluated = await box.task(["evaluate", run]);
  assert.equal(evaluated.code, 0, evaluated.stderr);
  assert.match(evaluated.stdout, /^elbo +-\d+\.\d\d ± [\d.]+ +nats per example$/m);
  assert.deepEqual(JSON.parse(await read("evaluation.json")), evaluation);
  const plotted = await box.task(["plot", run]);
  assert.equal(plotted.code, 0, plotted.stderr);
  assert.equal(plotted.stdout.trim(), `${run}/report.html`);
  assert.equal(await read("report.html"), page);

  const drawn = await box.task(["plot", "architecture", run]);
  assert.equal(drawn.code, 0, drawn.stderr);
  assert.equal(drawn.stdout.trim(), `${run}/figures/architecture.html`);
  for (const ending of ["html", "json", "svg"]) {
    const file = await read(`figures/architecture.${ending}`);
    assert.ok(
      file.includes("12,560"),
      `${ending} names how many parameters a layer of 784 inputs and 16 units has`,
    );
  }
});

Deno.test("loadRun() encodes, decodes and samples with what a run has learned", async () => {
  await using box = await sandbox();
  await writeRows(box.file("rows.csv"));
  const trained = await box.task(["train", ...SMALL, "--epochs", "2", "--run", "run"]);
  assert.equal(trained.code, 0, trained.stderr);
  const run = await loadRun(box.file("run"));
  try {
    assert.deepEqual([run.shape, run.latentSize], [[5], 2]);
    const { loc, scale } = await run.encode(new Float32Array(15).fill(0.5));
    assert.deepEqual([loc.length, scale.length], [6, 6]);
    assert.equal((await run.decode(loc)).length, 15);
    const samples = await run.sample({ count: 4, seed: 1 });
    assert.equal(samples.length, 20);
    assert.deepEqual(samples, await run.sample({ count: 4, seed: 1 }));
    assert.notDeepEqual(samples, await run.sample({ count: 4, seed: 2 }));
    await assert.rejects(run.encode(new Float32Array(7)), /must have shape \[rows, 5\], got 7 numbers/);
  } finally {
    await run.close();
  }
});

Deno.test("evaluate measures log-likelihood, MMD, and a data set of other examples, where it is asked to", async () => {
  await using box = await sandbox();
  await writeRows(box.file("rows.csv"));
  await Deno.copyFile(box.file("rows.csv"), box.file("others.csv"));
  await Deno.writeTextFile(box.file("narrow.csv"), "0.5,1\n".repeat(20));
  const trained = await box.task(["train", ...SMALL, "--epochs", "1", "--run", "run"]);
  assert.equal(trained.code, 0, trained.stderr);

  const measured = await box.task([
    "evaluate",
    "run",
    "--iwae",
    "4",
    "--mmd",
    "8",
    "--against",
    "others.csv",
    "--definitions",
  ]);
  assert.equal(measured.code, 0, measured.stderr);
  assert.match(measured.stdout, /^elbo: \S+ /m);
  assert.match(measured.stdout, /^mmd: between 8 new examples/m);
  assert.match(measured.stdout, /^logLikelihood +-[\d.]+ ± [\d.]+ +nats per example$/m);
  assert.match(measured.stdout, /^mmd +\S+ ± \S+ +squared maximum mean discrepancy$/m);
  assert.match(measured.stdout, /^new examples from prior: z ~ p\(z\)/m);
  const { metrics, generation, options } = JSON.parse(
    await Deno.readTextFile(box.file("run", "evaluation.json")),
  );
  assert.deepEqual(options, { iwae: 4, against: "others.csv", mmd: 8 });
  assert.deepEqual([metrics.elboAuroc.value, metrics.logLikelihoodAuroc.value], [0.5, 0.5]); // the same examples
  assert.equal(metrics.effectiveSampleSize.unit, "draws of 4");
  const { mmdPValue } = generation[0].metrics;
  assert.ok(mmdPValue.value >= 0.005 && mmdPValue.value <= 1);
  assert.ok(metrics.elbo.standardError > 0);
  assert.equal((await box.task(["plot", "run"])).code, 0);

  const refused = await box.task(["evaluate", "run", "--against", "narrow.csv"]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /Cannot measure run against narrow.csv: .* shape \[5\], got \[2\]/);
  const tails = await box.task(["evaluate", "run", "--tails", "6"]);
  assert.equal(tails.code, 2);
  assert.match(tails.stderr, /likelihood must be gaussian or student-t, got bernoulli/);
});

Deno.test("evaluate refuses an engine that cannot do what the run was trained for, as wrong usage", async () => {
  await using box = await sandbox();
  await writeRows(box.file("rows.csv"));
  const flags = SMALL.map((flag) => flag === "wasm" ? "tfjs-cpu" : flag);
  const trained = await box.task(["train", ...flags, "--objective", "iwae", "--epochs", "1", "--run", "run"]);
  assert.equal(trained.code, 0, trained.stderr);
  const { code, stderr } = await box.task(["evaluate", "run", "--backend", "wasm"]);
  assert.equal(code, 2);
  assert.match(stderr, /Cannot train on objective iwae with the engine wasm: .*use --backend tfjs-wasm/);
});

const mirror = Deno.env.get("TVAE_MIRROR");

Deno.test({
  name: `fetch, train, evaluate and plot on real MNIST${mirror ? "" : " (needs TVAE_MIRROR)"}`,
  ignore: !mirror,
  fn: async () => {
    await using box = await sandbox();
    const env = { TVAE_MIRROR: mirror! };
    const fetched = await box.task(["fetch", "mnist"], env);
    assert.equal(fetched.code, 0, fetched.stderr);
    const trained = await box.task([
      "train",
      "--dataset",
      "mnist",
      "--epochs",
      "1",
    ]);
    assert.equal(trained.code, 0, trained.stderr);
    assert.doesNotMatch(trained.stderr, /fetched/); // it was there already
    const run = "runs/mnist-fc-student-t-1";
    const evaluated = await box.task(["evaluate", run]);
    assert.equal(evaluated.code, 0, evaluated.stderr);
    const { metrics } = JSON.parse(await Deno.readTextFile(box.file(run, "evaluation.json")));
    // An independent implementation has 210 to 211 nats after one epoch on three seeds.
    assert.ok(-metrics.elbo.value > 200 && -metrics.elbo.value < 222, `${-metrics.elbo.value} nats`);
    assert.equal((await box.task(["plot", run])).code, 0);
  },
});
