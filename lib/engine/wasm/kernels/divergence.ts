/**
 * Exact Kullback–Leibler divergences of posteriors from standard priors, with their derivatives.
 *
 * @module
 */

import { expectedLog, expectedLogSlope, logConstant } from "./gamma_ratio";
import {
  items,
  loadCoordinate,
  setItems,
  size,
  storeCoordinate,
  storeItem,
  strided,
  stridedLanes,
  withLane,
} from "./lanes";
import { after, firstOf, NONE, scratch } from "./threads";
import {
  exp4,
  expm14,
  expm1From,
  half,
  log4,
  logNear1,
  madd,
  minusHalf,
  nmadd,
  one,
  select4,
  splat,
  two,
  zero,
} from "./vector_math";

/** Nodes of the trapezoid rule: 32 carry all the accuracy that float32 allows. */
const NODES: i32 = 32;
/** What may be lost of the integrand beyond the last node, as minus twice its logarithm, and before the first, as half. */
const RIGHT_REACH: f32 = 36.841361;
const LEFT_REACH: f32 = -8.0590478;
/** Keeps r = e^y finite. */
const LARGEST_LOG1P: f32 = 80;

/** Words of an encoded divergence: where derivatives go. */
const GRADIENT_LOC: usize = 56;
const GRADIENT_SCALE: usize = 60;
const GRADIENT_DF: usize = 64;

/**
 * rows, columns, joint, loc, scale, factor, df (address or 0, row step, column step), prior's df (the same), kl, weight,
 * gradients in loc, scale, df (addresses or 0), whether the prior's df are the posterior's.
 */
export function divergence(op: usize): void {
  setItems(op);
  const blocks = (items + 3) / 4;
  const isNormal = load<i32>(op, 24) == 0;
  for (let block = firstOf(blocks); block != NONE; block = after(block)) {
    if (isNormal) normal(op, 4 * block);
    else studentT(op, 4 * block);
  }
}

/** Σ (scale² − 1 + loc²)/2 − ln scale */
function normal(op: usize, item: i32): void {
  const loc = <usize> load<i32>(op, 12), scale = <usize> load<i32>(op, 16);
  const gradientLoc = <usize> load<i32>(op, GRADIENT_LOC),
    gradientScale = <usize> load<i32>(op, GRADIENT_SCALE);
  const factor = splat(load<f32>(op, 20)), weight = splat(load<f32>(op, 52));
  let kl = zero();
  for (let j = 0; j < size; j++) {
    const m = loadCoordinate(loc, item, j);
    const s = f32x4.mul(factor, loadCoordinate(scale, item, j));
    // (s² − 1)/2 as (s − 1)(s + 1)/2: exact near s = 1, where it all but cancels the logarithm.
    const excess = f32x4.sub(s, one());
    const spread = nmadd(
      f32x4.mul(excess, half()),
      f32x4.neg(f32x4.add(s, one())),
      f32x4.neg(logNear1(excess, s)),
    );
    kl = f32x4.add(kl, madd(f32x4.mul(m, half()), m, spread));
    if (gradientLoc == 0) continue;
    const pull = f32x4.div(f32x4.mul(excess, f32x4.add(s, one())), s);
    storeCoordinate(gradientLoc, item, j, f32x4.mul(weight, m));
    storeCoordinate(gradientScale, item, j, f32x4.mul(f32x4.mul(weight, factor), pull));
  }
  storeItem(<usize> load<i32>(op, 48), item, kl);
}

/** Where a coordinate's numbers are in scratch memory, of 16 bytes each, and how many there are. */
const EXCESS: usize = 0;
const SQUARE: usize = 16;
const SHIFT: usize = 32;
const SPREAD: usize = 48;
const SUM_LOC: usize = 64;
const SUM_SCALE: usize = 80;
const LOC: usize = 96;
const SCALE: usize = 112;
const COORDINATE: usize = 128;

/** ln C_q − ln C_p + (df_p − df_q)/2 · A(df_q) and its derivative in df_q, of the df before, which are often the same. */
let lastDf: f32 = 0;
let lastPriorDf: f32 = 0;
let lastSize: i32 = 0;
let offset: f32 = 0;
let offsetSlope: f32 = 0;

