/** The reproduction without its data: small, interrupted, and drawn from its results alone. */

import assert from "node:assert/strict";
import { list } from "../run/fixtures.ts";
import { sandbox, waitUntil } from "./task.ts";

/** Two models that train in no time, on glyphs, for there is no such mirror. */
const WORDS = ["reproduce", "--quick", "--only", "original-fc", "--epochs", "1", "--mirror", "nowhere"];

const FOLDER = ["runs", "reproduction-quick"] as const;

Deno.test({
  name:
    "reproduce --quick trains glyphs where nothing can be fetched, goes on after Ctrl-C, and draws a page from results alone",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using box = await sandbox();
    const first = box.start(WORDS);
    let cell: string | undefined;
    await waitUntil(async () => {
      const names = await list(box.file(...FOLDER, "original-fc")).catch(() => []);
      cell = names.find((name) => name.startsWith("0000-"));
      return cell !== undefined;
    }, first);
    const begun = await Deno.readTextFile(box.file(...FOLDER, "original-fc", cell!, "provenance.json"));
    first.kill("SIGINT");
    const interrupted = await first.output();
    assert.equal(interrupted.code, 130);
    const said = new TextDecoder().decode(interrupted.stderr);
    assert.match(said, /^no mnist\/\S+ from nowhere\/.*: no such file\n/);
    assert.match(said, /\nmnist could not be had: glyphs, which this program draws, stands in for it\.\n/);
    assert.match(said, /\nstudy 1 of 1: original-fc, 2 models\n/);
    assert.match(said, /\ninterrupted; the same command goes on\n$/);

    const whole = await box.task(WORDS);
    assert.equal(whole.code, 0, whole.stderr);
    assert.match(
      whole.stdout,
      /\nreport {3}runs\/reproduction-quick\/report\.html\nresults {2}runs\/.*\/results\n$/,
    );
    const ended = await Deno.readTextFile(box.file(...FOLDER, "original-fc", cell!, "provenance.json"));
    assert.equal(JSON.parse(ended).started, JSON.parse(begun).started);
    const text = await Deno.readTextFile(box.file(...FOLDER, "results", "original-fc.json"));
    const { command, notes, total, cells, images, provenance } = JSON.parse(text);
    assert.equal(command, "deno task reproduce --quick --only original-fc --epochs 1");
    assert.match(
      notes.join("\n"),
      /^Made with --quick: .*\nCut down in original-fc: 1 epoch, not 500; the first 6,000 training .*\nmnist could/,
    );
    assert.equal(total, 2);
    assert.deepEqual(
      cells.map(({ settings }: { settings: unknown }) => settings),
      ["gaussian", "student-t"].map((family) => ({ dataset: "glyphs", "latent.family": family, seed: 0 })),
    );
    for (const { metrics } of cells) assert.ok(metrics.elbo < 0 && metrics.mmd > 0, JSON.stringify(metrics));
    assert.deepEqual(await list(box.file(...FOLDER, "results", "images")), [
      "original-fc_glyphs_gaussian.png",
      "original-fc_glyphs_student-t.png",
    ]);
    assert.equal(images[1].file, "images/original-fc_glyphs_student-t.png");
    assert.deepEqual(Object.keys(provenance).filter((key) => key !== "revision"), [
      ...["engine", "device", "threads", "deno"],
    ]);

    const drawn = await box.task([
      "plot",
      "reproduction",
      "runs/reproduction-quick/results",
      "--out",
      "drawn",
    ]);
    assert.equal(drawn.code, 0, drawn.stderr);
    assert.equal(drawn.stdout, "drawn/report.html\n");
    for (const file of ["report.html", "tables.md"]) {
      const [a, b] = [box.file("drawn", file), box.file(...FOLDER, file)];
      assert.equal(await Deno.readTextFile(a), await Deno.readTextFile(b));
    }

    const other = await box.task([...WORDS, "--seeds", "2"]);
    assert.equal(other.code, 2);
    assert.match(
      other.stderr,
      /\nerror: Cannot use sweep .*original-fc: .*; name another folder with --run, or /,
    );
  },
});
