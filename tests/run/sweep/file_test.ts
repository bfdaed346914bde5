import assert from "node:assert/strict";
import { parseSweepFile } from "../../../lib/run/sweep/file.ts";
import { UsageError } from "../../../lib/run/usage_error.ts";

const SPACE = { "latent.df": { min: 2, max: 30, log: true } };

Deno.test("parseSweepFile() fills in every default, and never takes the test set to compare by", () => {
  assert.deepEqual(parseSweepFile({ grid: { seed: [0, 1] } }, "x.json"), {
    base: {},
    grids: [{ seed: [0, 1] }],
    metric: "validation.loss",
    direction: "min",
  });
  assert.deepEqual(parseSweepFile({ random: { trials: 2, space: SPACE } }, "x.json"), {
    base: {},
    grids: [],
    random: { trials: 2, space: SPACE, seed: 0 },
    metric: "validation.loss",
    direction: "min",
  });
});

Deno.test("parseSweepFile() keeps the order of keys and values of any kind", () => {
  const grid = {
    "model.hidden": [[8], [8, 4]],
    "latent.df": ["learned", 3],
    "likelihood": [{ kind: "gaussian" }],
  };
  const { grids } = parseSweepFile({ base: "base.json", cells: [grid, { seed: [1] }] }, "x.json");
  assert.deepEqual(grids, [grid, { seed: [1] }]);
  assert.deepEqual(Object.keys(grids[0]), Object.keys(grid));
});

Deno.test("parseSweepFile() refuses a bad file in one line with its name, the key, the rule and the value", () => {
  const seed = { seed: [0] };
  const withSpace = (values: unknown) => ({ random: { trials: 1, space: { "latent.df": values } } });
  const cases: readonly [unknown, RegExp][] = [
    [[], /it must be a JSON object, got \[\]/],
    [{}, /must have grid, cells or random, as in/],
    [{ grid: {} }, /grid must be an object with one or more keys, .* got \{\}/],
    [{ grid: [1] }, /grid must be an object/],
    [{ grid: { seed: [] } }, /grid\.seed must be a list of one or more values, got \[\]/],
    [{ grid: { "latent.df": 3 } }, /grid\.latent\.df must be a list of one or more values, got 3/],
    [{ cells: [] }, /cells must be a list of one or more grids/],
    [{ cells: [seed, { seed: [] }] }, /cells\.1\.seed must be a list/],
    [{ grid: seed, cells: [seed] }, /grid or cells, not both/],
    [{ grids: seed }, /unknown key grids; valid here: base, grid, .*; did you mean grid\?/],
    [{ grid: seed, base: 3 }, /base must be an object or a file's path, got 3/],
    [{ grid: seed, metric: "validation.los" }, /unknown metric .*; did you mean validation\.loss\?/],
    [{ grid: seed, direction: "up" }, /direction must be min or max, got "up"/],
    [{ grid: { threads: [1, 2] } }, /threads cannot vary, for it changes no result/],
    [{ grid: seed, random: 3 }, /random must be an object, .* got 3/],
    [{ random: { trials: 0, space: SPACE } }, /random\.trials must be a positive integer, got 0/],
    [{ random: { space: SPACE } }, /random\.trials is missing/],
    [{ random: { trials: 1, space: SPACE, seed: -1 } }, /random\.seed must be an integer from 0 .* got -1/],
    [{ random: { trials: 1, space: SPACE, sed: 1 } }, /unknown key random\.sed; .*; did you mean seed\?/],
    [{ random: { trials: 1, space: { threads: [1] } } }, /threads cannot vary/],
    [withSpace(3), /space\.latent\.df must be a list, or as \{"min": 2, "max": 30\}, got 3/],
    [withSpace([]), /space\.latent\.df must be a list of one or more values/],
    [withSpace({ min: 3 }), /space\.latent\.df\.max is missing/],
    [withSpace({ min: 3, max: 3 }), /must have a min below its max/],
    [withSpace({ min: 0, max: 3, log: true }), /must have a min > 0/],
    [withSpace({ min: 0.5, max: 3, integer: true }), /must have integers as its ends/],
    [withSpace({ min: 1, max: 3, lg: true }), /unknown key .*\.lg; .* did you mean log\?/],
  ];
  for (const [file, message] of cases) {
    assert.throws(() => parseSweepFile(file, "x.json"), (error) => {
      assert(error instanceof UsageError, String(error));
      assert.match(error.message, /^Cannot use sweep x\.json: [^\n]*$/);
      assert.match(error.message, message);
      return true;
    });
  }
});