function setOffset(df: f32, priorDf: f32): void {
  if (df == lastDf && priorDf == lastPriorDf && size == lastSize) return;
  lastDf = df;
  lastPriorDf = priorDf;
  lastSize = size;
  const q = <f64> df, p = <f64> priorDf;
  const slope = -0.5 * <f64> size / q;
  if (q == p) {
    offset = 0;
    offsetSlope = <f32> slope;
  } else {
    const share = 0.5 * (p - q);
    offset = <f32> (logConstant(q, size) - logConstant(p, size) + share * expectedLog(q, size));
    offsetSlope = <f32> (slope + share * expectedLogSlope(q, size));
  }
}

/**
 * With k = df_q/df_p, A = E ln(1 + |t|²/df) of a standard t of df_q, and I = E ln(1 + |√k z|²/df_q) − A:
 *
 *     KL = ln C_q − ln C_p + (df_p − df_q)/2 · A − Σ ln scale + (df_p + d)/2 · I(√k loc, √k scale, df_q)
 *
 *     I(m, s, ν) = −∫ (1+r)^(−(ν+d)/2) expm1(e) dy,   y = ln r,   u = r/(1+r),
 *     e = −½ [Σ ln(1 + u(s² − 1)) + ν ln(1 + uM)],   M = Σ (m²/ν)/(1 + r s²)
 *
 * by the trapezoid rule, which converges geometrically; derivatives are those of the integrand at fixed nodes.
 */
