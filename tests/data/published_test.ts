import assert from "node:assert/strict";
import { join } from "node:path";
import { gunzip } from "../../lib/data/gzip.ts";
import { sha256 } from "../../lib/data/hash.ts";
import { loadDataset } from "../../lib/data/load.ts";
import { DATASETS } from "../../lib/data/registry.ts";
import { withFolder } from "./files.ts";

const mirror = Deno.env.get("TVAE_MIRROR");

/** Images of each class in the training and the test set, as published. */
const HISTOGRAMS = {
  "mnist": {
    train: [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
    test: [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
  },
  "fashion-mnist": { train: new Array(10).fill(6000), test: new Array(10).fill(1000) },
};

for (const [name, histograms] of Object.entries(HISTOGRAMS)) {
  const title = `loadDataset("${name}") has the published counts, shape and labels`;
  const reason = mirror ? "" : " (needs TVAE_MIRROR, a folder or address that has it)";
  Deno.test({
    name: title + reason,
    ignore: !mirror,
    fn: () =>
      withFolder(async (dir) => {
        const { shape, train, test } = await loadDataset(name, { dir, mirror });
        assert.deepEqual(shape, [28, 28]);
        assert.deepEqual([train.count, test.count], [60_000, 10_000]);
        assert.deepEqual([train.values.length, test.values.length], [60_000 * 784, 10_000 * 784]);
        const histogram = (labels: Uint8Array) => {
          const counts = new Array(10).fill(0);
          for (const label of labels) counts[label]++;
          return counts;
        };
        assert.deepEqual({ train: histogram(train.labels!), test: histogram(test.labels!) }, histograms);
        for (const file of DATASETS[name as keyof typeof HISTOGRAMS].files) {
          const content = gunzip(await Deno.readFile(join(dir, name, file.name)), file.name);
          assert.equal(await sha256(content), file.contentSha256);
        }
      }),
  });
}
