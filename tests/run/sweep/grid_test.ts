import assert from "node:assert/strict";
import fc from "fast-check";
import { gridSettings, gridSize, randomSettings } from "../../../lib/run/sweep/grid.ts";

Deno.test("gridSettings() counts like an odometer: every combination once, the last key fastest", () => {
  const lists = fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 4 });
  const grids = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), lists, { minKeys: 1, maxKeys: 4 });
  fc.assert(fc.property(grids, (grid) => {
    const settings = gridSettings(grid);
    assert.equal(settings.length, gridSize(grid));
    settings.forEach((cell, index) => {
      let rest = index;
      for (const [key, values] of Object.entries(grid).reverse()) {
        assert.equal(cell[key], values[rest % values.length]);
        rest = Math.floor(rest / values.length);
      }
    });
  }));
});

/** Trials enough for a mean to be told from a wrong one; the bounds are five of its standard errors. */
const TRIALS = 4000;

Deno.test("randomSettings() spreads a range evenly, a logarithmic one by its logarithm", () => {
  const space = { even: { min: -1, max: 3 }, log: { min: 1e-4, max: 1e-2, log: true } };
  const cells = randomSettings({ trials: TRIALS, space, seed: 3 });
  const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
  const error = 5 / Math.sqrt(12 * TRIALS);
  const even = cells.map((cell) => cell.even as number);
  assert.ok(Math.abs(mean(even) - 1) < 4 * error);
  assert.ok(Math.min(...even) >= -1 && Math.max(...even) <= 3);
  const exponents = cells.map((cell) => Math.log10(cell.log as number));
  assert.ok(Math.abs(mean(exponents) + 3) < 2 * error);
  assert.ok(Math.min(...exponents) >= -4 && Math.max(...exponents) <= -2);
});

Deno.test("randomSettings() draws integers with both ends, and each value of a list, equally often", () => {
  const space = { integer: { min: 2, max: 5, integer: true }, choice: ["a", "b", "c", "d"] };
  const cells = randomSettings({ trials: TRIALS, space, seed: 0 });
  for (const [key, values] of [["integer", [2, 3, 4, 5]], ["choice", ["a", "b", "c", "d"]]] as const) {
    for (const value of values) {
      const share = cells.filter((cell) => cell[key] === value).length / TRIALS;
      assert.ok(Math.abs(share - 0.25) < 5 * Math.sqrt(0.25 * 0.75 / TRIALS), `${key} ${value}: ${share}`);
    }
  }
  const log = randomSettings({
    trials: 200,
    space: { x: { min: 1, max: 64, log: true, integer: true } },
    seed: 0,
  });
  assert.ok(log.every(({ x }) => Number.isInteger(x) && (x as number) >= 1 && (x as number) <= 64));
});

Deno.test("randomSettings() repeats known numbers, whatever machine and however many trials", () => {
  const space = {
    "optimizer.learningRate": { min: 1e-4, max: 1e-2, log: true },
    "latent.df": { min: 2, max: 30 },
    "latent.size": { min: 2, max: 8, integer: true },
    "latent.family": ["student-t", "gaussian"],
  };
  const cells = randomSettings({ trials: 2, space, seed: 7 });
  assert.deepEqual(cells, KNOWN);
  assert.deepEqual(randomSettings({ trials: 5, space, seed: 7 }).slice(0, 2), cells);
  assert.notDeepEqual(randomSettings({ trials: 2, space, seed: 8 }), cells);
});

/** Made by this program: indices of cells must mean the same for ever. */
const KNOWN = [
  {
    "optimizer.learningRate": 0.00184785,
    "latent.df": 3.49331,
    "latent.size": 8,
    "latent.family": "student-t",
  },
  {
    "optimizer.learningRate": 0.0035234,
    "latent.df": 7.33833,
    "latent.size": 2,
    "latent.family": "student-t",
  },
];
