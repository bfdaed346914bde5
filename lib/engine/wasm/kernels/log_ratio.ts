/**
 * The divergence's estimate at one() z.
 *
 * @module
 */

import { expectedLog, logConstant } from "./gamma_ratio";
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
import { after, firstOf, NONE } from "./threads";
import { half, log1p4, logNear1, madd, nmadd, one, splat, zero } from "./vector_math";

/**
 * As a divergence, then z and the gradient in z or 0. With T = (z − loc)/scale, Q = Σ T², P = Σ z²:
 *
 *     kl ← ln C_q − ln C_p − Σ ln scale − (df_q + d)/2 ln(1 + Q/df_q) + (df_p + d)/2 ln(1 + P/df_p)
 *
 * and −Σ ln scale − Q/2 + P/2 for normals.
 */
export function logRatio(op: usize): void {
  setItems(op);
  const blocks = (items + 3) / 4;
  for (let block = firstOf(blocks); block != NONE; block = after(block)) ratio(op, 4 * block);
}

/** ln C and (E ln(1 + |t|²/df) − d/df)/2, its derivative, of the df before, which are often the same. */
let lastDf: f32 = 0;
let lastSize: i32 = 0;
let constant: f64 = 0;
let slope: f64 = 0;

function setConstant(df: f32): void {
  if (df == lastDf && size == lastSize) return;
  lastDf = df;
  lastSize = size;
  constant = logConstant(<f64> df, size);
  slope = 0.5 * (expectedLog(<f64> df, size) - <f64> size / <f64> df);
}

function ratio(op: usize, item: i32): void {
  const loc = <usize> load<i32>(op, 12), scale = <usize> load<i32>(op, 16);
  const factor = splat(load<f32>(op, 20)), weight = splat(load<f32>(op, 52));
  const z = <usize> load<i32>(op, 72);
  const d = splat(<f32> size);
  let logScale = zero(), q2 = zero(), p2 = zero();
  for (let j = 0; j < size; j++) {
    const at = loadCoordinate(z, item, j);
    const s = f32x4.mul(factor, loadCoordinate(scale, item, j));
    const t = f32x4.div(f32x4.sub(at, loadCoordinate(loc, item, j)), s);
    logScale = f32x4.add(logScale, logNear1(f32x4.sub(s, one()), s));
    q2 = madd(t, t, q2);
    p2 = madd(at, at, p2);
  }

  let value: v128, weightQ = one(), weightP = one(), inDf = zero();
  if (load<i32>(op, 24) == 0) {
    value = nmadd(half(), f32x4.sub(q2, p2), f32x4.neg(logScale));
  } else {
    const q = stridedLanes(op + 24, item), p = stridedLanes(op + 36, item);
    const isTied = load<i32>(op, 68) != 0;
    let offset = zero(), inDfQ = zero(), inDfP = zero();
    for (let lane = 0; lane < 4; lane++) {
      setConstant(strided(op + 24, item + lane));
      const ofQ = constant;
      inDfQ = withLane(inDfQ, lane, <f32> slope);
      setConstant(strided(op + 36, item + lane));
      inDfP = withLane(inDfP, lane, <f32> slope);
      offset = withLane(offset, lane, <f32> (ofQ - constant));
    }
    const excessQ = f32x4.div(q2, q), excessP = f32x4.div(p2, p);
    const logQ = log1p4(excessQ), logP = log1p4(excessP);
    const energyQ = f32x4.mul(f32x4.mul(half(), f32x4.add(q, d)), logQ);
    const energyP = f32x4.mul(f32x4.mul(half(), f32x4.add(p, d)), logP);
    value = f32x4.add(f32x4.sub(offset, logScale), f32x4.sub(energyP, energyQ));
    weightQ = f32x4.div(f32x4.add(q, d), f32x4.add(q, q2));
    weightP = f32x4.div(f32x4.add(p, d), f32x4.add(p, p2));
    inDf = madd(half(), f32x4.sub(f32x4.mul(weightQ, excessQ), logQ), inDfQ);
    if (isTied) {
      inDf = f32x4.sub(inDf, madd(half(), f32x4.sub(f32x4.mul(weightP, excessP), logP), inDfP));
    }
  }
  storeItem(<usize> load<i32>(op, 48), item, value);
  const dLoc = <usize> load<i32>(op, 56);
  if (dLoc == 0) return;
  const dScale = <usize> load<i32>(op, 60), dDf = <usize> load<i32>(op, 64), dz = <usize> load<i32>(op, 76);
  for (let j = 0; j < size; j++) {
    const at = loadCoordinate(z, item, j);
    const s = f32x4.mul(factor, loadCoordinate(scale, item, j));
    const t = f32x4.div(f32x4.sub(at, loadCoordinate(loc, item, j)), s);
    const pull = f32x4.div(f32x4.mul(weightQ, t), s);
    const spread = f32x4.div(f32x4.sub(f32x4.mul(f32x4.mul(weightQ, t), t), one()), s);
    storeCoordinate(dLoc, item, j, f32x4.mul(weight, pull));
    storeCoordinate(dScale, item, j, f32x4.mul(f32x4.mul(weight, factor), spread));
    storeCoordinate(dz, item, j, f32x4.mul(weight, f32x4.sub(f32x4.mul(weightP, at), pull)));
  }
  if (dDf != 0) storeItem(dDf, item, f32x4.mul(weight, inDf));
}
