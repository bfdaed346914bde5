import assert from "node:assert/strict";
import { implicitGradient } from "../../lib/math/gamma.ts";
import { generator } from "../../lib/math/philox.ts";
import * as studentT from "../../lib/math/student_t.ts";
import { relative } from "./closeness.ts";
import oracle from "./fixtures/gamma.json" with { type: "json" };

/** Relative; the largest error seen is 1.3e-15. */
const TOLERANCE = 1e-14;

const STANDARD_ERRORS = 5;

Deno.test("gamma.implicitGradient() matches mpmath for alpha from 1e-3 to 1e8, in both tails", () => {
  for (const [alpha, z, expected] of oracle.implicitGradient) {
    relative(implicitGradient(alpha, z), expected, TOLERANCE);
  }
});

Deno.test("gamma.implicitGradient() far below alpha is z (psi(alpha + 1) - ln z)/alpha", () => {
  const z = 1e-250;
  relative(implicitGradient(1, z), z * (1 - 0.5772156649015329 - Math.log(z)), TOLERANCE);
});

Deno.test("gamma.implicitGradient() joins smoothly where its two integrals meet", () => {
  const digammaAtTwo = 1 - 0.5772156649015329;
  const [below, above] = [1 - 1e-9, 1 + 1e-9].map((factor) =>
    implicitGradient(1, factor * Math.exp(digammaAtTwo))
  );
  relative(below, above, 1e-8); // it moves by about 2e-9 itself
});

Deno.test("gamma.implicitGradient() is positive and finite for alpha from 1e-6 to 1e12", () => {
  for (const alpha of [1e-6, 1e-3, 0.5, 30, 1e8, 1e12]) {
    for (const z of [1e-290, 1e-5, alpha, 3 * alpha, 1e20, 1e300]) {
      const gradient = implicitGradient(alpha, z);
      assert.ok(gradient > 0 && gradient < Infinity, `${gradient} at alpha ${alpha}, z ${z}`);
    }
  }
});

Deno.test("gamma.implicitGradient() through T = Z sqrt(df/(2 G)) moves expectations as studentT.dfGradient() does", () => {
  const n = 20_000, df = 6;
  const random = generator({ seed: 2, stream: "evaluation" });
  const bell = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  const differences = Float64Array.from({ length: n }, () => {
    const g = -Math.log(random() * random() * random()); // gamma of shape 3
    const t = bell() * Math.sqrt(df / (2 * g));
    const dDf = t / (2 * df) - t / (4 * g) * implicitGradient(df / 2, g);
    return 2 * t / (1 + t * t) * (dDf - studentT.dfGradient(t, df));
  });
  const mean = differences.reduce((total, x) => total + x) / n;
  const variance = differences.reduce((total, x) => total + (x - mean) ** 2, 0) / n;
  assert.ok(Math.abs(mean) < STANDARD_ERRORS * Math.sqrt(variance / n), `${mean}`);
});

Deno.test("gamma.implicitGradient() rejects what is outside its domain", () => {
  assert.throws(() => implicitGradient(-1, 2), {
    name: "RangeError",
    message: "Cannot compute Gamma implicitGradient: alpha must be finite and > 0, got -1",
  });
  for (const z of [0, -1, Infinity, NaN]) {
    assert.throws(() => implicitGradient(1, z), {
      name: "RangeError",
      message: `Cannot compute Gamma implicitGradient: z must be finite and > 0, got ${z}`,
    });
  }
});
