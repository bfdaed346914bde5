import assert from "node:assert/strict";
import { powerDivergence, t3Prior, t3Regularizer } from "../../lib/math/divergence.ts";
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
