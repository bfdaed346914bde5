import assert from "node:assert/strict";
import { meanSurvival } from "../../../lib/plot/sweep/mean_survival.ts";
import { sweepReport } from "../../../lib/plot/sweep/report.ts";
import { tails } from "../survival_records.ts";
import { finished, GRID, RANDOM, sweep, UNION } from "./records.ts";

Deno.test("sweepReport() draws a heat map of two parameters beside the seed only", () => {
  const names = (...args: Parameters<typeof sweep>) => [...sweepReport(sweep(...args)).figures.keys()];
  const always = ["marginal_effects", "parallel_coordinates", "best_and_worst"];
  assert.deepEqual(names(GRID), ["marginal_effects", "heat_map", "parallel_coordinates", "best_and_worst"]);
  assert.deepEqual(names(UNION), always);
  assert.deepEqual(names(RANDOM), always);
  assert.deepEqual(names(finished([{ "latent.df": 3 }], () => 1)), always);
});

Deno.test("sweepReport() draws the tails of each configuration where they were measured", () => {
  const { ranking: [{ settings }] } = sweep();
  const { x, z } = tails();
  const { figures } = sweepReport({
    ...sweep(),
    tails: { x: [{ settings, ...meanSurvival([x]) }], z: [{ settings, ...meanSurvival([z]) }] },
  });
  assert.deepEqual([...figures.keys()].slice(-2), ["survival_x", "survival_z"]);
});

Deno.test("sweepReport() says what is best, how sure that is, and how much is missing", () => {
  const { html } = sweepReport(sweep());
  assert.match(
    html,
    /<p class="summary">12 of 13 cells finished\. Best validation\.loss: 96\.000 ± 0\.500 nats per example \(95 % interval over 2 cells\), with latent\.df 10, optimizer\.learningRate 0\.001, seed 0\.<\/p>/,
  );
  assert.match(html, /Best validation\.loss, in nats per example, the first 10 of 12/);
  assert.ok(html.includes("engine") && !html.includes("Errors"));
});

Deno.test("sweepReport() before any cell has finished is a page without figures", () => {
  const { html, figures } = sweepReport({ ...sweep([]), total: 3 });
  assert.equal(figures.size, 0);
  assert.match(html, /<p class="summary">0 of 3 cells finished\.<\/p>/);
});

Deno.test("sweepReport() escapes what a sweep's file says", () => {
  const evil = finished([{ "latent.df": "<script>alert(1)</script>" }], () => 1);
  const { html } = sweepReport({ ...sweep(evil), name: "<b>" });
  assert.ok(!html.includes("<script>alert") && !html.includes("<b>"));
});
