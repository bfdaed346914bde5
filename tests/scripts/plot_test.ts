import assert from "node:assert/strict";
import { writeMetrics } from "../../lib/run/metrics.ts";
import { epochs } from "../plot/records.ts";
import { exampleRun, list } from "../run/fixtures.ts";
import { sandbox } from "./task.ts";

Deno.test("plot of several runs writes one page that compares them, and its figures beside it", async () => {
  await using box = await sandbox();
  const [a, b] = ["a/run", "b/run"];
  for (const [path, latent] of [[a, "student-t"], [b, "gaussian"]]) {
    await writeMetrics(await exampleRun(box.file(path), { latent }), epochs(2));
  }
  const before = await list(box.file(a));

  const refused = await box.task(["plot", a, "absent"]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /^error: Cannot open run absent: .*\n$/);
  assert.deepEqual(await list(box.file()), ["a", "b"]);

  const compared = await box.task(["plot", a, b, "--out", "pages/both.html"]);
  assert.equal(compared.code, 0, compared.stderr);
  assert.equal(compared.stdout, "pages/both.html\n");
  const page = await Deno.readTextFile(box.file("pages", "both.html"));
  // Folders of one name are told apart by their paths.
  assert.match(page, /<th scope="col">a\/run<\/th><th scope="col">b\/run<\/th>/);
  assert.match(page, /latent\.family<\/th><td>student-t<\/td><td>gaussian</);
  const names = ["json", "png", "svg"].map((ending) => `loss_comparison.${ending}`);
  assert.deepEqual(await list(box.file("pages", "both")), names);
  const figure = await Deno.readTextFile(box.file("pages", "both", names[0]));
  const lines = JSON.parse(figure).data.slice(0, 2);
  assert.deepEqual(lines.map(({ name, y }: { name: string; y: number[] }) => [name, y]), [
    [a, [191, 166]],
    [b, [191, 166]],
  ]);
  assert.deepEqual(await list(box.file(a)), before);
});
