import assert from "node:assert/strict";
import { reproductionReport } from "../../../lib/plot/mod.ts";
import { STUDIES } from "../../../lib/plot/reproduction/records.ts";
import { study } from "./records.ts";

/** One Gaussian and nothing else. */
function single() {
  const { cells: [first], ...records } = study("fc", { epochs: 1, seeds: 1, datasets: ["glyphs"] });
  return { ...records, cells: [{ ...first, metrics: {} }], images: [] };
}

Deno.test("reproductionReport() has every table and figure of all studies, in any order", () => {
  const { html, figures, markdown } = reproductionReport(STUDIES.toReversed().map((name) => study(name)));
  assert.deepEqual([...figures.keys()], [
    "losses_fc",
    "losses_cnn",
    "losses_original_fc",
    "losses_original_cnn",
    "df",
    "learned_df",
    "outliers",
    "densities",
    "architecture_fc",
    "architecture_cnn",
  ]);
  const headings = markdown.split("\n").filter((line) => line.startsWith("## ")).map((line) => line.slice(3));
  assert.deepEqual(headings.slice(0, 5), [
    "Studies",
    "Test losses after the last epoch",
    "What else was measured",
    "Degrees of freedom: MNIST, 3 epochs",
    "Outliers among the training examples: MNIST, 3 epochs",
  ]);
  assert.match(html, /trained alike\. 90 of 90 models have been trained: fc \(3 epochs, 2 seeds\), cnn /);
  assert.ok(html.includes("Fashion-MNIST, original-cnn, Student&#39;s t</h2>"));
  assert.ok(!markdown.includes("Not here"));
});

Deno.test("reproductionReport() says what is missing, what is not finished, and every note once", () => {
  const note = "MNIST could not be had: glyphs stand in for it.";
  const { html, markdown } = reproductionReport([
    { ...study("fc"), notes: [note] },
    { ...study("df"), total: 99, notes: [note, "30 epochs instead of 500."] },
  ]);
  assert.match(
    html,
    new RegExp(
      "38 of 107 models have been trained: fc \\(3 epochs, 2 seeds\\), df \\(3 epochs, 2 seeds, 30 of 99 models\\)\\. " +
        `Not here: cnn, original-fc, original-cnn, outliers\\. ${note}</p>`,
    ),
  );
  assert.match(markdown, /\| df: degrees of freedom\. 30 epochs instead of 500\. +\| 30 of 99 /);
  assert.equal(html.split("30 epochs instead of 500.").length, 2);
});

Deno.test("reproductionReport() of nothing is a page that says so", () => {
  const { html, figures, markdown } = reproductionReport([]);
  assert.deepEqual([...figures.keys()], ["densities"]);
  assert.match(html, /trained alike\. Not here: fc, cnn, original-fc, original-cnn, df, outliers\.<\/p>/);
  assert.ok(!markdown.includes("Test losses"));
});

Deno.test("reproductionReport() leaves out what a single model without an evaluation does not have", () => {
  const { figures, markdown } = reproductionReport([single()]);
  assert.deepEqual([...figures.keys()], ["losses_fc", "densities", "architecture_fc"]);
  assert.match(markdown, /\| glyphs, fc, Gaussian \| 1 +\| 1 +\| 105\.05 \| 97\.05 /);
  assert.ok(!markdown.includes("What else was measured") && !markdown.includes("original's losses"));
});

Deno.test("reproductionReport() draws no figure of a study that has only begun", () => {
  const begun = STUDIES.map((name) => ({ ...study(name), cells: [], images: [], model: undefined }));
  const { figures, markdown } = reproductionReport(begun);
  assert.deepEqual([...figures.keys()], ["densities"]);
  assert.match(markdown, /\| fc: dense networks +\| 0 of 8 /);
});

Deno.test("reproductionReport() escapes what its records say", () => {
  const evil = "<script>alert(1)</script>";
  const { html, markdown } = reproductionReport([{
    ...study("fc", { datasets: ["mnist"] }),
    notes: [evil],
    command: evil,
    config: [[evil, evil]],
    metrics: { elbo: { unit: evil, definition: `${evil} | [a](b)` } },
  }]);
  assert.ok(!html.includes("<script>alert"));
  assert.ok(!markdown.includes("<script>") && markdown.includes("\\<script\\>alert(1)"));
  assert.ok(markdown.includes("\\| \\[a\\](b)"));
});

Deno.test("reproductionReport() tells once what all studies have in common", () => {
  const { html } = reproductionReport([study("fc"), study("cnn", { epochs: 4 })]);
  const [, ...lists] = html.split('<table class="entries">').map((text) => text.split("</table>")[0]);
  const rows = (i: number) => [...lists[i].matchAll(/<th scope="row">([^<]*)</g)].map(([, label]) => label);
  assert.deepEqual(rows(2), ["batchSize", "optimizer.learningRate"]);
  assert.deepEqual(rows(3), ["model.name", "epochs"]);
  assert.equal(html.split(">wasm<").length, 2);
});

Deno.test("reproductionReport() names images after study, data set and family, and says how they were made", () => {
  const { html } = reproductionReport([study("original-fc", { datasets: ["glyphs"], epochs: 7 })]);
  const captions = [...html.matchAll(/<figcaption>(Images[^<]*)</g)].map(([, caption]) => caption);
  assert.deepEqual(
    captions,
    Array(2).fill("Images the model makes up, each the mean of p(x|z), after 7 epochs, seed 0."),
  );
  assert.ok(html.includes('<img alt="glyphs, original-fc, Gaussian"'));
});
