import assert from "node:assert/strict";
import fc from "fast-check";
import {
  klNormalStudentT,
  klStudentT,
  klStudentTGradient,
  klStudentTNormal,
  powerDivergence,
} from "../../lib/math/divergence.ts";
import { implicitGradient } from "../../lib/math/gamma.ts";
import * as multivariate from "../../lib/math/multivariate_student_t.ts";
import * as studentT from "../../lib/math/student_t.ts";
import { near, relative } from "./closeness.ts";

/** Relative to max(1, |value|): rounding of sums of a few terms. */
const ROUNDING = 1e-12;

/** Probabilities, relative: exp() of a logarithm of up to 700 magnifies its last digit. */
const TAIL_ROUNDING = 5e-12;

/** Beyond this far from equality a divergence must exceed its own rounding. */
const APART = 1e-3;

const logUniform = (low: number, high: number) =>
  fc.double({ min: low, max: high, noNaN: true }).map((power) => 10 ** power);
const signed = (size: fc.Arbitrary<number>) => fc.tuple(size, fc.boolean()).map(([x, up]) => up ? x : -x);

const df = logUniform(-1, 4);
const loc = signed(logUniform(-4, 2));
const scale = logUniform(-3, 2);
const coordinates = fc.array(fc.tuple(loc, scale), { minLength: 1, maxLength: 6 })
  .map((pairs) => ({ loc: pairs.map(([l]) => l), scale: pairs.map(([, s]) => s) }));

Deno.test("klStudentT() is >= 0, and > 0 away from equality", () => {
  property(fc.tuple(df, df, coordinates, fc.boolean()), ([df, priorDf, { loc, scale }, joint]) => {
    const apart = loc.some((l) => Math.abs(l) > APART) || scale.some((s) => Math.abs(Math.log(s)) > APART);
    for (const prior of [undefined, { df: priorDf }]) {
      const kl = klStudentT({ df, loc, scale, joint }, prior);
      assert.ok(kl > (apart ? 0 : -ROUNDING), `${kl}`);
    }
    assert.ok(klNormalStudentT({ loc, scale }, { df }) > -ROUNDING);
    assert.ok(klStudentTNormal({ df, loc, scale, joint }) > -ROUNDING);
  });
});

Deno.test("klStudentT() is 0 at equality, and > 0 where the df alone differ", () => {
  property(
    fc.tuple(logUniform(-1, 3), logUniform(-1, 3), fc.integer({ min: 1, max: 6 })),
    ([df, priorDf, size]) => {
      const scale = Array<number>(size).fill(1);
      for (const joint of [false, true]) {
        assert.ok(Math.abs(klStudentT({ df, scale, joint })) < ROUNDING);
        // The divergence is about 0.75 (df - priorDf)^2/df^4 for large df.
        if (Math.abs(Math.log(df / priorDf)) > 0.1) {
          assert.ok(
            klStudentT({ df, scale, joint }, { df: priorDf }) > 0,
          );
        }
      }
    },
  );
});

Deno.test("klStudentT() is even in each loc, and does not depend on the order of coordinates", () => {
  property(fc.tuple(df, df, coordinates, fc.boolean()), ([df, priorDf, { loc, scale }, joint]) => {
    const prior = { df: priorDf };
    const kl = klStudentT({ df, loc, scale, joint }, prior);
    assert.equal(klStudentT({ df, loc: loc.with(0, -loc[0]), scale, joint }, prior), kl);
    near(klStudentT({ df, loc: loc.toReversed(), scale: scale.toReversed(), joint }, prior), kl, ROUNDING);
  });
});

Deno.test("klStudentT() adds up over independent coordinates, and joint is the same for one", () => {
  property(fc.tuple(df, df, coordinates), ([df, priorDf, { loc, scale }]) => {
    const prior = { df: priorDf };
    const alone = loc.map((l, i) => klStudentT({ df, loc: [l], scale: [scale[i]] }, prior));
    near(klStudentT({ df, loc, scale }, prior), alone.reduce((sum, kl) => sum + kl), ROUNDING);
    assert.equal(klStudentT({ df, loc: [loc[0]], scale: [scale[0]], joint: true }, prior), alone[0]);
  });
});

Deno.test("klStudentT() of a joint t is at least that of any of its coordinates", () => {
  property(fc.tuple(df, df, coordinates), ([df, priorDf, { loc, scale }]) => {
    const prior = { df: priorDf };
    const joint = klStudentT({ df, loc, scale, joint: true }, prior);
    const largest = Math.max(...loc.map((l, i) => klStudentT({ df, loc: [l], scale: [scale[i]] }, prior)));
    assert.ok(joint >= largest - ROUNDING * Math.max(1, largest), `${joint} is less than ${largest}`);
  });
});

Deno.test("klStudentT() increases with |loc|, and its derivative in loc has loc's sign", () => {
  property(fc.tuple(df, df, coordinates, logUniform(-2, 2)), ([df, priorDf, { loc, scale }, growth]) => {
    const prior = { df: priorDf };
    for (const joint of [false, true]) {
      const gradient = klStudentTGradient({ df, loc, scale, joint }, prior);
      gradient.loc.forEach((slope, i) => assert.equal(Math.sign(slope), Math.sign(loc[i])));
      const farther = klStudentT({ df, loc: loc.map((l) => l * (1 + growth)), scale, joint }, prior);
      assert.ok(farther > gradient.value - ROUNDING * Math.max(1, farther));
    }
  });
});

