import assert from "node:assert/strict";
import type { Engine } from "../../lib/engine/engine.ts";
import { pictureCount, pictures } from "../../lib/evaluate/pictures.ts";
import { shownExamples } from "../../lib/evaluate/shown_examples.ts";
import * as normal from "../../lib/math/normal.ts";
import * as studentT from "../../lib/math/student_t.ts";
import { alternativePrior } from "../../lib/model/alternative_prior.ts";
import { fc } from "../../lib/model/presets.ts";
import type { Latent, Model, StudentTLatent } from "../../lib/model/record.ts";

/** Draws latents as images of one row: what is decoded is what was asked for. */
const identity = { decode: (latent: Float32Array) => Promise.resolve(latent.slice()) } as Engine;

const ELBO = { kind: "elbo", beta: 1 } as const;

function t(size: number, more: Partial<StudentTLatent> = {}): StudentTLatent {
  return { family: "student-t", size, df: { fixed: 4 }, kl: "exact", ...more };
}

function modelOf(latent: Latent): Model {
  return fc({ input: [1, latent.size], latent, likelihood: { kind: "gaussian", scale: 0.3 } });
}

/** Four examples; the farther a dimension, the more it varies, but for the last one, which does not. */
function locs(size: number): Float32Array {
  return Float32Array.from({ length: 4 * size }, (_, i) => {
    const [example, dimension] = [Math.floor(i / size), i % size];
    return dimension === size - 1 ? 7 : (example + 1) * (dimension + 1);
  });
}

const AT = { objective: ELBO, shown: Uint32Array.of(2, 0, 1) };

Deno.test("pictures() moves each dimension through the prior's quantiles, from the first shown example", async () => {
  const { traversals: { dimension, probability, images } } = await pictures(identity, {
    ...AT,
    model: modelOf(t(3)),
    loc: locs(3),
  });
  assert.deepEqual([...dimension], [0, 1, 2]);
  assert.deepEqual(images.shape, [3, 11, 3]);
  const quantiles = Float32Array.from(
    probability,
    (p) => studentT.quantile(Number(p.toPrecision(6)), { df: 4 }),
  );
  const expected = [0, 1, 2].flatMap((moved) =>
    [...quantiles].flatMap((quantile) => [3, 6, 7].map((loc, i) => i === moved ? quantile : loc))
  );
  assert.deepEqual([...images.data], expected);
  assert.equal(quantiles[5], 0);
  assert.equal(quantiles[0], -quantiles[10]);
});

Deno.test("pictures() of more than eight dimensions moves those whose loc varies most", async () => {
  const { traversals } = await pictures(identity, { ...AT, model: modelOf(t(11)), loc: locs(11) });
  assert.deepEqual([...traversals.dimension], [2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual(traversals.images.shape, [8, 11, 11]);
});

Deno.test("pictures() has a grid of two dimensions, right and up ascending, the others at 0", async () => {
  const { manifold } = await pictures(identity, {
    ...AT,
    model: modelOf(t(3, { joint: true })),
    loc: locs(3),
  });
  assert.deepEqual(manifold!.shape, [15, 15, 3]);
  const at = (
    row: number,
    column: number,
  ) => [...manifold!.data.subarray((row * 15 + column) * 3, (row * 15 + column + 1) * 3)];
  const quantile = (i: number) => Math.fround(studentT.quantile((i + 0.5) / 15, { df: 4 }));
  assert.deepEqual(at(0, 0), [quantile(0), quantile(14), 0]);
  assert.deepEqual(at(3, 7), [0, quantile(11), 0]);
  assert.deepEqual(at(14, 2), [quantile(2), quantile(0), 0]);
});

Deno.test("pictures() of one dimension have no grid", async () => {
  const found = await pictures(identity, { ...AT, model: modelOf(t(1)), loc: locs(1) });
  assert.deepEqual(Object.keys(found), ["traversals", "interpolations"]);
});

Deno.test("pictures() takes quantiles of what new examples are decoded from", async () => {
  const first = async (latent: Latent, more: Partial<Parameters<typeof pictures>[1]> = {}) => {
    const { manifold } = await pictures(identity, { ...AT, ...more, model: modelOf(latent), loc: locs(2) });
    return [...manifold!.data.subarray(0, 2)];
  };
  const p = 0.5 / 15;
  const corner = (quantile: (dimension: number) => number) => [quantile(0), -quantile(1)].map(Math.fround);
  assert.deepEqual(
    await first({ family: "gaussian", size: 2, kl: "closed" }),
    corner(() => normal.quantile(p)),
  );
  const learnedDf = [2.5, 40];
  assert.deepEqual(
    await first(t(2, { df: { learned: "per-dimension" }, priorDf: "tied" }), { learnedDf }),
    corner((dimension) => studentT.quantile(p, { df: learnedDf[dimension] })),
  );
  const joint = t(2, { joint: true });
  assert.deepEqual(
    await first(joint, { objective: { kind: "t3" } }),
    corner(() => studentT.quantile(p, alternativePrior(modelOf(joint)))),
  );
});

Deno.test("pictures() goes from example to example in ten equal steps", async () => {
  const options = { ...AT, model: modelOf(t(2)), loc: locs(2) };
  const { interpolations } = await pictures(identity, options);
  assert.deepEqual(interpolations!.shape, [1, 10, 2]); // the third has no partner
  const steps = Array.from({ length: 10 }, (_, i) => [Math.fround(3 - 2 * i / 9), 7]).flat();
  assert.deepEqual([...interpolations!.data], steps);
  const many = await pictures(identity, { ...options, shown: new Uint32Array(20) });
  assert.deepEqual(many.interpolations!.shape, [5, 10, 2]);
  assert.ok(!("interpolations" in await pictures(identity, { ...options, shown: Uint32Array.of(1) })));
});

Deno.test("shownExamples() alternates the classes, and has two examples of each of the first ten", () => {
  const labels = Uint8Array.from({ length: 40 }, (_, row) => 12 - row % 13);
  labels[39] = 200; // alone
  const { rows, labels: chosen } = shownExamples({ values: labels, count: 40, labels }, 16);
  assert.deepEqual([...chosen!], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual([...rows.subarray(8, 12)], [4, 3, 25, 24]);
});

Deno.test("shownExamples() of no class with two examples are the first ones", () => {
  const split = { values: new Uint8Array(3), count: 3 };
  assert.deepEqual(shownExamples(split, 16), { rows: Uint32Array.of(0, 1, 2) });
  assert.deepEqual(shownExamples({ ...split, labels: Uint8Array.of(2, 1, 0) }, 2), {
    rows: Uint32Array.of(0, 1),
  });
});

for (const size of [1, 2, 11]) {
  Deno.test(`pictureCount() is what pictures() decodes of ${size} dimensions`, async () => {
    const loc = Float32Array.from({ length: 12 * size }, (_, i) => i);
    const shown = Uint32Array.from({ length: 12 }, (_, row) => row);
    const { traversals, manifold, interpolations } = await pictures(identity, {
      ...AT,
      shown,
      model: modelOf(t(size)),
      loc,
    });
    const images = [traversals.images, manifold, interpolations].map((each) => each?.data.length ?? 0);
    assert.equal(pictureCount(size), images.reduce((sum, length) => sum + length / size, 0));
  });
}
