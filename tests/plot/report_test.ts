import assert from "node:assert/strict";
import { report } from "../../lib/plot/mod.ts";
import { decodePng } from "./png.ts";
import { epochs, imageArrays, pictureArrays, ramp, run } from "./records.ts";
import { tails } from "./survival_records.ts";

/** The first line of Plotly's source names it. */
const PLOTLY = "* plotly.js (cartesian - minified)";

/** The page without Plotly's source. */
function ownPart(html: string): string {
  const scripts = html.split("<script>");
  return scripts.filter((part) => !part.includes(PLOTLY)).join("<script>");
}

function embedded(html: string): { figures: Record<string, unknown>; templates: Record<string, unknown> } {
  const [, json] = html.match(/<script type="application\/json" id="figures">(.*?)<\/script>/)!;
  return JSON.parse(json);
}

Deno.test("report() of images has interactive figures, and mosaics as PNG", () => {
  const { html, figures, images } = report(run());
  assert.deepEqual([...figures.keys()], [
    "loss_curves",
    "latent_space",
    "kl_per_dimension",
    "loss_decomposition",
  ]);
  assert.deepEqual([...images.keys()], ["samples", "reconstructions"]);
  for (const [name, { data, layout }] of figures) {
    assert.deepEqual(
      JSON.parse(JSON.stringify(data)),
      (embedded(html).figures[name] as { data: unknown }).data,
    );
    assert.ok(layout.title.text.length > 0);
    assert.ok(html.includes(`<div id="figure-${name}">`));
  }
  for (const png of images.values()) {
    assert.ok(html.includes(`src="data:image/png;base64,${png.toBase64()}"`));
  }
});

Deno.test("report() of images alternates rows of inputs and of their reconstructions", () => {
  const inputs = new Float32Array(19).fill(1), reconstructions = new Float32Array(19).fill(0.2);
  const arrays = { ...imageArrays(), shape: [1, 1], inputs, reconstructions };
  const { html, images } = report(run({ arrays }));
  const { width, height, pixels } = decodePng(images.get("reconstructions")!);
  // Of 19 pairs two rows of 8 are full; each image is one pixel enlarged 56 times, with gaps of 4.
  assert.deepEqual([width, height], [8 * 60 - 4, 4 * 60 - 4]);
  const firstColumn = [0, 1, 2, 3].map((row) => pixels[row * 60 * width * 2]);
  assert.deepEqual(firstColumn, [255, 51, 255, 51]);
  assert.equal(html.match(/<span>input<\/span><span>reconstruction<\/span>/g)?.length, 2);
});

/** Labels of rows and columns of a mosaic on the page, by the file that it is. */
function labelsOf(html: string, png: Uint8Array): string[][] {
  const before = html.slice(0, html.indexOf(png.toBase64()));
  const mosaic = before.slice(before.lastIndexOf('<div class="mosaic">'));
  return ["rows", "columns"].map((side) => {
    const [, labels = ""] = mosaic.match(`<div class="${side}">(.*?)</div>`) ?? [];
    return Array.from(labels.matchAll(/<span>(.*?)<\/span>/g), ([, label]) => label);
  });
}

Deno.test("report() of images has what was decoded from chosen latents, the wide mosaics last", () => {
  const { html, images } = report(run({ arrays: pictureArrays() }));
  assert.deepEqual([...images.keys()], [
    "samples",
    "manifold",
    "reconstructions",
    "traversals",
    "interpolations",
  ]);
  assert.ok(html.indexOf("KL divergence of each") < html.indexOf("<h2>Traversals"));
  const labels = (name: string) => labelsOf(html, images.get(name)!);
  assert.deepEqual(labels("traversals"), [["dimension 1", "dimension 3"], ["1 %", "50 %", "99 %"]]);
  assert.deepEqual(labels("interpolations"), [
    ["one → &lt;five&gt;", "one → &lt;five&gt;"],
    ["input", "", "", "", "", "input"],
  ]);
  assert.match(
    html,
    /the 2 of 3 latent dimensions whose loc varies most, each moved through quantiles of the prior/,
  );
  assert.match(html, /the first two of 3 latent dimensions.* each at 5 quantiles of the prior/);
  // Images of 4 × 3 pixels: enlarged 19 times with gaps of 4, or 9 times without.
  const sizeOf = (name: string) => {
    const { width, height } = decodePng(images.get(name)!);
    return [width, height];
  };
  assert.deepEqual(sizeOf("traversals"), [3 * 61 - 4, 2 * 80 - 4]);
  assert.deepEqual(sizeOf("interpolations"), [6 * 61 - 4, 2 * 80 - 4]);
  assert.deepEqual(sizeOf("manifold"), [5 * 27, 5 * 36]);
});

