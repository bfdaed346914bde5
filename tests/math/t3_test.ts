import assert from "node:assert/strict";
import { powerDivergence, t3Coefficients, t3Prior, t3Regularizer } from "../../lib/math/divergence.ts";
import { near, relative } from "./closeness.ts";
import oracle from "./fixtures/t3.json" with { type: "json" };

/** Relative to max(1, |reference|); the largest error seen is 4e-14, where terms of 100 leave one below 1. */
const TOLERANCE = 5e-13;

const ROWS = oracle.regularizer as [number, number, number, number[], number[], number, number, number][];

Deno.test("t3Regularizer() matches mpmath with its constant and without", () => {
  for (const [dataSize, df, reconstructionScale, loc, scale, , without, within] of ROWS) {
    const { withoutConstant, withConstant } = t3Regularizer({
      dataSize,
      df,
      reconstructionScale,
      loc,
      scale,
    });
    near(withoutConstant, without, TOLERANCE);
    near(withConstant, within, TOLERANCE);
  }
});

Deno.test("t3Regularizer() loses nothing to a large df", () => {
  // mpmath 1.3.0 at 50 decimal digits: data size, df, reconstruction scale, loc, scale, with the constant.
  const rows: readonly [number, number, number, number[], number[], number][] = [
    [6, 1e4, 0.5, [0.25, -1.5, 2], [0.125, 1, 3], 15.285471154585281],
    [6, 1e6, 0.5, [0.25, -1.5, 2], [0.125, 1, 3], 15.289740357979001],
    [784, 1e6, 0.5, [0.25, -1.5, 2], [0.125, 1, 3], 15.282074322087908],
    [2, 1e9, 0.5, [0.25], [0.75], 0.20036414421839091],
  ];
  for (const [dataSize, df, reconstructionScale, loc, scale, expected] of rows) {
    const { withConstant } = t3Regularizer({ dataSize, df, reconstructionScale, loc, scale });
    near(withConstant, expected, TOLERANCE);
  }
});

Deno.test("t3Coefficients() are the numbers of the regulariser, and refuse what has none", () => {
  const model = { dataSize: 6, df: 5, reconstructionScale: 0.4 };
  const [loc, scale] = [[0.3, -1.2], [0.7, 1.9]];
  const { reconstructionScale, a, b, c, p, shift } = t3Coefficients(model, 2);
  const squares = loc.reduce((sum, m, i) => sum + m * m + a * scale[i] ** 2, 0);
  const actual = squares - c - b * Math.expm1(p * (Math.log(scale[0] * scale[1]) - shift));
  near(actual, t3Regularizer({ ...model, loc, scale }).withConstant, TOLERANCE);
  assert.equal(reconstructionScale, 0.4);
  assert.throws(() => t3Coefficients(model, 0), {
    name: "RangeError",
    message: "Cannot compute t3Coefficients: latentSize must be finite and > 0, got 0",
  });
});

Deno.test("t3Prior() matches mpmath", () => {
  for (const [dataSize, df, reconstructionScale, , , square] of ROWS) {
    const prior = t3Prior({ dataSize, df, reconstructionScale });
    relative(prior.scale ** 2, square, TOLERANCE);
    assert.equal(prior.df, df + dataSize);
  }
});

Deno.test("t3Regularizer() is the power divergence from t3Prior(), up to a factor", () => {
  // The factor depends on the model alone, not on loc and scale.
  const model = { dataSize: 6, df: 5, reconstructionScale: 0.4 };
  const { df, scale } = t3Prior(model);
  const shrink = Math.sqrt(model.df / df);
  const ratios = [
    { loc: [0.3, 0], scale: [1, 1] },
    { loc: [0, -4], scale: [0.1, 3] },
    { loc: [1, 1], scale: [0.01, 20] },
  ].map((posterior) => {
    const q = { df, loc: posterior.loc, scale: posterior.scale.map((s) => s * shrink) };
    return t3Regularizer({ ...model, ...posterior }).withConstant /
      powerDivergence(q, { scale: [scale, scale] });
  });
  for (const ratio of ratios) relative(ratio, ratios[0], TOLERANCE);
});

Deno.test("t3Regularizer() with the constant is 0 where the posterior is the prior, also at df 1e8", () => {
  for (const df of [2.5, 30, 1e8]) {
    const model = { dataSize: 20, df, reconstructionScale: 0.7 };
    const prior = t3Prior(model);
    const unshrunk = prior.scale / Math.sqrt(df / prior.df);
    const { withConstant } = t3Regularizer({ ...model, loc: [0, 0], scale: [unshrunk, unshrunk] });
    assert.ok(Math.abs(withConstant) < 1e-12, `${withConstant} at df ${df}`);
  }
});

Deno.test("t3Regularizer() and t3Prior() reject values and shapes outside their domain", () => {
  const model = { dataSize: 3, df: 5, reconstructionScale: 1 };
  assert.throws(() => t3Regularizer({ ...model, df: 2, loc: [0] }), {
    name: "RangeError",
    message: "Cannot compute t3Regularizer: df must be finite and > 2, got 2",
  });
  assert.throws(() => t3Prior({ ...model, dataSize: 0 }), {
    name: "RangeError",
    message: "Cannot compute t3Prior: dataSize must be finite and > 0, got 0",
  });
  assert.throws(
    () => t3Prior({ ...model, reconstructionScale: -1 }),
    /reconstructionScale must be .*, got -1/,
  );
  assert.throws(() => t3Regularizer({ ...model, loc: [0], scale: [1, 1] }), TypeError);
});
