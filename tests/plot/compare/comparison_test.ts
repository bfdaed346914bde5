import assert from "node:assert/strict";
import { ORIGINALS } from "../../../lib/model/mod.ts";
import { comparison, lossComparison } from "../../../lib/plot/mod.ts";
import { epochs } from "../records.ts";
import { tails } from "../survival_records.ts";
import { compared, worse } from "./records.ts";

/** A page's table by its title: its header, then its rows, notes apart. */
function tableOf(html: string, title: string): string[][] | undefined {
  const [, body] = html.match(new RegExp(`<h2>${title}[^<]*</h2>\\n<table[^>]*>(.*?)</table>`, "s")) ?? [];
  return body === undefined
    ? undefined
    : Array.from(body.matchAll(/<tr>.*?<\/tr>/g), ([row]) =>
      Array.from(row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g), ([, cell]) =>
        cell.replace(/<small>.*/, "")));
}

function summaryOf(html: string): string {
  return html.match(/<p class="summary">(.*?)<\/p>/)![1];
}

Deno.test("lossComparison() has a line for each run in each panel, in one look", () => {
  const { data, layout } = lossComparison([compared("5"), compared("30", { metrics: worse(1) })]);
  assert.deepEqual(data.map(({ name, yaxis, y }) => [name, yaxis, y]), [
    ["5", "y", [191, 166, 157.67]],
    ["30", "y", [192, 167, 158.67]],
    ["5", "y2", [182, 157, 148.67]],
    ["30", "y2", [183, 158, 149.67]],
    ["5", "y3", [9, 9, 9]],
    ["30", "y3", [9, 9, 9]],
  ]);
  assert.deepEqual(data.map(({ showlegend }) => showlegend), [true, true, false, false, false, false]);
  const looks = data.map(({ line }) => JSON.stringify(line));
  assert.deepEqual([looks[0], looks[1]], [looks[2], looks[3]]);
  assert.notEqual(looks[0], looks[1]);
  assert.match(layout.title.text, /^Loss of each run .* on the test set$/);
});

Deno.test("lossComparison() is of a split that all runs were measured on", () => {
  const means = { loss: 50, reconstruction: 45, kl: 5 };
  const [record] = epochs(1);
  const validated = compared("a", { metrics: [{ ...record, test: undefined, validation: means }] });
  const both = compared("b", { metrics: [{ ...record, validation: means }] });
  const trained = compared("c", { metrics: [{ ...record, test: undefined }] });
  const begun = compared("d", { metrics: [] });
  const title = (...runs: Parameters<typeof lossComparison>[0]) => lossComparison(runs).layout.title.text;
  assert.match(title(validated, both, begun), /on the validation set$/);
  assert.match(title(both, begun), /on the test set$/);
  assert.match(title(both, trained), /in training$/);
  assert.deepEqual(lossComparison([validated, begun]).data.map(({ y }) => y).slice(0, 2), [[50], []]);
});

Deno.test("lossComparison() opens on what follows the first tenth of each run", () => {
  const { layout } = lossComparison([compared("long", { metrics: worse(0, 40) }), compared("short")]);
  const [low, high] = (layout.yaxis as unknown as { range: number[] }).range;
  // Least is the last epoch of the long run, greatest the first of the short one.
  assert.ok(low < 142.25 && low > 130 && high > 191 && high < 200, `${low} ${high}`);
});

Deno.test("comparison() says which run ends lowest, and in which settings they differ", () => {
  const { html, figures } = comparison([compared("5", { metrics: worse(2) }), compared("30")]);
  assert.deepEqual([...figures.keys()], ["loss_comparison"]);
  assert.ok(html.includes('<div id="figure-loss_comparison">'));
  assert.equal(
    summaryOf(html),
    "Lowest loss on the test set after the last epoch: 157.67 nats per example, 30.",
  );
  assert.deepEqual(tableOf(html, "Settings that differ"), [["", "5", "30"], ["latent.df.fixed", "5", "30"]]);
  assert.deepEqual(tableOf(html, "Settings in common"), [["latent.size", "3"]]);
  assert.deepEqual(tableOf(html, "After the last epoch"), [
    ["", "5", "30"],
    ["epochs", "3", "3"],
    ["loss", "159.67", "157.67"],
    ["reconstruction", "150.67", "148.67"],
    ["KL", "9.00", "9.00"],
  ]);
});

Deno.test("comparison() sets minus the ELBO in place of losses of different objectives", () => {
  const t3 = compared("b", {
    objective: { kind: "t3" },
    metrics: worse(0).map(({ test, ...record }) => ({
      ...record,
      test: { ...test!, loss: 1e5 },
    })),
  });
  const { html, figures } = comparison([compared("a", { metrics: worse(3) }), t3]);
  assert.match(
    summaryOf(html),
    /^Losses do not compare between the objectives elbo with beta 1 \(a\) and t3 \(b\): .* Lowest −ELBO .* 157\.67 nats per example, b\.$/,
  );
  const { data, layout } = figures.get("loss_comparison")!;
  assert.deepEqual(data[1].y, [191, 166, 157.67]);
  assert.match(layout.title.text, /^−ELBO/);
  assert.deepEqual(tableOf(html, "After the last epoch")![2], ["−ELBO", "160.67", "157.67"]);
  const beta = comparison([compared("a"), compared("b", { objective: { kind: "elbo", beta: 2 } })]).html;
  assert.match(summaryOf(beta), /elbo with beta 1 \(a\) and elbo with beta 2 \(b\)/);
});

