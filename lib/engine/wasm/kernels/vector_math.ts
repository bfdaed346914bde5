/**
 * Elementary functions of four numbers at a time, to one or two units in the last place, relative to the result near
 * its zeros too. All map NaN to NaN.
 *
 * @module
 */

// @ts-ignore: decorator
@inline
export function splat(x: f32): v128 {
  return f32x4.splat(x);
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

/**
 * e^x for −87 ≤ x ≤ 88, beyond which it stays: n = round(x / ln 2), e^x = 2ⁿ e^r with |r| ≤ ln 2 / 2.
 *
 * Source: Cephes, expf.
 */
// @ts-ignore: decorator
@inline
export function exp4(argument: v128): v128 {
  const x = f32x4.pmin(f32x4.pmax(argument, splat(-87.3)), splat(88.3));
  // Adding 1.5 · 2²³ rounds to an integer, which is then in the lowest bits.
  const t = madd(x, splat(1.44269504), splat(12582912));
  const n = f32x4.sub(t, splat(12582912));
  const r = madd(n, splat(2.12194440e-4), madd(n, splat(-0.693359375), x));
  let p = splat(1.9875691500e-4);
  p = madd(p, r, splat(1.3981999507e-3));
  p = madd(p, r, splat(8.3334519073e-3));
  p = madd(p, r, splat(4.1665795894e-2));
  p = madd(p, r, splat(1.6666665459e-1));
  p = madd(p, r, splat(5.0000001201e-1));
  p = f32x4.add(madd(f32x4.mul(r, r), p, r), splat(1));
  return i32x4.add(p, i32x4.shl(t, 23));
}

/**
 * ln x for x > 0; −Infinity for 0 and below: x = 2ᵉ m with √½ ≤ m < √2.
 *
 * Source: Cephes, logf.
 */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const i = i32x4.sub(x, i32x4.splat(0x3f3504f3));
  const e = f32x4.convert_i32x4_s(i32x4.shr_s(i, 23));
  const m = i32x4.sub(x, v128.and(i, i32x4.splat(0xff800000)));
  const f = f32x4.sub(m, splat(1));
  const z = f32x4.mul(f, f);
  let p = splat(7.0376836292e-2);
  p = madd(p, f, splat(-1.1514610310e-1));
  p = madd(p, f, splat(1.1676998740e-1));
  p = madd(p, f, splat(-1.2420140846e-1));
  p = madd(p, f, splat(1.4249322787e-1));
  p = madd(p, f, splat(-1.6668057665e-1));
  p = madd(p, f, splat(2.0000714765e-1));
  p = madd(p, f, splat(-2.4999993993e-1));
  p = madd(p, f, splat(3.3333331174e-1));
  p = f32x4.mul(f32x4.mul(p, f), z);
  p = madd(e, splat(-2.12194440e-4), p);
  p = madd(z, splat(-0.5), p);
  const y = madd(e, splat(0.693359375), f32x4.add(f, p));
  return select4(f32x4.gt(x, splat(0)), y, f32x4.sub(x, splat(Infinity)));
}

/** ln y where y = 1 + x, from both: near 1 what rounding y lost is put back. */
// @ts-ignore: decorator
@inline
export function logNear1(x: v128, y: v128): v128 {
  const lost = f32x4.div(f32x4.sub(x, f32x4.sub(y, splat(1))), y);
  const isNear = f32x4.lt(f32x4.abs(x), splat(0.5));
  return f32x4.add(log4(y), v128.and(isNear, lost));
}

/** ln(1 + x) for x > −1. */
// @ts-ignore: decorator
@inline
export function log1p4(x: v128): v128 {
  return logNear1(x, f32x4.add(x, splat(1)));
}

/** b(x) = (x/2) coth(x/2) − 1 = x²/12 − x⁴/720 + x⁶/30240 to 1e−8 for |x| < 1/2. */
// @ts-ignore: decorator
@inline
function bernoulli(x: v128): v128 {
  const q = f32x4.mul(x, x);
  const p = madd(madd(q, splat(<f32> (1.0 / 30240)), splat(<f32> (-1.0 / 720))), q, splat(<f32> (1.0 / 12)));
  return f32x4.mul(p, q);
}