function studentT(op: usize, item: i32): void {
  const df = stridedLanes(op + 24, item), priorDf = stridedLanes(op + 36, item);
  const factor = splat(load<f32>(op, 20)), weight = splat(load<f32>(op, 52));
  const d = splat(<f32> size);
  const memory = scratch();
  const last = memory + <usize> size * COORDINATE;
  const ratio = f32x4.div(df, priorDf);
  const root = f32x4.sqrt(ratio);

  let logScale = zero(), reach = zero();
  for (let at = memory, j = 0; at < last; at += COORDINATE, j++) {
    const s1 = f32x4.mul(factor, loadCoordinate(<usize> load<i32>(op, 16), item, j));
    const m = f32x4.mul(root, loadCoordinate(<usize> load<i32>(op, 12), item, j));
    const s = f32x4.mul(root, s1);
    const excess = f32x4.mul(f32x4.sub(s, one()), f32x4.add(s, one()));
    const m2 = f32x4.mul(m, m);
    logScale = f32x4.add(logScale, logNear1(f32x4.sub(s1, one()), s1));
    reach = f32x4.add(reach, f32x4.add(f32x4.abs(excess), m2));
    v128.store(at, excess, EXCESS);
    v128.store(at, f32x4.mul(s, s), SQUARE);
    v128.store(at, f32x4.div(m2, df), SHIFT);
    v128.store(at, zero(), SUM_LOC);
    v128.store(at, zero(), SUM_SCALE);
    v128.store(at, m, LOC);
    v128.store(at, s, SCALE);
  }

  const power = f32x4.mul(half(), f32x4.add(df, d));
  const left = f32x4.sub(splat(LEFT_REACH), log4(f32x4.max(f32x4.max(reach, power), one())));
  // In units where the prior is standard, ln scale is smaller by the size of the ratio.
  const outward = f32x4.max(f32x4.neg(madd(f32x4.mul(half(), d), log4(ratio), logScale)), zero());
  const range = f32x4.div(madd(two(), outward, splat(RIGHT_REACH)), f32x4.mul(power, two()));
  const log1pLast = f32x4.min(f32x4.min(range, f32x4.div(splat(RIGHT_REACH), df)), splat(LARGEST_LOG1P));
  const right = log4(f32x4.max(expm14(log1pLast), log1pLast));
  const h = f32x4.div(f32x4.sub(right, left), splat(<f32> (NODES - 1)));
  const stretch = exp4(h);
  // Left of the first node the integrand falls like e^y: the rest of the sum is geometric.
  let nodeWeight = f32x4.add(h, f32x4.div(h, expm1From(h, stretch)));
  let r = exp4(left);

  let integral = zero(), slope = zero();
  for (let node = 0; node < NODES; node++) {
    const r1 = f32x4.add(r, one());
    const u = f32x4.div(r, r1);
    let logSpread = zero(), shift = zero();
    for (let at = memory; at < last; at += COORDINATE) {
      const spread = madd(r, v128.load(at, SQUARE), one());
      v128.store(at, spread, SPREAD);
      // 1 + u(s² − 1) is spread/(1 + r), which keeps its digits where u is near 1 and s near 0.
      logSpread = f32x4.add(logSpread, logNear1(f32x4.mul(u, v128.load(at, EXCESS)), f32x4.div(spread, r1)));
      shift = f32x4.add(shift, f32x4.div(v128.load(at, SHIFT), spread));
    }
    const um = f32x4.mul(u, shift);
    const um1 = f32x4.add(um, one());
    const logR = logNear1(r, r1), logShift = logNear1(um, um1);
    const e = f32x4.mul(minusHalf(), madd(df, logShift, logSpread));
    const logTail = f32x4.neg(f32x4.mul(power, logR));
    const tail = f32x4.mul(nodeWeight, exp4(logTail));
    // e^e alone would overflow where many narrow coordinates meet a small tail.
    const g = f32x4.mul(nodeWeight, exp4(f32x4.add(logTail, e)));
    const isSmall = f32x4.lt(f32x4.abs(e), half());
    const f = select4(isSmall, f32x4.mul(tail, expm1From(e, one())), f32x4.sub(g, tail));
    integral = f32x4.sub(integral, f);
    slope = f32x4.add(slope, madd(f, logR, f32x4.mul(g, f32x4.sub(logShift, f32x4.div(um, um1)))));
    const pull = f32x4.div(g, um1);
    for (let at = memory; at < last; at += COORDINATE) {
      const spread = v128.load(at, SPREAD);
      const own = f32x4.div(pull, spread);
      const ownShift = f32x4.mul(u, f32x4.div(v128.load(at, SHIFT), spread));
      v128.store(at, madd(own, u, v128.load(at, SUM_LOC)), SUM_LOC);
      const balance = nmadd(df, ownShift, um1);
      v128.store(at, madd(f32x4.mul(own, r), balance, v128.load(at, SUM_SCALE)), SUM_SCALE);
    }
    nodeWeight = h;
    r = f32x4.mul(r, stretch);
  }

  let offsets = zero(), offsetSlopes = zero();
  for (let lane = 0; lane < 4; lane++) {
    setOffset(strided(op + 24, item + lane), strided(op + 36, item + lane));
    offsets = withLane(offsets, lane, offset);
    offsetSlopes = withLane(offsetSlopes, lane, offsetSlope);
  }
  const priorPower = f32x4.mul(half(), f32x4.add(priorDf, d));
  storeItem(<usize> load<i32>(op, 48), item, f32x4.sub(madd(priorPower, integral, offsets), logScale));
  if (load<i32>(op, GRADIENT_LOC) == 0) return;

  const outer = f32x4.mul(weight, f32x4.mul(priorPower, root));
  let stretching = zero();
  for (let at = memory, j = 0; at < last; at += COORDINATE, j++) {
    const m = v128.load(at, LOC), s = v128.load(at, SCALE);
    const inLoc = f32x4.mul(m, v128.load(at, SUM_LOC)), inScale = f32x4.mul(s, v128.load(at, SUM_SCALE));
    stretching = f32x4.add(stretching, madd(m, inLoc, f32x4.mul(s, inScale)));
    storeCoordinate(<usize> load<i32>(op, GRADIENT_LOC), item, j, f32x4.mul(outer, inLoc));
    const pull = f32x4.sub(f32x4.mul(outer, inScale), f32x4.div(f32x4.mul(weight, root), s));
    storeCoordinate(<usize> load<i32>(op, GRADIENT_SCALE), item, j, f32x4.mul(factor, pull));
  }
  const gradientDf = <usize> load<i32>(op, GRADIENT_DF);
  if (gradientDf == 0) return;
  slope = f32x4.mul(half(), slope);
  const inDf = load<i32>(op, 68) != 0
    ? madd(half(), integral, f32x4.mul(power, slope))
    : madd(priorPower, madd(f32x4.div(half(), df), stretching, slope), offsetSlopes);
  storeItem(gradientDf, item, f32x4.mul(weight, inDf));
}