Deno.test("comparison() of runs on the power divergence alone compares it", () => {
  const t3 = { objective: { kind: "t3" }, likelihood: "gaussian" } as const;
  const { html, figures } = comparison([compared("a", t3), compared("b", t3)]);
  assert.match(summaryOf(html), /^Lowest loss .*: 157\.67 power divergence, a\.$/);
  const { yaxis } = figures.get("loss_comparison")!.layout as unknown as {
    yaxis: { title: { text: string } };
  };
  assert.equal(yaxis.title.text, "power divergence");
});

Deno.test("comparison() ranks nothing between data sets, probabilities and densities, or bounds and what is none", () => {
  const { html } = comparison([compared("a"), compared("b", { dataset: "glyphs" }), compared("c")]);
  assert.equal(
    summaryOf(html),
    "Nothing that was measured on one data set compares with another: here are mnist (a, c) and glyphs (b).",
  );
  const densities = comparison([compared("a"), compared("b", { likelihood: "gaussian" })]).html;
  assert.match(summaryOf(densities), /do not compare between probabilities \(a\) and densities \(b\)\.$/);
  const tied = compared("b", {
    latent: { ...ORIGINALS["original-fc"].studentT, family: "student-t", size: 3 },
  });
  assert.match(
    summaryOf(comparison([compared("a"), tied]).html),
    /between bounds of ln p\(x\) \(a\) and what is no bound, as p\(z\) has the df of q\(z\|x\), \(b\)\.$/,
  );
});

Deno.test("comparison() has metrics side by side, with a dash where one was not measured", () => {
  const elbo = (value: number, definition = "a bound") => ({ value, unit: "nats per example", definition });
  const runs = [
    compared("a", { evaluation: { metrics: { elbo: { ...elbo(-150.25), standardError: 0.5 } } } }),
    compared("b", {
      evaluation: {
        metrics: { elbo: elbo(-149.5), activeUnits: { value: 2, unit: "of 3", definition: "in use" } },
        outliers: { fraction: 0.05, kind: "salt" },
        generation: [{ latents: "prior", definition: "z ~ p(z)", metrics: { mmd: elbo(0.25) } }],
      },
    }),
    compared("c"),
  ];
  const { html } = comparison(runs);
  assert.deepEqual(tableOf(html, "Evaluation on the test set"), [
    ["", "a", "b", "c"],
    ["outliers", "–", "5 % salt", "–"],
    ["ELBO", "−150.25 ± 0.50", "−149.50", "–"],
    ["Active units", "–", "2", "–"],
  ]);
  assert.deepEqual(tableOf(html, "New examples from prior"), [["", "a", "b", "c"], [
    "MMD²",
    "–",
    "0.25",
    "–",
  ]]);
  assert.match(html, />ELBO<small>nats per example</);
  const units = comparison(
    ["of 3", "of 8"].map((unit) =>
      compared(unit, { evaluation: { metrics: { activeUnits: { ...elbo(2), unit } } } })
    ),
  );
  assert.match(units.html, />Active units<\/th>/, "a unit that differs is no unit of the row");
});

Deno.test("comparison() keeps families of settings together", () => {
  const config = (...keys: readonly string[]) =>
    keys.map((key) => [key, key.length % 2 ? "a" : "b"] as const);
  const { html } = comparison([
    compared("a", { config: config("latent.size", "model.encoder.0", "model.decoder.0", "seed") }),
    compared("b", { config: config("seed", "model.encoder.1", "latent.df.fixed", "model.decoder.0") }),
  ]);
  const keys = ["Settings that differ", "Settings in common"].map((title) =>
    tableOf(html, title)!.map(([key]) => key).filter((key) => key !== "")
  );
  assert.deepEqual(keys, [
    ["latent.size", "latent.df.fixed", "model.encoder.0", "model.encoder.1"],
    ["model.decoder.0", "seed"],
  ]);
});

Deno.test("comparison() draws tails where all runs have them", () => {
  const some = comparison([compared("a", { tails: tails() }), compared("b")]);
  assert.deepEqual([...some.figures.keys()], ["loss_comparison"]);
  const all = comparison([compared("a", { tails: tails() }), compared("b", { tails: tails(3) })]);
  assert.deepEqual([...all.figures.keys()], ["loss_comparison", "survival_x", "survival_z"]);
});

Deno.test("comparison() of runs without an epoch says so", () => {
  const { html, figures } = comparison([compared("a", { metrics: [] }), compared("b", { metrics: [] })]);
  assert.equal(summaryOf(html), "No epoch has been recorded.");
  assert.equal(figures.size, 0);
});

Deno.test("comparison() gives the same bytes for equal records, and escapes names", () => {
  const evil = "<script>alert(1)</script>";
  const make = () => comparison([compared("a"), compared(evil, { metrics: worse(-1) })]);
  assert.deepEqual(make(), make());
  assert.ok(!make().html.includes(evil));
});
