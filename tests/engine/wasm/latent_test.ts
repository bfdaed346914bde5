import assert from "node:assert/strict";
import { lower } from "../../../lib/engine/plan/lower.ts";
import type { Buffer, Divergence, Op } from "../../../lib/engine/plan/op.ts";
import { execute } from "../../../lib/engine/reference/execute.ts";
import { type Machine, view } from "../../../lib/engine/reference/machine.ts";
import { generator } from "../../../lib/math/philox.ts";
import { tiny } from "../engines.ts";
import { roundArena, withDevice } from "./devices.ts";

const random = generator({ seed: 11, stream: "data" });
const between = (from: number, to: number) => from + (to - from) * random();
const logarithmic = (from: number, to: number) => Math.exp(between(Math.log(from), Math.log(to)));

/** What the reference and the device make of one operation on the given numbers. */
async function bothOf(
  numbers: Readonly<Record<string, Float64Array>>,
  make: (buffers: Readonly<Record<string, Buffer>>) => Op,
): Promise<(name: string) => { readonly actual: Float32Array; readonly expected: Float64Array }> {
  let size = 0;
  const buffers = Object.fromEntries(
    Object.entries(numbers).map(([name, { length }]) => {
      const buffer: Buffer = { name, offset: size, shape: [length] };
      size += Math.ceil(length / 16) * 16;
      return [name, buffer];
    }),
  );
  const train = [make(buffers)];
  const machine: Machine = {
    arena: new Float64Array(size),
    data: new Uint8Array(),
    indices: Uint32Array.of(0),
    seed: 0,
    step: 0,
  };
  for (const [name, values] of Object.entries(numbers)) view(machine, buffers[name]).set(values);
  roundArena(machine);
  const results = new Map<string, Float32Array>();
  await withDevice({ plan: { ...lower(tiny(), 1), train, size }, machine }, async (device, run) => {
    await run("train");
    for (const [name, buffer] of Object.entries(buffers)) results.set(name, device.view(buffer).slice());
  });
  execute(train, machine);
  return (name) => ({ actual: results.get(name)!, expected: view(machine, buffers[name]) });
}

/** Distributions in all corners that training comes to, and beyond. */
const ROWS = 403;

function box({ columns, df }: { readonly columns: number; readonly df: () => number }) {
  const array = (length: number, value: () => number) => Float64Array.from({ length }, value);
  return {
    loc: array(ROWS * columns, () => between(-20, 20) * logarithmic(1e-3, 1)),
    scale: array(ROWS * columns, () => logarithmic(1e-3, 1e2)),
    df: array(ROWS, df),
    priorDf: array(ROWS, df),
    kl: array(ROWS, () => 0),
    dLoc: array(ROWS * columns, () => 0),
    dScale: array(ROWS * columns, () => 0),
    dDf: array(ROWS, () => 0),
  };
}

/**
 * `tolerance`, of max(1, KL): what 32 nodes leave in float32, at most 2.3e-6 of 30,000 rows. Where the prior has df of its
 * own the larger one multiplies the error of an integral: at most 1.3e-5 to df 100, and 2.2e-4 to 1000.
 */
const CASES = [
  { columns: 1, tied: true, least: 0.5, most: 1e3, tolerance: 1e-5 },
  { columns: 1, tied: false, least: 1, most: 100, tolerance: 2e-5 },
  { columns: 3, tied: true, least: 0.5, most: 1e3, tolerance: 1e-5 },
  { columns: 3, tied: false, least: 1, most: 100, tolerance: 2e-5 },
  { columns: 1, tied: false, least: 0.5, most: 1e3, tolerance: 5e-4 },
] as const;

/** Times the tolerance, of max(1, KL, |derivative|): those in loc, in units of the scale, in ln scale and in ln df. */
const DERIVATIVE = 5;

