import assert from "node:assert/strict";
import { survivalComparison, type SurvivalCurve } from "../../../lib/plot/mod.ts";

const DATA: SurvivalCurve = { name: "data", role: "data", survival: Float32Array.of(0.5, 0.25) };

function source(name: string, last = 0.125): SurvivalCurve {
  return { name, role: "source", survival: Float32Array.of(0.5, last) };
}

function draw(...curves: readonly (readonly SurvivalCurve[])[]) {
  const runs = curves.map((curves, i) => ({ name: `run ${i}`, radius: Float32Array.of(1, 2), curves }));
  return survivalComparison(runs, { title: "Tails", quantity: "|x|" }).data;
}

Deno.test("survivalComparison() draws data once, and of each run what its new examples are drawn from", () => {
  const data = draw(
    [DATA, source("posterior"), source("prior", 0.0625)],
    [DATA, source("prior"), source("alternative-prior", 0.03125)],
    [DATA, source("ex-post-t", 0.25)],
  );
  assert.deepEqual(data.map(({ name, y }) => [name, y]), [
    ["data", [0.5, 0.25]],
    ["run 0", [0.5, 0.0625]],
    ["run 1", [0.5, 0.03125]],
    ["run 2", [0.5, 0.25]],
  ]);
  const colors = data.map(({ line }) => (line as { color: string }).color);
  assert.equal(new Set(colors).size, 4);
});

Deno.test("survivalComparison() draws data that differ dotted, in the run's colour, and hides both together", () => {
  const other = { ...DATA, survival: Float32Array.of(0.5, 0.375) };
  const data = draw([DATA, source("prior")], [other, source("prior")]);
  const line = (i: number) => data[i].line as { color: string; dash: string };
  assert.deepEqual(data.map(({ name, legendgroup, showlegend }) => [name, legendgroup, showlegend]), [
    ["run 0: data", "run 0", false],
    ["run 0", "run 0", true],
    ["run 1: data", "run 1", false],
    ["run 1", "run 1", true],
  ]);
  for (const run of [0, 2]) {
    assert.equal(line(run).color, line(run + 1).color);
    assert.deepEqual([line(run).dash, line(run + 1).dash], ["dot", "solid"]);
  }
  assert.notEqual(line(0).color, line(2).color);
});

Deno.test("survivalComparison() names a curve that does not fit", () => {
  const short = { ...source("prior"), survival: Float32Array.of(1) };
  assert.throws(() => draw([DATA, short]), { name: "TypeError", message: /prior: .* 2 radii, got 1/ });
});
