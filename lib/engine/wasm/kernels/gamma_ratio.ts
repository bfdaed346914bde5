/**
 * Differences of the gamma function's logarithm and its derivatives, in float64, without subtracting large numbers.
 *
 * @module
 */

/** From here on the asymptotic series are exact to a double's last digits; recurrences lead there. */
const SERIES_FROM: f64 = 16;

/** ln Gamma(x + a) − ln Gamma(x) for x > 0, a ≥ 0. */
export function lgammaDifference(argument: f64, a: f64): f64 {
  let x = argument;
  let ratio: f64 = 1;
  for (; x < SERIES_FROM; x += 1) ratio *= (x + a) / x;
  return (x + a - 0.5) * Math.log1p(a / x) + a * Math.log(x) - a + lgammaTail(x + a) - lgammaTail(x) -
    Math.log(ratio);
}

/** ln Gamma(x) − (x − 1/2) ln x + x − ln(2π)/2 */
function lgammaTail(x: f64): f64 {
  const w = 1 / (x * x);
  return (1.0 / 12 + w * (-1.0 / 360 + w * (1.0 / 1260 + w * (-1.0 / 1680 + w * (1.0 / 1188))))) / x;
}

/** psi(x + a) − psi(x) for x > 0, a ≥ 0. */
export function digammaDifference(argument: f64, a: f64): f64 {
  let x = argument;
  let sum: f64 = 0;
  for (; x < SERIES_FROM; x += 1) sum += a / (x * (x + a));
  return Math.log1p(a / x) + a / (2 * x * (x + a)) - digammaTail(x + a) + digammaTail(x) + sum;
}

/** ln x − 1/(2x) − psi(x) */
function digammaTail(x: f64): f64 {
  const w = 1 / (x * x);
  return w * (1.0 / 12 + w * (-1.0 / 120 + w * (1.0 / 252 + w * (-1.0 / 240 + w * (1.0 / 132)))));
}

/** psi'(x + a) − psi'(x) for x > 0, a ≥ 0. */
function trigammaDifference(argument: f64, a: f64): f64 {
  let x = argument;
  let sum: f64 = 0;
  for (; x < SERIES_FROM; x += 1) sum += squareDifference(x, a);
  return sum - a / (x * (x + a)) + 0.5 * squareDifference(x, a) + trigammaTail(x + a) - trigammaTail(x);
}

/** 1/(x + a)² − 1/x² */
function squareDifference(x: f64, a: f64): f64 {
  const product = x * (x + a);
  return -a * (2 * x + a) / (product * product);
}

/** psi'(x) − 1/x − 1/(2x²) */
function trigammaTail(x: f64): f64 {
  const w = 1 / (x * x);
  return w / x * (1.0 / 6 + w * (-1.0 / 30 + w * (1.0 / 42 + w * (-1.0 / 30 + w * (5.0 / 66)))));
}

const LOG_PI: f64 = 1.1447298858494002;

/** ln C(df, d), the logarithm of the density of a standard t in d dimensions at 0. */
export function logConstant(df: f64, d: i32): f64 {
  const half = 0.5 * <f64> d;
  return lgammaDifference(0.5 * df, half) - half * (Math.log(df) + LOG_PI);
}

/** E ln(1 + |t|²/df) of a standard t in d dimensions: psi((df + d)/2) − psi(df/2). */
export function expectedLog(df: f64, d: i32): f64 {
  return digammaDifference(0.5 * df, 0.5 * <f64> d);
}

/** The derivative of `expectedLog` in df. */
export function expectedLogSlope(df: f64, d: i32): f64 {
  return 0.5 * trigammaDifference(0.5 * df, 0.5 * <f64> d);
}
