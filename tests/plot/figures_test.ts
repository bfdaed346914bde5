import assert from "node:assert/strict";
import {
  type Figure,
  klPerDimension,
  latentSpace,
  lossCurves,
  vectorReconstructions,
  vectorSamples,
} from "../../lib/plot/mod.ts";
import { epochs, ramp } from "./records.ts";

/** Figures store five significant digits. */
const STORED = 1e-4;

function pick(figure: Figure, ...keys: string[]): unknown[][] {
  return figure.data.map((trace) => keys.map((key) => trace[key]));
}

/** A value deep inside JSON. */
function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce((inner, key) => (inner as Record<string | number, unknown>)?.[key], value);
}

Deno.test("lossCurves() draws each quantity of each measured split on its own axis", () => {
  const figure = lossCurves(epochs(2));
  assert.deepEqual(pick(figure, "name", "yaxis", "x", "y"), [
    ["train", "y", [1, 2], [240, 190]],
    ["test", "y", [1, 2], [191, 166]],
    ["train", "y2", [1, 2], [232, 182]],
    ["test", "y2", [1, 2], [182, 157]],
    ["train", "y3", [1, 2], [8, 8]],
    ["test", "y3", [1, 2], [9, 9]],
  ]);
  for (const axis of ["yaxis", "yaxis2", "yaxis3"]) {
    assert.equal(at(figure.layout, axis, "title", "text"), "nats per example");
  }
});

Deno.test("lossCurves() says that the power divergence is not in nats", () => {
  const { layout } = lossCurves(epochs(2), "t3");
  const titles = ["yaxis", "yaxis2", "yaxis3"].map((axis) => at(layout, axis, "title", "text"));
  assert.deepEqual(titles, ["power divergence", "nats per example", "nats per example"]);
});

Deno.test("lossCurves() leaves a gap where a split was not measured or a value is not finite", () => {
  const [first, second] = epochs(2);
  const { data } = lossCurves([
    { ...first, test: undefined },
    { ...second, train: { ...second.train, loss: Infinity } },
  ]);
  assert.deepEqual(data.slice(0, 2).map(({ y }) => y), [[240, null], [null, 166]]);
});

Deno.test("lossCurves() shows a single epoch as dots", () => {
  const figure = lossCurves(epochs(1));
  assert.ok(figure.data.every(({ mode }) => mode === "lines+markers"));
  assert.deepEqual(at(figure.layout, "xaxis", "range"), [0, 2]);
});

Deno.test("lossCurves() opens on the values after the first tenth of a long run", () => {
  const [low, high] = at(lossCurves(epochs(40)).layout, "yaxis", "range") as number[];
  const train = epochs(40).map((record) => record.train.loss);
  assert.ok(low < Math.min(...train) && high > train[4] && high < train[3], `${low} ${high}`);
});

Deno.test("latentSpace() draws one, two, three and more dimensions", () => {
  const labels = Uint8Array.of(3, 0, 3);
  const draw = (latentSize: number) => latentSpace({ loc: ramp(3 * latentSize), latentSize, labels });
  assert.deepEqual(pick(draw(1), "type", "name"), [["histogram", "0"], ["histogram", "3"]]);
  assert.deepEqual(pick(draw(2), "type", "name"), [["scatter", "0"], ["scatter", "3"]]);
  assert.deepEqual(pick(draw(3), "name", "xaxis", "yaxis", "showlegend"), [
    ["0", "x", "y", true],
    ["3", "x", "y", true],
    ["0", "x", "y2", false],
    ["3", "x", "y2", false],
    ["0", "x2", "y2", false],
    ["3", "x2", "y2", false],
  ]);
  assert.deepEqual(pick(draw(7), "xaxis", "yaxis"), [["x", "y"], ["x", "y"]]);
});

Deno.test("latentSpace() puts every example at its loc, in every pair of three dimensions", () => {
  const loc = Float32Array.of(1, 2, 3, 4, 5, 6);
  const { data, layout } = latentSpace({ loc, latentSize: 3 });
  assert.deepEqual(data.map(({ x, y }) => [x, y]), [[[1, 4], [2, 5]], [[1, 4], [3, 6]], [[2, 5], [3, 6]]]);
  assert.equal(layout.showlegend, false);
  for (const [axis, dimension] of [["xaxis", 1], ["xaxis2", 2], ["yaxis", 2], ["yaxis2", 3]] as const) {
    assert.equal(at(layout, axis, "title", "text"), `loc of dimension ${dimension}`);
  }
});

