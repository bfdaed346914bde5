import assert from "node:assert/strict";
import { type Figure, survival, type SurvivalCurve } from "../../lib/plot/mod.ts";
import { COLORS } from "../../lib/plot/theme.ts";
import { tails } from "./survival_records.ts";

/** Figures store five significant digits. */
const STORED = 1e-4;

const RADIUS = Float32Array.of(0.5, 1, 2, 4, 8);

function curve(name: string, survival: readonly number[], more: Partial<SurvivalCurve> = {}): SurvivalCurve {
  return { name, role: "source", survival: Float32Array.from(survival), ...more };
}

const DATA = curve("data", [0.99, 0.95, 0.5, 0.1, 0], { role: "data" });
const PRIOR = curve("prior", [1, 0.96, 0.25, 0, 0]);

function draw(...curves: readonly SurvivalCurve[]): Figure {
  return survival({ title: "Tails", quantity: "|x|", radius: RADIUS, curves });
}

/** A value deep inside JSON. */
function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce((inner, key) => (inner as Record<string | number, unknown>)?.[key], value);
}

/** The ends of a logarithmic axis. */
function ends({ layout }: Figure, axis: "xaxis" | "yaxis"): number[] {
  assert.equal(at(layout, axis, "type"), "log");
  return (at(layout, axis, "range") as number[]).map((power) => 10 ** power);
}

Deno.test("survival() ends a line where nothing is left, as a logarithm has no zero", () => {
  const { data, layout } = draw(DATA, PRIOR);
  assert.deepEqual(data.map(({ name, x, y }) => [name, x, y]), [
    ["data", [0.5, 1, 2, 4, 8], [0.99, 0.95, 0.5, 0.1, null]],
    ["prior", [0.5, 1, 2, 4, 8], [1, 0.96, 0.25, null, null]],
  ]);
  assert.equal(at(layout, "yaxis", "title", "text"), "P(|x| > r)");
});

Deno.test("survival() shows what is between nearly all and nothing", () => {
  const figure = draw(DATA, PRIOR);
  const [from, to] = ends(figure, "xaxis"), [low, high] = ends(figure, "yaxis");
  assert.ok(Math.abs(from - 1) < STORED, `at 1 both are above 0.9, at 2 they are not: ${from}`);
  assert.ok(to > 4 && to < 8, `${to}`);
  assert.ok(low < 0.1 && low > 0.05 && high > 1 && high < 2, `${low} ${high}`);
});

Deno.test("survival() of what never exceeds the first radius, and of what always does, has finite axes", () => {
  for (const value of [0, 1]) {
    const figure = draw(curve("data", RADIUS.map(() => value) as unknown as number[], { role: "data" }));
    for (const axis of ["xaxis", "yaxis"] as const) {
      const [low, high] = ends(figure, axis);
      assert.ok(low > 0 && high > low && high < Infinity, `${value}: ${low} ${high}`);
    }
  }
});

Deno.test("survival() draws a source the same whatever else is drawn, and the data as nothing else", () => {
  const looks = (curves: readonly SurvivalCurve[]) =>
    new Map(draw(...curves).data.map(({ name, line }) => [name, JSON.stringify(line)]));
  const { curves: all } = tails().z;
  const names = all.map(({ name }) => curve(name, [1, 1, 1, 1, 1]));
  const [data, ...sources] = names.map(({ name }) => name);
  const together = looks([{ ...names[0], role: "data" }, ...names.slice(1)]);
  assert.equal(new Set(together.values()).size, names.length);
  for (const name of sources) {
    assert.equal(looks([PRIOR, curve(name, [1, 1, 1, 1, 1])]).get(name), together.get(name));
  }
  assert.equal(JSON.parse(together.get(data)!).color, COLORS.data);
});

Deno.test("survival() has a band from the least to the greatest, below all lines and inside the figure", () => {
  const low = Float32Array.of(1, 0.9, 0.1, 0, 0), high = Float32Array.of(1, 1, 0.4, 0.02, 0);
  const figure = draw(DATA, curve("prior", [1, 0.95, 0.25, 0.01, 0], { low, high }));
  const [band, ...lines] = figure.data;
  assert.deepEqual(lines.map(({ name, fill }) => [name, fill]), [["data", undefined], ["prior", undefined]]);
  assert.deepEqual([band.fill, band.showlegend, band.legendgroup], ["toself", false, "prior"]);
  assert.deepEqual(band.x, [0.5, 1, 2, 4, 4, 2, 1, 0.5]);
  const [bottom] = ends(figure, "yaxis");
  const y = band.y as number[];
  assert.deepEqual(y.toSpliced(4, 1), [1, 1, 0.4, 0.02, 0.1, 0.9, 1]);
  assert.ok(y[4] > 0 && y[4] < bottom, "no cell is left there, which is below the figure");
  assert.ok(ends(figure, "xaxis")[1] > 4);
});

Deno.test("survival() has no band where all cells agree", () => {
  const { survival } = PRIOR;
  assert.equal(draw(DATA, { ...PRIOR, low: survival, high: survival }).data.length, 2);
});

Deno.test("survival() names a curve that does not fit the radii", () => {
  for (const bad of [curve("prior", [1, 0.5]), { ...PRIOR, low: Float32Array.of(1, 0.5) }]) {
    assert.throws(() => draw(DATA, bad), {
      name: "TypeError",
      message: "Cannot draw the survival function of prior: expected a value for each of 5 radii, got 2",
    });
  }
});
