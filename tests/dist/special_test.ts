import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { expectedLog1pSquare, logConstantExcess } from "../../lib/dist/gamma_ratio.ts";
import { expm1, log, log1p, polarSlope } from "../../lib/dist/special.ts";
import { assertClose, backendTest, read, readWithGradients } from "./backends.ts";

/** A few units of float32's last digit, relative to the value itself. */
const ELEMENTARY = { tolerance: 5e-7, floor: 0 };

/** exp(x) rounds x first: half a unit of x's last digit, x <= 80, is 4e-6 of the result. */
const EXPONENTIAL = { tolerance: 5e-6, floor: 0 };

/** Sums of five rounded terms between 0.5 and 4 absolute, and half a dozen roundings of terms that cancel. */
const GAMMA_RATIO = { tolerance: 5e-7 };
const GAMMA_RATIO_SLOPE = { tolerance: 5e-6, floor: 0 };

const SMALL = [1e-30, 1e-12, 3e-8, 1e-6, 1e-4, 0.01, 0.1, 0.24, 0.32, 0.34, 0.49].map(Math.fround);
const LARGE = [0.51, 0.75, 1, 1.5, 3, 10, 1e3, 1e10, 1e20, 1e37].map(Math.fround);

backendTest("special.log() is as accurate near 1 as elsewhere", async () => {
  const x = [...SMALL, ...SMALL.map((d) => 1 - d), ...SMALL.map((d) => 1 + d), ...LARGE].map(Math.fround);
  const [value, slope] = await readWithGradients([x], log);
  assertClose(value, x.map(Math.log), ELEMENTARY);
  assertClose(slope, x.map((x) => 1 / x), ELEMENTARY);
});

backendTest("special.log1p() is accurate for arguments down to 1e-30, up to 1e37 and near -1", async () => {
  const x = [...SMALL, ...SMALL.map((d) => -d), -0.9, -0.999, ...LARGE, 0].map(Math.fround);
  const [value, slope] = await readWithGradients([x], log1p);
  assertClose(value, x.map(Math.log1p), ELEMENTARY);
  assertClose(slope, x.map((x) => 1 / (1 + x)), ELEMENTARY);
});

backendTest("special.expm1() is accurate for arguments down to 1e-30 and from -80 to 80", async () => {
  const x = [...SMALL, ...SMALL.map((d) => -d), 0.51, 3, 80, -0.51, -3, -80, 0].map(Math.fround);
  const [value] = await read(() => expm1(tf.tensor1d(x)));
  assertClose(value, x.map(Math.expm1), EXPONENTIAL);
});

backendTest("special.polarSlope() is 1 - x - x/expm1(x)", async () => {
  const x = [...SMALL, 0.51, 3, 80, 200].map(Math.fround);
  const [value] = await read(() => polarSlope(tf.tensor1d(x)));
  const expected = x.map((x) => x < 0.01 ? -x / 2 - x * x / 12 : 1 - x - x / Math.expm1(x));
  assertClose(value, expected, ELEMENTARY);
});

backendTest(
  "logConstantExcess(), expectedLog1pSquare() and their gradients match float64 for d to 33",
  async () => {
    const df = [0.1, 0.5, 1, 2, 3.4, 5.8, 7.9999, 8, 8.2, 16, 100, 1e3, 1e6, 1e8].map(Math.fround);
    for (const d of [1, 2, 3, 4, 8, 33]) {
      const constant = (df: number) => logConstantExcess(df, d) as number;
      const moment = (df: number) => expectedLog1pSquare(df, d) as number;
      const [value, valueSlope] = await readWithGradients(
        [df],
        (df) => logConstantExcess(df, d) as tf.Tensor,
      );
      const [gap, gapSlope] = await readWithGradients([df], (df) => expectedLog1pSquare(df, d) as tf.Tensor);
      assertClose(value, df.map(constant), { tolerance: GAMMA_RATIO.tolerance * d });
      assertClose(valueSlope, df.map((df) => moment(df) / 2 - d / (2 * df)), {
        ...GAMMA_RATIO_SLOPE,
        floor: 1e-9,
      });
      assertClose(gap, df.map(moment), GAMMA_RATIO_SLOPE);
      assertClose(gapSlope, df.map((df) => slope(moment, df)), GAMMA_RATIO_SLOPE);
    }
  },
);

/** The derivative by central differences, good to 1e-9 relative for functions that vary over df itself. */
function slope(f: (df: number) => number, df: number): number {
  const difference = (h: number) => (f(df + h) - f(df - h)) / (2 * h);
  const h = 1e-3 * df;
  return (4 * difference(h) - difference(2 * h)) / 3;
}

backendTest("special functions give NaN at NaN, and so do their gradients", async () => {
  const ofDf = [logConstantExcess, expectedLog1pSquare].map((f) => (df: tf.Tensor) => f(df, 3) as tf.Tensor);
  for (const f of [log, log1p, ...ofDf]) {
    for (const values of await readWithGradients([[NaN, NaN]], f)) assert.ok(values.every(Number.isNaN));
  }
  const [e, s] = await read(() => [expm1(tf.scalar(NaN)), polarSlope(tf.scalar(NaN))]);
  assert.deepEqual([e[0], s[0]], [NaN, NaN]);
});