Deno.test("latentSpace() draws at most 3000 examples, spread evenly and the same each time", () => {
  const loc = Float32Array.from({ length: 7000 }, (_, i) => i);
  const [{ x }] = latentSpace({ loc, latentSize: 1 }).data;
  const drawn = x as number[];
  assert.equal(drawn.length, 3000);
  const gaps = drawn.slice(1).map((value, i) => value - drawn[i]);
  assert.ok(gaps.every((gap) => gap === 2 || gap === 3));
  assert.deepEqual(latentSpace({ loc, latentSize: 1 }).data[0].x, x);
});

Deno.test("latentSpace() gives the eleventh label another symbol", () => {
  const figure = latentSpace({ loc: ramp(4), latentSize: 2, labels: Uint8Array.of(0, 10) });
  const [first, eleventh] = figure.data.map(({ marker }) => marker);
  assert.equal(at(first, "color"), at(eleventh, "color"));
  assert.notEqual(at(first, "symbol"), at(eleventh, "symbol"));
});

Deno.test("latentSpace() names arrays that do not fit", () => {
  assert.throws(() => latentSpace({ loc: ramp(5), latentSize: 2 }), {
    name: "TypeError",
    message: "Cannot draw the latent space: expected rows of 2 elements, got 5 in all",
  });
  assert.throws(() => latentSpace({ loc: ramp(6), latentSize: 2, labels: new Uint8Array(2) }), {
    name: "TypeError",
    message: "Cannot draw the latent space: expected a label for each of 3 examples, got 2",
  });
});

Deno.test("klPerDimension() has a bar of the given height for each dimension", () => {
  const figure = klPerDimension([2.5, 0.001]);
  assert.deepEqual(pick(figure, "x", "y"), [[[1, 2], [2.5, 0.001]]]);
  assert.equal(at(figure.layout, "yaxis", "title", "text"), "nats per example");
});

Deno.test("vectorSamples() draws a histogram, a scatter plot or a line per vector", () => {
  const draw = (size: number) =>
    vectorSamples({ shape: [size], samples: ramp(2 * size), inputs: ramp(3 * size) });
  assert.deepEqual(pick(draw(1), "type", "name"), [["histogram", "samples"], ["histogram", "data"]]);
  assert.deepEqual(pick(draw(2), "mode", "name"), [["markers", "samples"], ["markers", "data"]]);
  const [samples, data] = draw(3).data;
  assert.deepEqual(samples.x, [1, 2, 3, null, 1, 2, 3, null]);
  const [a, b, c, d, e, f] = ramp(6);
  (samples.y as (number | null)[]).forEach((value, i) => {
    const expected = [a, b, c, null, d, e, f, null][i];
    assert.ok(expected === null ? value === null : Math.abs(value! - expected) < STORED);
  });
  assert.equal((data.x as unknown[]).length, 12);
});

Deno.test("vectorReconstructions() joins each input to its reconstruction", () => {
  const [inputs, reconstructions] = [Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8)];
  const flat = vectorReconstructions({ shape: [2], inputs, reconstructions });
  assert.deepEqual(pick(flat, "x", "y"), [
    [[1, 5, null, 3, 7, null], [2, 6, null, 4, 8, null]],
    [[1, 3], [2, 4]],
    [[5, 7], [6, 8]],
  ]);
  const lines = vectorReconstructions({ shape: [4], inputs, reconstructions });
  assert.deepEqual(lines.data.map(({ y, line }) => [y, at(line, "dash")]), [
    [[1, 2, 3, 4], "solid"],
    [[5, 6, 7, 8], "dash"],
  ]);
  assert.throws(() => vectorReconstructions({ shape: [2], inputs, reconstructions: ramp(2) }), {
    name: "TypeError",
    message: "Cannot draw reconstructions: expected 4 elements, as the inputs have, got 2",
  });
});
