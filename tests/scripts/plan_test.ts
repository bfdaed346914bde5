import assert from "node:assert/strict";
import type { Plan } from "../../lib/engine/plan/plan.ts";
import { sandbox } from "./task.ts";

Deno.test("plan prints a line for each operation, and the memory and arithmetic that --json has", async () => {
  await using box = await sandbox();
  const words = ["plan", "--model", "cnn", "--batch-size", "8"];
  const [text, json] = [await box.task(words), await box.task([...words, "--json"])];
  assert.equal(text.code + json.code, 0, text.stderr + json.stderr);
  const { train, size, flops }: Plan & { flops: Record<string, number> } = JSON.parse(json.stdout);
  const [title, operations, programs, regions, ...rest] = text.stdout.trimEnd().split("\n\n");
  assert.deepEqual(rest, []);
  assert.equal(title, "cnn, student-t, batch 8: train");
  assert.deepEqual(
    operations.split("\n").slice(1).map((line) => line.trim().split(/\s+/)[1]),
    train.map(({ kind }) => kind),
  );
  assert.match(programs, new RegExp(`^train +${train.length} +${(flops.train / 1e9).toFixed(3)}$`, "m"));
  assert.match(regions, new RegExp(`^arena +${size.toLocaleString("en-US")} `, "m"));
});

Deno.test("plan takes the configuration's flags and an input's shape", async () => {
  await using box = await sandbox();
  const { code, stdout, stderr } = await box.task([
    ...["plan", "--df", "amortised", "--input", "7", "--set", "model.hidden=[5]", "--program", "encode"],
    "--buffers",
  ]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^fc, student-t, batch 512: encode$/m);
  assert.match(stdout, /product +encoder\/0 +\[512, 7\] · \[7, 5\] +0\.04$/m);
  assert.match(stdout, /^ *\d+ +latent\/df\/kernel +\[5, 3\] +60 B$/m);
});

Deno.test("plan says in one line what has no plan", async () => {
  await using box = await sandbox();
  for (
    const [words, message] of [
      ["plan --objective iwae", /^error: Cannot lower objective iwae: .*; use --backend tfjs-wasm\n$/],
      ["plan --input 28x28", /^error: Cannot plan: --input must be positive integers .*, got 28x28\n$/],
      ["plan --model cnn --input 7", /^error: Cannot build model cnn: its input must be an image/],
    ] as const
  ) {
    const { code, stdout, stderr } = await box.task(words.split(" "));
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, message);
  }
});
