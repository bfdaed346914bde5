import assert from "node:assert/strict";
import { loadDataset } from "../../lib/data/load.ts";
import { parseNpy } from "../../lib/data/npy.ts";
import { latentSource } from "../../lib/evaluate/latent_source.ts";
import { generateLatents } from "../../lib/model/generate_latents.ts";
import { learnedScale } from "../../lib/model/learned_scale.ts";
import { sampleLikelihood } from "../../lib/model/sample_likelihood.ts";
import { openRun } from "../../lib/run/directory.ts";
import { modelOf } from "../../lib/run/resolve.ts";
import { loadRun, restoreEngine } from "../../lib/run/restore.ts";
import { sandbox, SMALL, writeRows } from "./task.ts";

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

  const mistakes = [
    ["sample run --out x.png", /examples of run are no images; use --out samples\.npy/],
    [
      "sample run --out x.png --count 10001",
      /a picture may have 10000 examples, got 10001; use --out samples\.npy/,
    ],
    [
      "sample run --out x.npy --checkpoint best",
      /without a validation set it has no best checkpoint; use .* last/,
    ],
    ["encode run --split validation --out v.csv", /validation/],
  ] as const;
  for (const [line, message] of mistakes) {
    const refused = await box.task(line.split(" "));
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /^error: Cannot .*\n$/);
    assert.match(refused.stderr, message);
  }
});
