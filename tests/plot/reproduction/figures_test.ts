import assert from "node:assert/strict";
import type { Figure } from "../../../lib/plot/mod.ts";
import { dfPanels } from "../../../lib/plot/reproduction/df_panels.ts";
import { familyLosses } from "../../../lib/plot/reproduction/family_losses.ts";
import { errorBars, intervalRange } from "../../../lib/plot/reproduction/intervals.ts";
import { learnedDf } from "../../../lib/plot/reproduction/learned_df.ts";
import { outlierPanels } from "../../../lib/plot/reproduction/outlier_panels.ts";
import { study } from "./records.ts";

function named(figure: Figure, name: string, yaxis = "y") {
  return figure.data.filter((trace) => trace.name === name && (trace.yaxis ?? "y") === yaxis);
}

function axis(figure: Figure, name: string): Record<string, unknown> {
  return figure.layout[name] as Record<string, unknown>;
}

Deno.test("familyLosses() draws means over seeds in bands from the least to the greatest", () => {
  const records = study("fc", { seeds: 3 });
  const figure = familyLosses(records);
  const losses = records.cells.slice(0, 3).map(({ curve }) => curve.testLoss[2]);
  const [band, line] = named(figure, "Gaussian");
  const at = (i: number) => (trace: typeof line) => (trace.y as number[])[i];
  const near = (actual: number, expected: number) => assert.ok(Math.abs(actual / expected - 1) < 1e-4);
  near(at(2)(line), losses.reduce((a, b) => a + b) / 3);
  near(at(2)(band), Math.max(...losses));
  near(at(3)(band), Math.min(...losses));
  assert.equal(named(figure, "Gaussian, training").length, 1, "training has no band");
  assert.equal(named(figure, "Student's t", "y2").length, 2, "the second data set has its own panel");
});

Deno.test("familyLosses() names each line once, though the first panel has one family only", () => {
  const { cells, ...records } = study("fc", { seeds: 1 });
  const figure = familyLosses({ ...records, cells: cells.filter((_, i) => i !== 1) });
  assert.deepEqual(figure.data.filter(({ showlegend }) => showlegend).map(({ name }) => name).sort(), [
    "Gaussian",
    "Gaussian, training",
    "Student's t",
    "Student's t, training",
  ]);
});

Deno.test("familyLosses() opens on the late epochs of long trainings, and shows short ones whole", () => {
  const { curve: { testLoss } } = study("fc", { epochs: 500 }).cells[0];
  const [low, high] = axis(familyLosses(study("fc", { epochs: 500 })), "yaxis").range as number[];
  assert.ok(low < testLoss[499] && high > testLoss[60] && high < testLoss[5]);
  assert.equal(axis(familyLosses(study("fc", { epochs: 9 })), "yaxis").range, undefined);
});

Deno.test("familyLosses() draws a dense original in its own unit", () => {
  const records = study("original-fc", { seeds: 1 });
  const [line] = named(familyLosses(records), "Gaussian");
  const { testReconstruction: [reconstruction], testKl: [kl] } = records.cells[0].curve;
  // The loss of these records has a noiseless divergence.
  assert.ok(Math.abs((line.y as number[])[0] - (reconstruction * 512 / 784 + kl)) < 0.2);
});

Deno.test("dfPanels() puts numbers at their logarithms and words beside them, unjoined", () => {
  const figure = dfPanels(study("df"))!;
  const { ticktext, tickvals } = axis(figure, "xaxis3") as { ticktext: string[]; tickvals: number[] };
  assert.deepEqual(ticktext, ["2.5", "3", "5", "10", "30", "learned", "amortised"]);
  assert.equal(tickvals[3], 1);
  const [independent] = named(figure, "independent");
  assert.deepEqual((independent.y as unknown[]).map((y) => y === null), [
    ...Array(5).fill(false),
    true,
    false,
    true,
    false,
  ]);
  assert.equal(named(figure, "Gaussian").length, 2, "a level in its interval");
});

Deno.test("dfPanels() has no panel of what was not measured, and no figure without df", () => {
  const records = study("df");
  const unmeasured = { cells: records.cells.map((cell) => ({ ...cell, metrics: {} })) };
  assert.ok(!("yaxis3" in dfPanels(unmeasured)!.layout));
  assert.equal(dfPanels({ cells: records.cells.slice(0, 2) }), undefined);
});

Deno.test("learnedDf() draws the cells that learn df, and nothing where none does", () => {
  const records = study("df", { seeds: 2 });
  assert.deepEqual(learnedDf(records)!.data.map(({ name, fill = "" }) => `${name} ${fill}`), [
    "independent toself",
    "joint toself",
    "independent ",
    "joint ",
  ]);
  assert.equal(learnedDf(study("fc")), undefined);
});

Deno.test("outlierPanels() begins every kind at the models without outliers", () => {
  const figure = outlierPanels(study("outliers"))!;
  const shown = ["y", "y2", "y3", "y4"].map((yaxis) => figure.data.filter((trace) => trace.yaxis === yaxis));
  assert.deepEqual(shown.map((traces) => traces.map(({ name }) => name)), [
    ["Gaussian", "Student's t"],
    ["Gaussian", "Student's t"],
    ["t − Gaussian"],
    ["t − Gaussian"],
  ]);
  assert.deepEqual(shown[2][0].x, [0, 2, 5, 10]);
  assert.equal((shown[0][0].y as number[])[0], (shown[1][0].y as number[])[0]);
  assert.equal(outlierPanels(study("fc")), undefined);
});

Deno.test("intervalRange() holds 0 where it must, and no interval that would flatten all else", () => {
  const [low, high] = intervalRange([{ mean: 2, halfWidth: 0.5, count: 3 }], [0]);
  assert.ok(low < 0 && high > 2.5 && high < 3);
  const wild = [{ mean: 1, halfWidth: 0.1, count: 3 }, { mean: 2, halfWidth: 100, count: 2 }];
  const range = intervalRange(wild);
  assert.ok(range[0] > -4 && range[1] < 7);
  const { array } = errorBars(wild, range) as { array: number[] };
  assert.equal(array[0], 0.1);
  assert.ok(2 + array[1] > range[1] && array[1] < 10, "it ends just beyond");
});
