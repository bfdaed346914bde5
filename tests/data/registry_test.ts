import assert from "node:assert/strict";
import { datasetNames, DATASETS, isDatasetName } from "../../lib/data/registry.ts";

Deno.test("DATASETS describes every file of the published sets", () => {
  assert.deepEqual(datasetNames, [
    "glyphs",
    "mnist",
    "binarized-mnist",
    "fashion-mnist",
    "heavy-tail-1d",
    "heavy-tail-2d",
  ]);
  for (const name of datasetNames) {
    const { files, mirrors, classes } = DATASETS[name];
    assert.equal(classes.length, name.startsWith("heavy-tail") ? 0 : 10);
    if (!["mnist", "fashion-mnist"].includes(name)) {
      assert.deepEqual([files, mirrors], [[], []]);
      continue;
    }
    assert.deepEqual(files.map(({ role }) => role), [
      "train-images",
      "train-labels",
      "test-images",
      "test-labels",
    ]);
    const sums = files.flatMap(({ sha256, contentSha256 }) => [sha256, contentSha256]);
    assert.equal(new Set(sums).size, 8);
    assert.ok(sums.every((sum) => /^[0-9a-f]{64}$/.test(sum)));
    assert.ok(mirrors.length >= 2);
    for (const mirror of mirrors) assert.ok(URL.canParse(mirror) && !mirror.endsWith("/"), mirror);
  }
});

Deno.test("isDatasetName() knows names, not what every object has", () => {
  assert.ok(isDatasetName("mnist"));
  for (const name of ["MNIST", "toString", "__proto__", ""]) assert.ok(!isDatasetName(name));
});
