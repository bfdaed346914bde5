import assert from "node:assert/strict";
import { join } from "node:path";
import { loadDataset } from "../../lib/data/load.ts";
import { tinyDataset, withFolder, writeMirror } from "./files.ts";

Deno.test("loadDataset() fetches what is missing and reads images and labels", () =>
  withFolder(async (root) => {
    const tiny = await tinyDataset();
    const mirror = await writeMirror(root, tiny);
    const options = { dir: join(root, "data"), mirror, registry: tiny.registry };
    const { name, shape, train, test, validation, sha256 } = await loadDataset("tiny", options);
    assert.deepEqual({ name, shape, validation }, { name: "tiny", shape: [2, 3], validation: undefined });
    assert.deepEqual([train.count, test.count], [5, 2]);
    assert.deepEqual([...train.values], Array.from({ length: 30 }, (_, i) => i));
    assert.deepEqual([...test.labels!], [0, 1]);
    assert.deepEqual(
      sha256,
      Object.fromEntries(tiny.registry.tiny.files.map((file) => [file.name, file.sha256])),
    );
    assert.equal((await loadDataset("tiny", { ...options, validation: 2 })).validation?.count, 2);
  }));

Deno.test("loadDataset() takes the first examples, and holds out of them", () =>
  withFolder(async (root) => {
    const tiny = await tinyDataset();
    const mirror = await writeMirror(root, tiny);
    const options = { dir: join(root, "data"), mirror, registry: tiny.registry };
    const whole = await loadDataset("tiny", options);
    const few = await loadDataset("tiny", { ...options, examples: 3 });
    assert.deepEqual(few.train, {
      values: whole.train.values.slice(0, 3 * 6),
      labels: whole.train.labels!.slice(0, 3),
      count: 3,
    });
    assert.deepEqual([few.test, few.sha256], [whole.test, whole.sha256]);
    const { test } = await loadDataset("tiny", { ...options, testExamples: 1 });
    assert.deepEqual([...test.values, ...test.labels!, test.count], [0, 1, 2, 3, 4, 5, 0, 1]);
    const { train, validation } = await loadDataset("tiny", { ...options, examples: 3, validation: 1 });
    assert.deepEqual([train.count, validation?.count], [2, 1]);
    assert.deepEqual([...train.values, ...validation!.values].sort(), [...few.train.values].sort());
    await assert.rejects(loadDataset("tiny", { ...options, testExamples: 3 }), {
      name: "RangeError",
      message: "Cannot take test examples of tiny: their number must be an integer from 1 to 2, got 3",
    });
    for (const examples of [0, 1.5, 6]) {
      await assert.rejects(loadDataset("tiny", { ...options, examples }), {
        name: "RangeError",
        message: new RegExp(`tiny: their number must be an integer from 1 to 5, got ${examples}`),
      });
    }
  }));

Deno.test("loadDataset() rejects unknown names and too large a validation set", async () => {
  await assert.rejects(loadDataset("mnits"), {
    name: "RangeError",
    message:
      /^Unknown data set mnits; valid: glyphs, mnist, .*, or a path ending in \.idx, .*csv; did you mean mnist\?$/,
  });
  await assert.rejects(loadDataset("glyphs", { validation: 12_000 }), {
    name: "RangeError",
    message: /0 to 11999/,
  });
});
