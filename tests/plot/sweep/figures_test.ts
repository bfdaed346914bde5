import assert from "node:assert/strict";
import type { Figure } from "../../../lib/plot/figure.ts";
import { bestAndWorst } from "../../../lib/plot/sweep/best_and_worst.ts";
import { heatMap } from "../../../lib/plot/sweep/heat_map.ts";
import { marginalEffects } from "../../../lib/plot/sweep/marginal_effects.ts";
import { parallelCoordinates } from "../../../lib/plot/sweep/parallel_coordinates.ts";
import { rampColor } from "../../../lib/plot/sweep/ramp.ts";
import type { Settings } from "../../../lib/plot/sweep/records.ts";
import { settingAxis, steps } from "../../../lib/plot/sweep/setting_axis.ts";
import { COLORS } from "../../../lib/plot/theme.ts";
import { finished, GRID, METRIC, RANDOM, sweep, UNION } from "./records.ts";

/** Figures store five significant digits. */
const STORED = 1e-4;

/** A value deep inside JSON. */
function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce((inner, key) => (inner as Record<string | number, unknown>)?.[key], value);
}

function options(...keys: string[]): { metric: typeof METRIC; keys: string[] } {
  return { metric: METRIC, keys };
}

function texts(key: string, cells: readonly Settings[]): string[] {
  return settingAxis(key, cells).ticks.map(({ text }) => text);
}

Deno.test("settingAxis() is logarithmic where ratios are more even than differences", () => {
  const positions = (values: number[]) =>
    values.map((x) => settingAxis("x", values.map((x) => ({ x }))).position({ x }));
  assert.deepEqual(positions([1, 2, 3]), [1, 2, 3]);
  assert.deepEqual(positions([0.001, 0.01, 0.1]), [-3, -2, -1]);
  assert.deepEqual(positions([0, 1, 10]), [0, 1, 10]);
  assert.deepEqual(texts("x", [3, 5, 10].map((x) => ({ x }))), ["3", "5", "10"]);
});

Deno.test("settingAxis() of many numbers has round ticks inside them", () => {
  const cells = RANDOM.map(({ settings }) => settings);
  const rates = ["1e-4", "3e-4", "0.001", "0.003", "0.01"];
  assert.deepEqual(texts("optimizer.learningRate", cells), rates);
  const fewer = cells.filter((cell) => Number(cell["optimizer.learningRate"]) > 3e-4);
  assert.deepEqual(texts("optimizer.learningRate", fewer), [
    "5e-4",
    "0.001",
    "0.002",
    "0.005",
    "0.01",
    "0.02",
  ]);
  assert.deepEqual(texts("latent.df", cells), ["5", "10", "15", "20", "25"]);
  assert.deepEqual(settingAxis("latent.df", cells).extent, [2, 29.3]);
});

Deno.test("settingAxis() puts words, arrays and nothing in a row", () => {
  const cells: Settings[] = [{ x: "learned" }, {}, { x: 10 }, { x: [8, 4] }, { x: 3 }];
  assert.deepEqual(texts("x", cells), ["3", "10", "learned", "[8,4]", "–"]);
  const axis = settingAxis("x", cells);
  assert.deepEqual([axis.position({ x: [8, 4] }), axis.position({}), axis.numeric], [3, 4, false]);
});

Deno.test("steps() gives three to eight round numbers in any range", () => {
  assert.deepEqual(steps(97.1, 98.35), [97.2, 97.4, 97.6, 97.8, 98, 98.2]);
  for (let i = 1; i < 400; i++) {
    const low = -3 + i / 7, high = low + 1.1 ** (i - 200);
    const ticks = steps(low, high);
    assert.ok(ticks.length >= 3 && ticks.length <= 8, `${low} to ${high}: ${ticks}`);
    assert.ok(
      ticks.every((tick) => tick >= low - 1e-9 && tick <= high + 1e-9),
      `${low} to ${high}: ${ticks}`,
    );
  }
});

Deno.test("marginalEffects() has every cell as a dot and the mean of those that share a value", () => {
  const { data, layout } = marginalEffects(GRID, options("latent.df", "optimizer.learningRate"));
  assert.equal(data.length, 4);
  const [dots, means] = data;
  assert.deepEqual(dots.y, GRID.map(({ value }) => Number(value.toPrecision(5))));
  const expected = [3, 5, 10].map((df) => 100 - df / 5 - 1.3 + 0.125);
  (means.y as number[]).forEach((mean, i) => assert.ok(Math.abs(mean - expected[i]) < 1e-3, `${mean}`));
  assert.deepEqual(at(layout, "xaxis", "ticktext"), ["3", "5", "10"]);
  assert.equal(at(layout, "xaxis2", "title", "text"), "optimizer.learningRate");
});

Deno.test("marginalEffects() draws no interval far out of its panel, and tells it in words", () => {
  const cells = finished([3, 3, 5].map((x) => ({ x })), ({ x }) => Number(x));
  const wide = cells.map((cell, i) => ({ ...cell, value: i }));
  const { data: [, means], layout } = marginalEffects(wide, options("x"));
  const [low, high] = at(layout, "yaxis", "range") as number[];
  const reach = (i: number, name: string) => at(means, "error_y", name, i) as number | null;
  const [mean] = means.y as number[];
  assert.ok(mean + reach(0, "array")! < high + 0.1 * (high - low));
  assert.ok(mean - reach(0, "arrayminus")! > low - 0.1 * (high - low));
  assert.match(String(at(means, "text", 0)), /^x 3: 0\.5\d* ± 6\.35\d*<br>2 cells$/);
  assert.deepEqual([reach(1, "array"), at(means, "text", 1)], [null, "x 5: 2.0000 <br>1 cell"]);
});