Deno.test("report() of classes has a column of inputs and reconstructions for each, under its name", () => {
  const [inputs, reconstructions] = [Float32Array.of(0, 0.2, 0.4, 0.6), Float32Array.of(1, 0.8, 0.6, 0.4)];
  const interpolations = { images: ramp(8), columns: 4 };
  const arrays = { ...pictureArrays(), shape: [1, 1], inputs, reconstructions, interpolations };
  const { html, images } = report(run({ arrays }));
  const png = images.get("reconstructions")!;
  const { width, pixels } = decodePng(png);
  const brightness = [0, 1, 2, 3].map((row) =>
    [0, 1].map((column) => pixels[(row * 60 * width + column * 60) * 2])
  );
  assert.deepEqual(brightness, [[0, 51], [255, 204], [102, 153], [153, 102]]);
  assert.deepEqual(labelsOf(html, png), [
    ["input", "reconstruction", "input", "reconstruction"],
    ["one", "&lt;five&gt;"],
  ]);
  const line = decodePng(images.get("interpolations")!);
  assert.deepEqual([line.pixels[0], line.pixels[5 * 60 * 2]], [0, 51]); // the first two inputs
});

Deno.test("report() names classes in the latent space by their names", () => {
  const { figures } = report(run({ arrays: pictureArrays() }));
  const names = figures.get("latent_space")!.data.map(({ name }) => name);
  assert.deepEqual(names.slice(4, 7), ["four", "<five>", "6"]);
});

Deno.test("report() says that t3's quantiles are the alternative prior's, and of which dimensions", () => {
  const { traversals, ...rest } = pictureArrays();
  const caption = (latentSize: number) =>
    report(run({
      objective: "t3",
      arrays: { ...rest, latentSize, labels: undefined, loc: ramp(20 * latentSize), traversals },
    })).html;
  assert.match(caption(2), /both latent dimensions, each at 5 quantiles of the alternative prior/);
  assert.match(
    caption(2),
    /of each latent dimension, moved through quantiles of the alternative prior .* stay at/,
  );
  assert.doesNotMatch(caption(1), /while the others stay/);
});