Deno.test("klStudentT() increases with |ln scale| at loc 0, as its derivative says", () => {
  property(fc.tuple(df, signed(logUniform(-3, 0.8)), logUniform(-2, 0)), ([df, logScale, growth]) => {
    const [near, far] = [logScale, logScale * (1 + growth)].map((x) =>
      klStudentTGradient({ df, scale: [Math.exp(x)] })
    );
    assert.ok(far.value > near.value, `${far.value} is not more than ${near.value}`);
    assert.equal(Math.sign(near.scale[0]), Math.sign(logScale));
  });
});

Deno.test("powerDivergence() is >= 0, and > 0 away from equality", () => {
  property(fc.tuple(df, coordinates, coordinates), ([df, q, p]) => {
    const size = Math.min(q.loc.length, p.loc.length);
    const [left, right] = [q, p].map(({ loc, scale }) => ({
      loc: loc.slice(0, size),
      scale: scale.slice(0, size),
    }));
    assert.ok(Math.abs(powerDivergence({ df: df + 2, ...left }, left)) < ROUNDING);
    if (left.scale.some((s, i) => Math.abs(Math.log(s / right.scale[i])) > APART)) {
      assert.ok(powerDivergence({ df: df + 2, ...left }, right) > 0);
    }
  });
});

Deno.test("studentT.cdf() undoes quantile(), in both tails, and logCdf() gives its logarithm", () => {
  property(fc.tuple(df, logUniform(-250, Math.log10(0.5))), ([df, p]) => {
    const t = studentT.quantile(p, { df });
    if (t === -Infinity) return;
    relative(studentT.cdf(t, { df }), p, TAIL_ROUNDING);
    relative(studentT.survival(-t, { df }), p, TAIL_ROUNDING);
    near(studentT.logCdf(t, { df }), Math.log(p), ROUNDING);
  });
});

Deno.test("studentT.quantile() undoes cdf(), relative to itself down to 1e-12 from the center", () => {
  property(fc.tuple(df, logUniform(-12, 1)), ([df, size]) => {
    const p = studentT.cdf(-size, { df });
    const lost = 2 ** -54 / Math.abs(0.5 - p); // of p itself, beside 1/2
    relative(studentT.quantile(p, { df }), -size, TAIL_ROUNDING + 2 * lost);
  });
});

Deno.test("studentT.cdf() and survival() add up to 1, fall and rise, and mirror each other", () => {
  property(fc.tuple(logUniform(-1, 8), signed(logUniform(-8, 8)), loc, scale), ([df, t, loc, scale]) => {
    const params = { df, loc, scale };
    const x = loc + scale * t;
    near(studentT.cdf(x, params) + studentT.survival(x, params), 1, 2 ** -52);
    assert.ok(studentT.cdf(x + scale, params) >= studentT.cdf(x, params));
    assert.equal(studentT.cdf(-t, { df }), studentT.survival(t, { df }));
    assert.equal(studentT.logCdf(-t, { df }), studentT.logSurvival(t, { df }));
  });
});

Deno.test("studentT.logProb() is the derivative of cdf()", () => {
  property(fc.tuple(df, signed(logUniform(-2, 1))), ([df, t]) => {
    const step = 1e-4 * Math.abs(t);
    const tail = (x: number) => t < 0 ? studentT.cdf(x, { df }) : -studentT.survival(x, { df });
    const slope = (tail(t + step) - tail(t - step)) / (2 * step);
    // The difference's own error is of order (1e-4 (1 + t^2))^2.
    relative(Math.exp(studentT.logProb(t, { df })), slope, 1e-7 * (1 + t ** 4));
  });
});

Deno.test("multivariateStudentT.logProb() of a last coordinate given the others is that of t with df + d - 1", () => {
  property(fc.tuple(df, coordinates), ([df, { loc: z }]) => {
    const size = z.length - 1;
    const square = z.slice(0, size).reduce((sum, zi) => sum + zi * zi, 0);
    const given = size === 0 ? 0 : multivariate.logProb(z.slice(0, size), { df });
    const scale = Math.sqrt((df + square) / (df + size));
    const last = studentT.logProb(z[size], { df: df + size, scale });
    near(multivariate.logProb(z, { df }), given + last, ROUNDING);
  });
});

Deno.test("gamma.implicitGradient() grows with z, at every shape", () => {
  property(fc.tuple(logUniform(-3, 6), logUniform(-6, 6), logUniform(-3, 1)), ([alpha, z, growth]) => {
    assert.ok(implicitGradient(alpha, z * (1 + growth)) > implicitGradient(alpha, z));
  });
});

/** Runs the check on 200 inputs, the same ones every time. */
function property<T>(inputs: fc.Arbitrary<T>, check: (input: T) => void): void {
  fc.assert(fc.property(inputs, check), { seed: 1, numRuns: 200 });
}