for (const { columns, tied, least, most, tolerance } of CASES) {
  const of = `${columns} joint coordinates, ${tied ? "one df" : "two df"} from ${least} to ${most}`;
  Deno.test(`wasm computes exact divergences of ${of}, to ${tolerance.toExponential()} of max(1, KL)`, async () => {
    const numbers = box({ columns, df: () => logarithmic(least, most) });
    const result = await bothOf(numbers, (buffers): Divergence => {
      const strided = (buffer: Buffer) => ({ buffer, rowStride: 1, columnStride: 0 });
      const { loc, scale, df, priorDf, kl, dLoc, dScale, dDf } = buffers;
      return {
        kind: "divergence",
        ...{ rows: ROWS, columns, joint: true, loc, scale, factor: 1, kl, weight: 1 },
        df: strided(df),
        priorDf: strided(tied ? df : priorDf),
        gradient: { loc: dLoc, scale: dScale, df: dDf },
      };
    });
    const kl = result("kl");
    const largest = (i: number) => Math.max(1, Math.abs(kl.expected[i]));
    kl.expected.forEach((value, i) => {
      const error = Math.abs(kl.actual[i] - value);
      assert.ok(error <= tolerance * largest(i), `kl[${i}] = ${kl.actual[i]}, not ${value}`);
    });
    for (const name of ["dLoc", "dScale"]) {
      const { actual, expected } = result(name);
      expected.forEach((value, i) => {
        const unit = Math.fround(numbers.scale[i]);
        const error = Math.abs(actual[i] - value) * unit;
        const size = Math.max(largest(Math.floor(i / columns)), Math.abs(value) * unit);
        assert.ok(error <= DERIVATIVE * tolerance * size, `${name}[${i}] = ${actual[i]}, not ${value}`);
      });
    }
    const { actual, expected } = result("dDf");
    expected.forEach((value, i) => {
      const unit = numbers.df[i];
      const limit = DERIVATIVE * tolerance * Math.max(largest(i), Math.abs(value) * unit);
      assert.ok(Math.abs(actual[i] - value) * unit <= limit, `dDf[${i}] = ${actual[i]}, not ${value}`);
    });
  });
}

/** Of max(1, |t|): roundings of float32. */
const DRAW = 3e-6;

for (const joint of [false, true]) {
  Deno.test(`wasm draws ${joint ? "joint" : "independent"} t of df from 2 to 1e6, uniforms near 0 and 1 too`, async () => {
    const columns = joint ? 5 : 1;
    const pairs = joint ? 3 : 1;
    const zeros = (length: number) => new Float64Array(length);
    const uniforms = (length: number) =>
      Float64Array.from({ length }, (_, i) => {
        const word = i % 5 === 0
          ? i % 50
          : i % 5 === 1
          ? 2 ** 23 - 1 - i % 50
          : Math.floor(2 ** 23 * random());
        return (word + 0.5) * 2 ** -23;
      });
    const numbers = {
      loc: zeros(ROWS * columns),
      scale: zeros(ROWS * columns).fill(1),
      df: Float64Array.from({ length: ROWS }, () => logarithmic(2, 1e6)),
      u: uniforms(ROWS * pairs),
      v: uniforms(ROWS * pairs).reverse(),
      z: zeros(ROWS * columns),
      t: zeros(ROWS * columns),
      tDf: zeros(ROWS * columns),
    };
    const result = await bothOf(numbers, ({ loc, scale, df, u, v, z, t, tDf }): Op => ({
      kind: "draw",
      ...{ rows: ROWS, columns, joint, loc, scale, factor: 1, u, v, z, t, tDf },
      df: { buffer: df, rowStride: 1, columnStride: 0 },
    }));
    for (const name of ["z", "t", "tDf"]) {
      const { actual, expected } = result(name);
      expected.forEach((value, i) => {
        const unit = name === "tDf" ? numbers.df[Math.floor(i / columns)] : 1;
        const limit = DRAW * Math.max(1, Math.abs(result("t").expected[i]));
        assert.ok(Math.abs(actual[i] - value) * unit <= limit, `${name}[${i}] = ${actual[i]}, not ${value}`);
      });
    }
  });
}