Deno.test("marginalEffects() puts values that are all different into five groups", () => {
  const { data: [dots, means] } = marginalEffects(RANDOM, options("optimizer.learningRate"));
  assert.equal((dots.x as number[]).length, RANDOM.length);
  const places = means.x as number[];
  assert.equal(places.length, 5);
  assert.ok(places.every((x, i) => i === 0 || x > places[i - 1]));
});

Deno.test("parallelCoordinates() leads every cell from its settings to its metric, the best to the top", () => {
  const { data } = parallelCoordinates(GRID, options("latent.df", "optimizer.learningRate"));
  assert.equal(data.length, GRID.length);
  const ends = data.map(({ y }) => (y as number[]).at(-1)!);
  assert.deepEqual(ends, ends.toSorted((a, b) => a - b));
  assert.deepEqual([ends[0], ends.at(-1)], [0, 1]);
  assert.deepEqual([data[0].name, data.at(-1)!.name], ["0001", "0010"]);
  assert.deepEqual(at(data[0], "line", "color"), COLORS.data);
  assert.deepEqual(at(data.at(-1), "line", "color"), COLORS.model);
  const highest = (data.at(-1)!.y as (number | null)[])[1]!;
  assert.ok(highest > 1 && highest < 1.05, "the best of those that share the greatest df is spread upwards");
});

Deno.test("parallelCoordinates() leaves no room between lines and the words they stop at", () => {
  const { data, layout } = parallelCoordinates(UNION, options("latent.family", "latent.df", "model.hidden"));
  const names = (layout.annotations as unknown as { text: string }[]).map(({ text }) => text);
  for (const text of ["latent.<br>df", "per-dimension", "[512,256]", "–", "validation.<br>loss"]) {
    assert.ok(names.includes(text), text);
  }
  // From 0: nothing at the axis itself, then the line to the room before the next one's words.
  for (const { x, y } of data) {
    assert.equal((y as unknown[])[0], null);
    assert.ok((x as number[])[1] > 0 && (x as number[])[2] < 1 && (x as number[])[1] < (x as number[])[2]);
  }
});

Deno.test("parallelCoordinates() and marginalEffects() draw a single cell, and cells that are all equal", () => {
  const equal = GRID.slice(0, 3).map((cell) => ({ ...cell, value: 7 }));
  for (const cells of [GRID.slice(0, 1), equal]) {
    for (const draw of [parallelCoordinates, marginalEffects]) {
      const figure: Figure = draw(cells, options("latent.df", "seed"));
      assert.ok(!JSON.stringify(figure).includes("NaN") && figure.data.length > 0);
      const range = at(figure.layout, "yaxis", "range") as number[];
      assert.ok(range.every(Number.isFinite) && range[0] < range[1]);
    }
  }
});

Deno.test("marginalEffects() and parallelCoordinates() draw some of very many cells, the best and the worst too", () => {
  const cells = finished(Array.from({ length: 1500 }, (_, x) => ({ x })), ({ x }) => Number(x));
  const { data } = parallelCoordinates(cells, options("x"));
  assert.deepEqual([data.length, data[0].name, data.at(-1)!.name], [400, "1499", "0000"]);
  const [dots, means] = marginalEffects(cells, options("x")).data;
  assert.equal((dots.x as number[]).length, 1000);
  assert.match(String(at(means, "text", 0)), /<br>300 cells$/);
});

Deno.test("heatMap() has the mean for every pair of values, and the best in the best colour", () => {
  const figure = heatMap(GRID, { metric: METRIC, keys: ["latent.df", "optimizer.learningRate"] })!;
  assert.deepEqual(figure.data.map(({ name }) => name), ["0.0003", "0.001"]);
  assert.deepEqual(figure.data[1].text, ["97.525", "97.125", "96.125"]);
  assert.equal(at(figure.data[1], "marker", "color", 2), COLORS.model);
  assert.equal(at(figure.data[0], "marker", "color", 0), COLORS.data);
  const most = heatMap(GRID, {
    metric: { ...METRIC, direction: "max" },
    keys: ["latent.df", "optimizer.learningRate"],
  })!;
  assert.equal(at(most.data[0], "marker", "color", 0), COLORS.model);
});

Deno.test("heatMap() leaves gaps where there is no cell, and does without a grid", () => {
  const keys = ["latent.family", "latent.df"] as const;
  const { data } = heatMap(UNION, { metric: METRIC, keys })!;
  assert.deepEqual(data.map(({ y }) => y), [[null, 1], [null, 1], [1, null]]);
  const random = ["optimizer.learningRate", "latent.df"] as const;
  assert.equal(heatMap(RANDOM, { metric: METRIC, keys: random }), undefined);
});

Deno.test("bestAndWorst() names cells by their settings and tells good from bad by colour", () => {
  const { data } = bestAndWorst(sweep(), options("latent.df", "seed"));
  assert.deepEqual(data.map(({ name }) => name), [
    "0010: latent.df 10, seed 0",
    "0011: latent.df 10, seed 1",
    "0000: latent.df 3, seed 0",
    "0001: latent.df 3, seed 1",
  ]);
  assert.deepEqual(data.map(({ line }) => [at(line, "color"), at(line, "dash")]), [
    [COLORS.model, "solid"],
    [COLORS.model, "dash"],
    [COLORS.data, "dash"],
    [COLORS.data, "solid"],
  ]);
  (data[0].y as number[]).forEach((y, i) =>
    assert.ok(Math.abs(y - sweep().best[0].values[i]) < 200 * STORED)
  );
});

Deno.test("rampColor() runs from blue to orange", () => {
  assert.deepEqual([rampColor(0), rampColor(1)], [COLORS.data, COLORS.model]);
  assert.match(rampColor(0.3), /^#[0-9a-f]{6}$/);
});
