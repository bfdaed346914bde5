/**
 * Elementary functions of four numbers at a time, to one or two units in the last place, relative to the result near
 * its zeros too. All map NaN to NaN.
 *
 * Constants are loaded from tables: V8 builds a vector constant anew wherever it is used, in several instructions, where a
 * load takes one.
 *
 * @module
 */

const SMALL_NUMBERS = memory.data<f32>([0.5, 1, 2, -0.5, -2, 0.25]);

// @ts-ignore: decorator
@inline
export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

// @ts-ignore: decorator
@inline
export function half(): v128 {
  return v128.load32_splat(SMALL_NUMBERS);
}

// @ts-ignore: decorator
@inline
export function one(): v128 {
  return v128.load32_splat(SMALL_NUMBERS, 4);
}

// @ts-ignore: decorator
@inline
export function two(): v128 {
  return v128.load32_splat(SMALL_NUMBERS, 8);
}

// @ts-ignore: decorator
@inline
export function minusHalf(): v128 {
  return v128.load32_splat(SMALL_NUMBERS, 12);
}

// @ts-ignore: decorator
@inline
export function minusTwo(): v128 {
  return v128.load32_splat(SMALL_NUMBERS, 16);
}

// @ts-ignore: decorator
@inline
function quarter(): v128 {
  return v128.load32_splat(SMALL_NUMBERS, 20);
}

// @ts-ignore: decorator
@inline
export function zero(): v128 {
  return f32x4.splat(0);
}

/** Element i of a table in all lanes. */
// @ts-ignore: decorator
@inline
function entry(table: usize, i: usize): v128 {
  return v128.load32_splat(table + 4 * i);
}

