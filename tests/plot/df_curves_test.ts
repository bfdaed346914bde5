import assert from "node:assert/strict";
import { dfCurves } from "../../lib/plot/mod.ts";
import { LINE_COLORS } from "../../lib/plot/theme.ts";
import { epochs } from "./records.ts";

function learned(...df: readonly (readonly number[])[]) {
  return epochs(df.length).map((record, i) => ({ ...record, df: df[i] }));
}

Deno.test("dfCurves() has a line for each latent dimension, each in its own look", () => {
  const { data, layout } = dfCurves(learned([5, 4, 6], [4.5, 4, 7]))!;
  assert.deepEqual(data.map(({ name, x, y }) => [name, x, y]), [
    ["1", [1, 2], [5, 4.5]],
    ["2", [1, 2], [4, 4]],
    ["3", [1, 2], [6, 7]],
  ]);
  assert.equal(layout.showlegend, true);
  const many = dfCurves(learned(Array.from({ length: 20 }, (_, i) => i + 1)))!;
  const looks = new Set(many.data.map(({ line }) => JSON.stringify(line)));
  assert.equal(looks.size, 20);
  assert.ok(looks.size > LINE_COLORS.length, "dashes tell apart what colours do not");
});

Deno.test("dfCurves() of one df for all dimensions has no legend", () => {
  const { data, layout } = dfCurves(learned([5], [5.25]))!;
  assert.deepEqual(data.map(({ name, y }) => [name, y]), [["df", [5, 5.25]]]);
  assert.equal(layout.showlegend, false);
});

Deno.test("dfCurves() has a logarithmic axis where df spread over more than a decade", () => {
  const type = (...df: readonly (readonly number[])[]) =>
    (dfCurves(learned(...df))!.layout.yaxis as { type?: string }).type;
  assert.equal(type([5, 5], [3, 29]), undefined);
  assert.equal(type([5, 5], [3, 31]), "log");
});

Deno.test("dfCurves() draws nothing where no df is learned, and begins where they were first logged", () => {
  assert.equal(dfCurves(epochs(3)), undefined);
  const [first, ...rest] = learned([5], [6], [7]);
  const { data: [line] } = dfCurves([{ ...first, df: undefined }, ...rest])!;
  assert.deepEqual([line.x, line.y], [[2, 3], [6, 7]]);
});
