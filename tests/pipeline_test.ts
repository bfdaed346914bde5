/** The whole chain as its users call it: fetch, train, evaluate, plot. */

import assert from "node:assert/strict";
import { loadDataset } from "../lib/data/load.ts";
import { parseNpy } from "../lib/data/npy.ts";
import { latentSource } from "../lib/evaluate/latent_source.ts";
import { generateLatents } from "../lib/model/generate_latents.ts";
import { learnedScale } from "../lib/model/learned_scale.ts";
import { sampleLikelihood } from "../lib/model/sample_likelihood.ts";
import { openRun } from "../lib/run/directory.ts";
import { decode } from "../lib/run/safetensors.ts";
import { modelOf } from "../lib/run/resolve.ts";
import { loadRun, restoreEngine } from "../lib/run/restore.ts";
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
    await assert.rejects(run.encode(new Float32Array(7)), /rows of 5 numbers, got 7/);
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

Deno.test("a run's samples come from the distribution that its objective and its df name", async () => {
  await using box = await sandbox();
  await writeRows(box.file("rows.csv"));
  const kinds = {
    t3: ["--joint", "--likelihood", "gaussian", "--objective", "t3"],
    tied: ["--df", "per-dimension", "--prior-df", "tied"],
  };
  for (const [name, flags] of Object.entries(kinds)) {
    const trained = await box.task(["train", ...SMALL, ...flags, "--epochs", "2", "--run", name]);
    assert.equal(trained.code, 0, trained.stderr);
    const { config } = await openRun(box.file(name));
    const evaluation = JSON.parse(await Deno.readTextFile(box.file(name, "evaluation.json")));
    const run = await loadRun(box.file(name));
    try {
      const { objective } = config;
      const learnedDf = evaluation.metrics.df?.value;
      assert.equal(learnedDf?.length, name === "tied" ? 2 : undefined);
      const z = generateLatents(modelOf(config), { objective, learnedDf, count: 9, seed: 3 });
      assert.deepEqual(await run.sample({ count: 9, seed: 3 }), await run.decode(z));
    } finally {
      await run.close();
    }
  }
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

Deno.test("sample draws from every source of latents, and from the likelihood", async () => {
  await using box = await sandbox();
  await writeRows(box.file("rows.csv"));
  const trained = await box.task(["train", ...SMALL, "--epochs", "1", "--run", "run"]);
  assert.equal(trained.code, 0, trained.stderr);
  const drawn = async (...words: string[]) => {
    const { code, stderr } = await box.task(["sample", "run", "--count", "200", "--out", "x.npy", ...words]);
    assert.equal(code, 0, stderr);
    return parseNpy(await Deno.readFile(box.file("x.npy")), { name: "x.npy" });
  };
  const plain = await drawn();
  assert.deepEqual(await drawn("--latents", "prior"), plain);
  for (const name of ["ex-post-t", "ex-post-mixture", "posterior"]) {
    const samples = await drawn("--latents", name);
    assert.deepEqual(samples.shape, [200, 5]);
    assert.notDeepEqual(samples, plain);
  }
  const noisy = await drawn("--noise");
  assert.ok(Array.from(noisy.values).every((x) => x === 0 || x === 1)); // Bernoulli
  const run = await loadRun(box.file("run"));
  try {
    assert.deepEqual(Array.from(await run.sample({ count: 200, noise: true })), Array.from(noisy.values));
    assert.deepEqual(Array.from(await run.sample({ count: 200, from: "prior" })), Array.from(plain.values));
    const { train } = await loadDataset(box.file("rows.csv"));
    const source = await latentSource(run.engine, { ...run, name: "ex-post-t", train, seed: 0 });
    const samples = await run.decode(source.sample({ count: 200, seed: 0 }));
    assert.deepEqual(Array.from(samples), Array.from((await drawn("--latents", "ex-post-t")).values));
  } finally {
    await run.close();
  }

  const refused = await box.task(["sample", "run", "--latents", "alternative-prior", "--out", "no.npy"]);
  assert.equal(refused.code, 2);
  assert.equal(
    refused.stderr,
    "error: Cannot draw latents from alternative-prior: the objective must be t3, got elbo; use prior, ex-post-t, " +
      "ex-post-mixture, posterior\n",
  );
  await Deno.writeTextFile(box.file("rows.csv"), "1,2,3,4,5\n".repeat(80));
  const changed = await box.task(["sample", "run", "--latents", "posterior", "--out", "no.npy"]);
  assert.equal(changed.code, 1);
  assert.match(changed.stderr, /the data set rows has changed/);
  await assert.rejects(Deno.stat(box.file("no.npy")), Deno.errors.NotFound);
});

Deno.test("sample draws the joint t of t3, and a normal of learned scale", async () => {
  await using box = await sandbox();
  await writeRows(box.file("rows.csv"));
  const kinds = {
    t3: ["--joint", "--likelihood", "gaussian", "--objective", "t3"],
    learned: ["--likelihood", "gaussian", "--set", "likelihood.scale=learned"],
  };
  for (const [name, flags] of Object.entries(kinds)) {
    const trained = await box.task(["train", ...SMALL, ...flags, "--epochs", "1", "--run", name]);
    assert.equal(trained.code, 0, trained.stderr);
    const drawn = await box.task(
      ["sample", name, "--noise", "--count", "9", "--seed", "3", "--out", "x.npy"],
    );
    assert.equal(drawn.code, 0, drawn.stderr);
    const { values } = parseNpy(await Deno.readFile(box.file("x.npy")), { name: "x.npy" });

    const stored = await openRun(box.file(name));
    const { objective } = stored.config, model = modelOf(stored.config);
    const { engine } = await restoreEngine(stored);
    const scale = learnedScale(model, await engine.exportState());
    await engine.close();
    assert.equal(scale === undefined, name === "t3");
    const run = await loadRun(box.file(name));
    try {
      const latents = generateLatents(model, { objective, count: 9, seed: 3 });
      const mean = await run.decode(latents);
      const expected = sampleLikelihood(model, { objective, mean, latents, scale, seed: 3 });
      assert.deepEqual(Array.from(values), Array.from(expected));
      assert.deepEqual(await run.sample({ count: 9, seed: 3, noise: true }), expected);
    } finally {
      await run.close();
    }
  }
});

Deno.test("sample and encode write what they are asked for", async () => {
  await using box = await sandbox();
  await writeRows(box.file("rows.csv"));
  const trained = await box.task(["train", ...SMALL, "--epochs", "1", "--run", "run"]);
  assert.equal(trained.code, 0, trained.stderr);
  const made = async (...words: string[]) => {
    const { code, stdout, stderr } = await box.task(words);
    assert.equal(code, 0, stderr);
    return await Deno.readFile(box.file(stdout.trim()));
  };
  const sampled = await made("sample", "run", "--count", "3", "--seed", "4", "--out", "x.npy");
  const samples = parseNpy(sampled, { name: "x.npy" });
  assert.deepEqual(samples.shape, [3, 5]);
  assert.ok(Array.from(samples.values).every((value) => value > 0 && value < 1));
  assert.deepEqual(await made("sample", "run", "--count", "3", "--seed", "4", "--out", "again.npy"), sampled);

  const latents = parseNpy(await made("encode", "run", "--split", "train", "--out", "z.npy"), {
    name: "z.npy",
  });
  assert.deepEqual(latents.shape, [72, 2]);
  const lines = new TextDecoder().decode(await made("encode", "run", "--out", "z.csv")).trimEnd().split("\n");
  assert.deepEqual([lines.length, lines[0]], [9, "loc1,loc2,scale1,scale2"]);
  assert.ok(lines.slice(1).every((line) => line.split(",").map(Number).slice(2).every((scale) => scale > 0)));

  const amortised = ["--df", "amortised", "--joint", "--epochs", "1", "--run", "amortised"];
  assert.equal((await box.task(["train", ...SMALL, ...amortised])).code, 0);
  const withDf = new TextDecoder().decode(await made("encode", "amortised", "--out", "df.csv")).trimEnd();
  const [header, ...rows] = withDf.split("\n").map((line) => line.split(","));
  assert.deepEqual(header, ["loc1", "loc2", "scale1", "scale2", "df"]);
  assert.ok(rows.every((row) => row.length === 5 && Number(row[4]) > 2));

  for (
    const words of [["sample", "run", "--out", "x.png"], [
      "encode",
      "run",
      "--split",
      "validation",
      "--out",
      "v.csv",
    ]]
  ) {
    const refused = await box.task(words);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /^error: Cannot .*\n$/);
  }
});