Deno.test("report() says where the latents of its samples come from", () => {
  const { html } = report(run({ arrays: imageArrays(), latents: "ex-post-t" }));
  assert.match(html, /latents drawn from a Student('|&#39;)s t fitted to latents of training examples/);
  const t3 = report(run({ arrays: imageArrays(), objective: "t3" })).html;
  assert.match(t3, /latents drawn from the alternative prior/);
});

Deno.test("report() of vectors draws figures in place of mosaics", () => {
  const vectors = { shape: [7], samples: ramp(70), inputs: ramp(21), reconstructions: ramp(21) };
  const { figures, images } = report(run({ arrays: { ...imageArrays(), ...vectors } }));
  assert.ok(figures.has("samples") && figures.has("reconstructions"));
  assert.equal(images.size, 0);
});

Deno.test("report() leaves out what was not recorded", () => {
  const nothing = report({ name: "new", config: [], provenance: [], metrics: [] });
  assert.deepEqual([nothing.figures.size, nothing.images.size], [0, 0]);
  assert.ok(nothing.html.includes("No epoch has been recorded.") && !nothing.html.includes(PLOTLY));
  const trained = report(run({ evaluation: undefined, arrays: undefined }));
  assert.deepEqual([...trained.figures.keys(), ...trained.images.keys()], [
    "loss_curves",
    "loss_decomposition",
  ]);
});

Deno.test("report() draws the tails of examples and latents where they were measured", () => {
  const { html, figures } = report(run({ tails: tails() }));
  assert.deepEqual([...figures.keys()].slice(-2), ["survival_x", "survival_z"]);
  assert.match(html, /Tails of examples.*Tails of latents/s);
});

Deno.test("report() says how the run ended, with units and definitions", () => {
  const { html } = report(run());
  assert.ok(html.includes("Test loss 157.67 nats per example after 3 epochs (354 steps)"));
  assert.match(html, /ELBO<small>higher is better<\/small><\/th><td>−150\.13<small>nats per example</);
  assert.match(html, /KL per dimension<.*<td>2, 3\.50, 0\.00123<small>/);
  assert.match(html, /Active units<.*<td>2<small>latent dimensions of 3</);
});

Deno.test("report() says what a loss is that is no ELBO's", () => {
  const t3 = report(run({ objective: "t3" })).html;
  assert.ok(t3.includes("Test loss 157.67 (power divergence) after 3 epochs (354 steps)"));
  assert.ok(t3.includes("KL divergence 9.00 nats per example."));
  assert.match(t3, /in nats per example; the loss is a power divergence/);
  assert.match(t3, /what training minimises: a power divergence/);
  assert.match(t3, /drawn from the alternative prior/);
  const iwae = report(run({ objective: "iwae" })).html;
  assert.ok(iwae.includes("Test loss 157.67 nats per example after 3 epochs"));
  assert.match(iwae, /what training minimises: minus the importance-weighted bound/);
});

Deno.test("report() has the learned df by epoch and in numbers, and no bars for a divergence that is no sum", () => {
  const metrics = epochs(2).map((record, i) => ({ ...record, df: [5 - i / 8] }));
  const kl = { value: 3.5, unit: "nats per example", definition: "of all" };
  const df = { value: 4.875, unit: "degrees of freedom", definition: "fitted" };
  const { html, figures } = report(run({ metrics, evaluation: { metrics: { kl, df } } }));
  assert.match(html, /Degrees of freedom after 2 epochs.*learned df<\/th><td>4\.88/s);
  assert.match(html, />df<small>fitted<\/small><\/th><td>4\.88<small>degrees of freedom</);
  assert.ok(!figures.has("kl_per_dimension"));
  assert.deepEqual(figures.get("df")!.data[0].y, [5, 4.875]);
});

Deno.test("report() says what outliers the test set had", () => {
  const elbo = { value: -3.5, unit: "nats per example", definition: "a bound" };
  const outliers = { fraction: 0.05, kind: "salt" };
  const { html } = report(run({ evaluation: { metrics: { elbo }, outliers } }));
  assert.match(html, /Evaluation on the test set, 5 % of it outliers \(salt\)/);
});

Deno.test("report() has a table for each source of new examples", () => {
  const metric = { unit: "times the test set's", definition: "as many" };
  const generation = [
    { latents: "prior", definition: "z ~ p(z)", metrics: { tailRatio: { ...metric, value: 1.25 } } },
    { latents: "ex-post-t", definition: "z ~ a t", metrics: { tailRatio: { ...metric, value: 1.5 } } },
  ];
  const { html } = report(run({ evaluation: { metrics: {}, generation } }));
  assert.match(html, /New examples from prior: z ~ p\(z\)</);
  assert.match(html, /New examples from ex-post-t: z ~ a t</);
  assert.match(html, />Tail ratio<small>as many<\/small><\/th><td>1\.25<small>times/);
  assert.doesNotMatch(html, /Evaluation on the test set/);
});

Deno.test("report() holds Plotly once and fetches nothing", () => {
  const { html } = report(run());
  assert.equal(html.split(PLOTLY).length, 2);
  assert.ok(html.includes(`content="default-src 'none';`));
  assert.doesNotMatch(ownPart(html), /https?:|<link|@import|url\(/);
  // Nothing inside a script may end it early or hide its end.
  assert.equal(html.match(/<\/script/gi)?.length, html.match(/<script/gi)?.length);
  assert.ok(!html.includes("<!--"));
});

Deno.test("report() escapes every text it is given", () => {
  const evil = `</script><script>alert("1")</script><img src=x onerror='alert(2)'>&amp;`;
  const entry = [[evil, evil]] as const;
  const metrics = { [evil]: { value: 1, unit: evil, definition: evil } };
  const { html } = report(run({ name: evil, config: entry, provenance: entry, evaluation: { metrics } }));
  assert.ok(!html.includes('alert("1")') && !html.includes("<img src=x"));
  const escaped = "&lt;/script&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;" +
    "&lt;img src=x onerror=&#39;alert(2)&#39;&gt;&amp;amp;";
  // Title and heading, both columns of both tables, and the metric's name, definition and unit.
  assert.equal(html.split(escaped).length - 1, 9);
});

Deno.test("report() gives the same bytes for equal records", () => {
  assert.deepEqual(report(run()), report(run()));
});

Deno.test("report() names arrays that do not fit", () => {
  const broken = (more: Partial<ReturnType<typeof imageArrays>>) => () =>
    report(run({ arrays: { ...imageArrays(), ...more } }));
  assert.throws(broken({ samples: ramp(13) }), { name: "TypeError", message: /rows of 12 elements, got 13/ });
  assert.throws(broken({ reconstructions: ramp(24) }), {
    name: "TypeError",
    message: "Cannot draw reconstructions: expected 16 images, one for each input, got 2",
  });
  for (const inputLabels of [Uint8Array.of(1), new Uint8Array(16).fill(1, 8)]) {
    assert.throws(broken({ inputLabels }), {
      name: "TypeError",
      message: /^Cannot draw reconstructions: expected labels of 16 inputs, the same classes in turn, got \[/,
    });
  }
  assert.throws(broken({ interpolations: { images: ramp(12 * 9), columns: 1 } }), {
    name: "TypeError",
    message: "Cannot draw interpolations: expected two inputs for each of 9 rows, got 16 in all",
  });
});

Deno.test("report() shows standard errors beside what was measured", () => {
  const metrics = {
    elbo: {
      value: -150.128,
      unit: "nats per example",
      definition: "higher is better",
      standardError: 0.4567,
    },
    tailIndex: {
      value: [5, 4.25],
      unit: "the a of r^−a",
      definition: "of each",
      standardError: [0.5, 0.0321],
    },
  };
  const { html } = report(run({ evaluation: { metrics } }));
  assert.match(html, /<td>−150\.13 ± 0\.46/);
  assert.match(html, /<td>5 ± 0\.50, 4\.25 ± 0\.032/);
});
