/** What the commands say to mistakes (exit code 2) and failures (exit code 1): one line, and nothing half-written. */

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { type Sandbox, sandbox, SMALL, type TaskResult, writeRows } from "./task.ts";

/** Asserts an exit code and a single line on stderr, the last if progress went before. */
function assertError(
  { code, stdout, stderr }: TaskResult,
  expected: { code: number; message: RegExp },
): void {
  assert.equal(code, expected.code, stderr);
  const lines = stderr.trimEnd().split("\n");
  assert.match(lines.at(-1)!, expected.message);
  assert.match(lines.at(-1)!, /^error: /);
  assert.equal(stdout, "");
  if (code === 2) assert.equal(lines.length, 1, stderr);
}

async function files(box: Sandbox): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(box.file()), ({ name }) => name)).sort();
}

const MISTAKES: readonly (readonly [words: string, message: RegExp])[] = [
  ["train --eopchs 3", /--eopchs.*--epochs/],
  ["train --dataset mnits", /mnits.*did you mean mnist\?/],
  ["train --model fcc", /fcc.*valid: fc/],
  ["train --set latent.sizes=3", /latent\.sizes.*did you mean size\?/],
  ["train --df 0", /latent\.df must be finite and > 0, got 0/],
  ["train --df NaN", /latent\.df must be finite and > 0, got NaN/],
  ["train --df -3", /latent\.df must be finite and > 0, got -3/],
  ["train --df learnt", /latent\.df must be .*, got "learnt"; did you mean learned\?/],
  ["train --joint --df per-dimension", /latent\.df must be learned globally where latent\.joint is true/],
  ["train --joint=false", /--joint/],
  ["train --objective t3 --joint", /Cannot train model fc: likelihood\.kind must be gaussian/],
  ["train --objective iwae --beta 2", /objective\.beta has no meaning here/],
  ["train --epochs -1", /epochs must be a positive integer, got -1/],
  ["train --epochs 1.5", /epochs must be a positive integer, got 1\.5/],
  ["train --batch-size 0", /batchSize must be a positive integer, got 0/],
  ["train --latent-size 0", /latent\.size must be a positive integer, got 0/],
  ["train --learning-rate -1", /learningRate must be finite and > 0, got -1/],
  ["train --config broken.json", /broken\.json.*not valid JSON/],
  ["train --config absent.json", /absent\.json/],
  ["train --backend cuda", /cuda.*valid: auto, wasm, tfjs-webgpu, tfjs-wasm, tfjs-cpu/],
  ["train --backend wasm --objective iwae", /objective iwae with the engine wasm: .*use --backend tfjs-wasm/],
  ["train --threads 0.5", /threads must be an integer from 0 to 256, got 0\.5/],
  ["train --set optimizer.clipNorm=0", /optimizer\.clipNorm must be finite and > 0, got 0/],
  ["train --resume", /--run DIR/],
  ["train --run absent --resume", /absent.*no run's folder/],
  ["train --validation 12000", /from 0 to 11999/],
  ["train --dataset heavy-tail-1d", /likelihood must be gaussian or student-t.*got bernoulli/],
  ["train --set examples=12001", /Cannot take training examples of glyphs: .* from 1 to 12000, got 12001/],
  ["train --outliers 2", /outliers\.fraction must be from 0 to 1, got 2/],
  ["train --outlier-kind salt", /outliers\.fraction is missing/],
  [
    "train --outliers 0.1 --outlier-kind other-dataset --outlier-dataset heavy-tail-2d --likelihood gaussian",
    /Cannot add outliers to glyphs: .* 8-bit \[28, 28\] too, got heavy-tail-2d, 32-bit \[2\]/,
  ],
  ["train --set latent..df=3", /key=value.*"latent\.\.df=3"/],
  ["train --latent-size 1e9", /at most \d+ weights.*latent\.size/],
  // Before anything is fetched.
  ["train --run broken.json --dataset mnist", /broken\.json: it exists and is no run; give another name/],
  ["fetch", /NAME is missing/],
  ["fetch mnits", /mnits.*did you mean mnist\?/],
  ["evaluate absent", /absent/],
  ["evaluate", /RUN is missing/],
  ["evaluate absent --backend tfjs-wsm", /did you mean tfjs-wasm\?/],
  ["sample absent --out x.npy", /absent/],
  ["sample absent --latents posteror --out x.npy", /did you mean posterior\?/],
  ["plot", /RUN is missing/],
  ["plot absent", /absent/],
  ["plot absent ./absent", /Cannot compare runs: \.\/absent is named twice/],
  ["plot absent other --out page.pdf", /must end in \.html, got "page\.pdf"/],
  ["plot absent --out page.html", /Cannot draw run absent into page\.html: .*--out is for several runs/],
  ["plot densites", /densites.*did you mean densities\?/],
  ["plot densities --oput x", /--oput.*did you mean --out\?/],
  ["plot architecture absent", /absent.*no run's folder/],
  ["plot architecture", /RUN/],
  ["plot reproduction absent", /Cannot draw reproduction absent: it holds no study's results/],
  ["plot reproduction", /RESULTS is missing/],
  ["reproduce --only fcc", /--only.: must be one of fc, cnn, .*, got "fcc"; did you mean fc\?/],
  ["reproduce --epohcs 3", /--epohcs.*--epochs/],
  ["reproduce --only fc --seeds 4", /seeds must be at most 3, got 4/],
  ["reproduce --jobs 1000", /jobs × threads must be at most/],
  ["sweep", /say what to do: plan, run, status, evaluate, collect, resume/],
  ["sweep pln", /pln.*did you mean plan\?/],
  ["sweep plan", /FILE is missing/],
  ["sweep plan broken.json", /broken\.json.*not valid JSON/],
  ["sweep run absent.json", /Cannot read sweep absent\.json: there is no such file/],
  ["sweep run broken.json --jbos 2", /--jbos/],
  ["sweep status absent.json", /absent\.json: there is no such file/],
];

Deno.test("mistakes are told in one line, with exit code 2, and leave nothing behind", async () => {
  await using box = await sandbox();
  await Deno.writeTextFile(box.file("broken.json"), '{"epochs": ');
  for (const [words, message] of MISTAKES) {
    assertError(await box.task(words.split(" ")), { code: 2, message });
  }
  assert.deepEqual(await files(box), ["broken.json"]);
});

Deno.test("train tells failures in one line, with exit code 1, and leaves nothing behind", async () => {
  await using box = await sandbox();
  await writeRows(box.file("rows.csv"));
  await Deno.writeTextFile(box.file("a-file"), "");
  const header = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 2);
  const images = Uint8Array.from({ length: 32 }, (_, i) => i < 16 ? header[i] : 9 * i);
  await Deno.writeFile(box.file("cut.idx"), images.subarray(0, 30));
  const zipped = new Uint8Array(gzipSync(images));
  zipped[zipped.length - 12] ^= 0xff;
  await Deno.writeFile(box.file("bad.idx.gz"), zipped);
  const before = await files(box);

  const train = (...args: string[]) => box.task(["train", "--epochs", "1", ...args]);
  assertError(await train("--dataset", "rows.csv", "--run", "a-file/run"), {
    code: 1,
    message: /a-file\/run/,
  });
  assertError(await box.task(["fetch", "mnist", "--mirror", "nowhere"]), {
    code: 1,
    message: /Cannot fetch mnist.*nowhere.*no such file.*another mirror/,
  });
  assertError(await train("--dataset", "cut.idx"), { code: 1, message: /cut\.idx.*truncated/ });
  assertError(await train("--dataset", "bad.idx.gz"), { code: 1, message: /bad\.idx\.gz/ });
  assertError(await train("--dataset", "none.csv"), { code: 1, message: /none\.csv.*no such file/ });
  const webgpu = await box.task(["train", "--dataset", "rows.csv", "--backend", "tfjs-webgpu"], {
    // Hides whatever driver this machine may have.
    DENO_WEBGPU_BACKEND: "vulkan",
    VK_DRIVER_FILES: "/nowhere",
    VK_ICD_FILENAMES: "/nowhere",
  });
  if (Deno.build.os === "linux") assertError(webgpu, { code: 1, message: /tfjs-webgpu.*--backend auto/ });
  assert.deepEqual(await files(box), before);
});

Deno.test("train --resume refuses a corrupt checkpoint and one of another model, and keeps both", async () => {
  await using box = await sandbox();
  await writeRows(box.file("rows.csv"));
  for (const [run, seed] of [["one", "1"], ["two", "2"]]) {
    const trained = await box.task(["train", ...SMALL, "--epochs", "1", "--seed", seed, "--run", run]);
    assert.equal(trained.code, 0, trained.stderr);
  }
  const last = (run: string) => box.file(run, "checkpoints", "last.safetensors");
  const resume = (run: string) => box.task(["train", "--run", run, "--resume", "--epochs", "2"]);

  await Deno.copyFile(last("one"), last("two"));
  assertError(await resume("two"), { code: 1, message: /another model or configuration/ });
  await Deno.truncate(last("one"), 1000);
  assertError(await resume("one"), { code: 1, message: /last\.safetensors.*put a good copy back/ });
  assertError(await box.task(["evaluate", "one"]), { code: 1, message: /last\.safetensors/ });
  assert.equal((await Deno.stat(last("one"))).size, 1000);
});

Deno.test("evaluate and plot name the file of a damaged run, and what to do", async () => {
  await using box = await sandbox();
  await writeRows(box.file("rows.csv"));
  const trained = await box.task(["train", ...SMALL, "--epochs", "1", "--run", "run"]);
  assert.equal(trained.code, 0, trained.stderr);
  const ROW = "2.00,2.60,2.20,2.80,2.40\n".length;
  const damages: readonly (readonly [file: string, task: string, message: RegExp])[] = [
    ["evaluation.safetensors", "plot", /evaluation\.safetensors.*`deno task evaluate run` again/],
    ["evaluation.json", "plot", /evaluation\.json.*`deno task evaluate run` again/],
    ["metrics.jsonl", "plot", /metrics\.jsonl, line 1: it is truncated/],
    ["provenance.json", "plot", /provenance\.json/],
    ["config.json", "evaluate", /config\.json/],
    ["rows.csv", "evaluate", /the data set rows has changed/],
  ];
  for (const [file, task, message] of damages) {
    const path = file === "rows.csv" ? box.file(file) : box.file("run", file);
    const whole = await Deno.readFile(path);
    // A row of rows.csv, a part of anything else.
    await Deno.writeFile(path, whole.subarray(0, file === "rows.csv" ? -ROW : -4));
    assertError(await box.task([task, "run"]), { code: 1, message });
    if (file.startsWith("evaluation")) {
      await Deno.remove(box.file("run", "evaluation.safetensors"));
      assertError(await box.task([task, "run"]), { code: 1, message });
      assert.equal((await box.task(["evaluate", "run"])).code, 0);
    } else await Deno.writeFile(path, whole);
  }
  assert.equal((await box.task(["plot", "run"])).code, 0);
});

Deno.test("train refuses a run directory that has something in it", async () => {
  await using box = await sandbox();
  await writeRows(box.file("rows.csv"));
  await Deno.mkdir(box.file("mine"));
  await Deno.writeTextFile(box.file("mine", "thesis.txt"), "precious");
  const refused = await box.task(["train", ...SMALL, "--epochs", "1", "--run", "mine"]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /mine: it exists and is no run; give another name/);
  assert.equal(await Deno.readTextFile(box.file("mine", "thesis.txt")), "precious");
});