/** a · b + c, rounded once where the machine can. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<f32>(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** c − a · b */
// @ts-ignore: decorator
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_nmadd<f32>(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

/** `yes` where the mask is set. */
// @ts-ignore: decorator
@inline
export function select4(mask: v128, yes: v128, no: v128): v128 {
  return v128.bitselect(yes, no, mask);
}

/** Lanes 0 + 1 + 2 + 3, in pairs. */
// @ts-ignore: decorator
@inline
export function sumLanes(x: v128): f32 {
  return (f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1)) +
    (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

/** Lanes 0 + 1 + 2 + 3 in float64. */
// @ts-ignore: decorator
@inline
export function sumLanes64(x: v128): f64 {
  return (<f64> f32x4.extract_lane(x, 0) + <f64> f32x4.extract_lane(x, 1)) +
    (<f64> f32x4.extract_lane(x, 2) + <f64> f32x4.extract_lane(x, 3));
}

/** Smallest and largest argument, 1/ln 2, 1.5 · 2²³, minus ln 2 in two parts, coefficients from the highest down. */
const EXP = memory.data<f32>([
  -87.3,
  88.3,
  1.44269504,
  12582912,
  -0.693359375,
  2.12194440e-4,
  1.9875691500e-4,
  1.3981999507e-3,
  8.3334519073e-3,
  4.1665795894e-2,
  1.6666665459e-1,
  5.0000001201e-1,
]);

/**
 * e^x for −87 ≤ x ≤ 88, beyond which it stays: n = round(x / ln 2), e^x = 2ⁿ e^r with |r| ≤ ln 2 / 2.
 *
 * Source: Cephes, expf.
 */
// @ts-ignore: decorator
@inline
export function exp4(argument: v128): v128 {
  const x = f32x4.pmin(f32x4.pmax(argument, entry(EXP, 0)), entry(EXP, 1));
  // Adding 1.5 · 2²³ rounds to an integer, which is then in the lowest bits.
  const t = madd(x, entry(EXP, 2), entry(EXP, 3));
  const n = f32x4.sub(t, entry(EXP, 3));
  const r = madd(n, entry(EXP, 5), madd(n, entry(EXP, 4), x));
  let p = madd(entry(EXP, 6), r, entry(EXP, 7));
  p = madd(p, r, entry(EXP, 8));
  p = madd(p, r, entry(EXP, 9));
  p = madd(p, r, entry(EXP, 10));
  p = madd(p, r, entry(EXP, 11));
  p = f32x4.add(madd(f32x4.mul(r, r), p, r), one());
  return i32x4.add(p, i32x4.shl(t, 23));
}

/** Coefficients from the highest down, minus the small part of ln 2 and its large one, infinity. */
const LOG = memory.data<f32>([
  7.0376836292e-2,
  -1.1514610310e-1,
  1.1676998740e-1,
  -1.2420140846e-1,
  1.4249322787e-1,
  -1.6668057665e-1,
  2.0000714765e-1,
  -2.4999993993e-1,
  3.3333331174e-1,
  -2.12194440e-4,
  0.693359375,
  Infinity,
]);
/** The bits of √½, and those of sign and exponent. */
const LOG_BITS = memory.data<u32>([0x3f3504f3, 0xff800000]);

/**
 * ln x for x > 0; −Infinity for 0: x = 2ᵉ m with √½ ≤ m < √2.
 *
 * Source: Cephes, logf.
 */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const i = i32x4.sub(x, entry(LOG_BITS, 0));
  const e = f32x4.convert_i32x4_s(i32x4.shr_s(i, 23));
  const m = i32x4.sub(x, v128.and(i, entry(LOG_BITS, 1)));
  const f = f32x4.sub(m, one());
  const z = f32x4.mul(f, f);
  let p = madd(entry(LOG, 0), f, entry(LOG, 1));
  p = madd(p, f, entry(LOG, 2));
  p = madd(p, f, entry(LOG, 3));
  p = madd(p, f, entry(LOG, 4));
  p = madd(p, f, entry(LOG, 5));
  p = madd(p, f, entry(LOG, 6));
  p = madd(p, f, entry(LOG, 7));
  p = madd(p, f, entry(LOG, 8));
  p = f32x4.mul(f32x4.mul(p, f), z);
  p = madd(e, entry(LOG, 9), p);
  p = madd(z, minusHalf(), p);
  const y = madd(e, entry(LOG, 10), f32x4.add(f, p));
  return select4(f32x4.gt(x, zero()), y, f32x4.sub(x, entry(LOG, 11)));
}

/** ln y where y = 1 + x, from both: near 1 what rounding y lost is put back. */
// @ts-ignore: decorator
@inline
export function logNear1(x: v128, y: v128): v128 {
  const lost = f32x4.div(f32x4.sub(x, f32x4.sub(y, one())), y);
  const isNear = f32x4.lt(f32x4.abs(x), half());
  return f32x4.add(log4(y), v128.and(isNear, lost));
}

/** ln(1 + x) for x > −1. */
// @ts-ignore: decorator
@inline
export function log1p4(x: v128): v128 {
  return logNear1(x, f32x4.add(x, one()));
}

const BERNOULLI = memory.data<f32>([1.0 / 30240, -1.0 / 720, 1.0 / 12]);

/** b(x) = (x/2) coth(x/2) − 1 = x²/12 − x⁴/720 + x⁶/30240 to 1e−8 for |x| < 1/2. */
// @ts-ignore: decorator
@inline
function bernoulli(x: v128): v128 {
  const q = f32x4.mul(x, x);
  return f32x4.mul(madd(madd(q, entry(BERNOULLI, 0), entry(BERNOULLI, 1)), q, entry(BERNOULLI, 2)), q);
}

/** e^x − 1, where e^x is known: x / (1 + b(x) − x/2) near 0. */
// @ts-ignore: decorator
@inline
export function expm1From(x: v128, exp: v128): v128 {
  const near = f32x4.div(x, nmadd(x, half(), f32x4.add(bernoulli(x), one())));
  return select4(f32x4.lt(f32x4.abs(x), half()), near, f32x4.sub(exp, one()));
}

/** e^x − 1 */
// @ts-ignore: decorator
@inline
export function expm14(x: v128): v128 {
  return expm1From(x, exp4(x));
}

/** 1 − x − x/expm1(x) for x ≥ 0, about −x/2 near 0; `expm1` is that of x. */
// @ts-ignore: decorator
@inline
export function polarSlope(x: v128, expm1: v128): v128 {
  const near = f32x4.neg(madd(x, half(), bernoulli(x)));
  const far = f32x4.sub(f32x4.sub(one(), x), f32x4.div(x, expm1));
  return select4(f32x4.lt(x, half()), near, far);
}

const ARTANH = memory.data<f32>([2.0 / 13, 2.0 / 11, 2.0 / 9, 2.0 / 7, 2.0 / 5, 2.0 / 3]);

/** ln(1 + t) for 0 ≤ t ≤ 1: 2 artanh(s), s = t/(2 + t) ≤ 1/3. */
// @ts-ignore: decorator
@inline
export function log1pOfFraction(t: v128): v128 {
  const s = f32x4.div(t, f32x4.add(t, two()));
  const q = f32x4.mul(s, s);
  let p = madd(entry(ARTANH, 0), q, entry(ARTANH, 1));
  p = madd(p, q, entry(ARTANH, 2));
  p = madd(p, q, entry(ARTANH, 3));
  p = madd(p, q, entry(ARTANH, 4));
  p = madd(p, q, entry(ARTANH, 5));
  return madd(f32x4.mul(p, q), s, f32x4.add(s, s));
}

/** ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|) */
// @ts-ignore: decorator
@inline
export function softplus4(x: v128): v128 {
  const t = exp4(f32x4.neg(f32x4.abs(x)));
  return f32x4.add(f32x4.pmax(x, zero()), log1pOfFraction(t));
}

/** 1 / (1 + e^−x), where t = e^−|x| */
// @ts-ignore: decorator
@inline
export function sigmoidFrom(x: v128, t: v128): v128 {
  const r = f32x4.div(one(), f32x4.add(t, one()));
  return select4(f32x4.ge(x, zero()), r, f32x4.mul(t, r));
}

/** 1 / (1 + e^−x) */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  return sigmoidFrom(x, exp4(f32x4.neg(f32x4.abs(x))));
}