/** e^x − 1, where e^x is known: x / (1 + b(x) − x/2) near 0. */
// @ts-ignore: decorator
@inline
export function expm1From(x: v128, exp: v128): v128 {
  const near = f32x4.div(x, nmadd(x, splat(0.5), f32x4.add(bernoulli(x), splat(1))));
  return select4(f32x4.lt(f32x4.abs(x), splat(0.5)), near, f32x4.sub(exp, splat(1)));
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
  const near = f32x4.neg(madd(x, splat(0.5), bernoulli(x)));
  const far = f32x4.sub(f32x4.sub(splat(1), x), f32x4.div(x, expm1));
  return select4(f32x4.lt(x, splat(0.5)), near, far);
}

/** ln(1 + t) for 0 ≤ t ≤ 1: 2 artanh(s), s = t/(2 + t) ≤ 1/3. */
// @ts-ignore: decorator
@inline
export function log1pOfFraction(t: v128): v128 {
  const s = f32x4.div(t, f32x4.add(t, splat(2)));
  const q = f32x4.mul(s, s);
  let p = splat(<f32> (2.0 / 13));
  p = madd(p, q, splat(<f32> (2.0 / 11)));
  p = madd(p, q, splat(<f32> (2.0 / 9)));
  p = madd(p, q, splat(<f32> (2.0 / 7)));
  p = madd(p, q, splat(<f32> (2.0 / 5)));
  p = madd(p, q, splat(<f32> (2.0 / 3)));
  return madd(f32x4.mul(p, q), s, f32x4.add(s, s));
}

/** ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|) */
// @ts-ignore: decorator
@inline
export function softplus4(x: v128): v128 {
  const t = exp4(f32x4.neg(f32x4.abs(x)));
  return f32x4.add(f32x4.pmax(x, splat(0)), log1pOfFraction(t));
}

/** 1 / (1 + e^−x), where t = e^−|x| */
// @ts-ignore: decorator
@inline
export function sigmoidFrom(x: v128, t: v128): v128 {
  const r = f32x4.div(splat(1), f32x4.add(t, splat(1)));
  return select4(f32x4.ge(x, splat(0)), r, f32x4.mul(t, r));
}

/** 1 / (1 + e^−x) */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  return sigmoidFrom(x, exp4(f32x4.neg(f32x4.abs(x))));
}

/** sin(2π t) for |t| ≤ 1/4. */
// @ts-ignore: decorator
@inline
function sinOfTurn(t: v128): v128 {
  const y = f32x4.mul(t, splat(6.2831853071795865));
  const q = f32x4.mul(y, y);
  let p = splat(<f32> (1.0 / 6227020800));
  p = madd(p, q, splat(<f32> (-1.0 / 39916800)));
  p = madd(p, q, splat(<f32> (1.0 / 362880)));
  p = madd(p, q, splat(<f32> (-1.0 / 5040)));
  p = madd(p, q, splat(<f32> (1.0 / 120)));
  p = madd(p, q, splat(<f32> (-1.0 / 6)));
  return madd(f32x4.mul(p, q), y, y);
}

/** cos(2π v) for 0 ≤ v ≤ 1, as sin(2π (|v − 1/2| − 1/4)), whose subtractions are exact. */
// @ts-ignore: decorator
@inline
export function cosTwoPi(v: v128): v128 {
  return sinOfTurn(f32x4.sub(f32x4.abs(f32x4.sub(v, splat(0.5))), splat(0.25)));
}

/** sin(2π v) for 0 ≤ v ≤ 1: −sin(2π w), w = v − 1/2, folded to |w| ≤ 1/4. */
// @ts-ignore: decorator
@inline
export function sinTwoPi(v: v128): v128 {
  const w = f32x4.sub(splat(0.5), v);
  const size = f32x4.abs(w);
  const folded = f32x4.pmin(size, f32x4.sub(splat(0.5), size));
  return sinOfTurn(select4(i32x4.splat(0x80000000), w, folded));
}