/** 2π, then coefficients from the highest down: (−1)ᵏ/(2k + 1)!. */
const SIN = memory.data<f32>([
  6.2831853071795865,
  1.0 / 6227020800,
  -1.0 / 39916800,
  1.0 / 362880,
  -1.0 / 5040,
  1.0 / 120,
  -1.0 / 6,
]);

/** sin(2π t) for |t| ≤ 1/4. */
// @ts-ignore: decorator
@inline
function sinOfTurn(t: v128): v128 {
  const y = f32x4.mul(t, entry(SIN, 0));
  const q = f32x4.mul(y, y);
  let p = madd(entry(SIN, 1), q, entry(SIN, 2));
  p = madd(p, q, entry(SIN, 3));
  p = madd(p, q, entry(SIN, 4));
  p = madd(p, q, entry(SIN, 5));
  p = madd(p, q, entry(SIN, 6));
  return madd(f32x4.mul(p, q), y, y);
}

/** cos(2π v) for 0 ≤ v ≤ 1, as sin(2π (|v − 1/2| − 1/4)), whose subtractions are exact. */
// @ts-ignore: decorator
@inline
export function cosTwoPi(v: v128): v128 {
  return sinOfTurn(f32x4.sub(f32x4.abs(f32x4.sub(v, half())), quarter()));
}

/** sin(2π v) for 0 ≤ v ≤ 1: −sin(2π w), w = v − 1/2, folded to |w| ≤ 1/4. */
// @ts-ignore: decorator
@inline
export function sinTwoPi(v: v128): v128 {
  const w = f32x4.sub(half(), v);
  const size = f32x4.abs(w);
  const folded = f32x4.pmin(size, f32x4.sub(half(), size));
  return sinOfTurn(select4(i32x4.splat(0x80000000), w, folded));
}
