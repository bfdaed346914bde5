/**
 * The embedded data set: handwritten-looking digits, written by a program in about a second, offline.
 *
 * @module
 */

import { generator, permutation } from "../math/philox.ts";
import type { Dataset, Split } from "./dataset.ts";
import { drawTraces, EDGE, parsePath, smooth, type Stroke, type Trace } from "./glyph_pen.ts";
import { GLYPH_STYLES } from "./glyph_styles.ts";
import { sha256 } from "./hash.ts";
import { DATA_STEP } from "./steps.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const SIZE = 28;
const CLASSES = 10;
const TRAIN = 12_000;
const TEST = 2_000;

/** The longer side of a digit with its ink, in pixels, as in MNIST. */
const BOX = 20;

/** Standard deviations of what differs from writer to writer; lengths in units of the digit's box, or pixels. */
const SPREAD = {
  point: 0.021,
  warp: 0.055,
  halfTurn: 0.055, // tan(angle / 2), about 6 degrees
  slant: 0.19,
  width: 0.17,
  radius: 0.27, // px
  pressure: 0.13,
  shift: 0.35, // px
};
const MEAN_SLANT = 0.13;
const MEAN_WIDTH = 0.92;
const MEAN_RADIUS = 1.25;
const MIN_RADIUS = 0.75;
const MAX_RADIUS = 1.95;
const MIN_PRESSURE = 0.6;
const MAX_PRESSURE = 1.4;

const STYLES = GLYPH_STYLES.map((styles) =>
  styles.map(({ weight, path }) => ({ weight, strokes: parsePath(path) }))
);

/**
 * Draws digits 0–9, 28 by 28 pixels, in shuffled order, each digit equally often (to within one).
 *
 * @param count how many
 * @param options `seed`, and `step` to tell sets of one seed apart
 * @returns images `[count, 28, 28]`, 0 paper to 255 ink, and their digits
 * @throws {RangeError} if count, seed or step is out of range
 */
export function generateGlyphs(
  count: number,
  { seed, step }: { readonly seed: number; readonly step: number },
): Split & { readonly values: Bytes; readonly labels: Bytes } {
  const random = generator({ seed, stream: "data", step });
  const order = permutation(count, { seed, stream: "data", step, draw: 1 });
  const labels = Uint8Array.from(order, (place) => place % CLASSES);
  const values = new Uint8Array(count * SIZE * SIZE);
  for (let i = 0; i < count; i++) {
    const image = values.subarray(i * SIZE * SIZE, (i + 1) * SIZE * SIZE);
    drawTraces(write(labels[i], random), image, SIZE);
  }
  return { values, count, labels };
}

/**
 * The whole embedded data set: 12,000 training and 2,000 test images, drawn alike.
 *
 * Its bytes are the same on every machine: nothing in it depends on how a platform computes sines or logarithms.
 *
 * @returns 8-bit images `[28, 28]` with labels
 */
export async function glyphs(): Promise<Dataset> {
  const train = generateGlyphs(TRAIN, { seed: 0, step: DATA_STEP.glyphsTrain });
  const test = generateGlyphs(TEST, { seed: 0, step: DATA_STEP.glyphsTest });
  return {
    name: "glyphs",
    shape: [SIZE, SIZE],
    train,
    test,
    sha256: {
      "train-images": await sha256(train.values),
      "train-labels": await sha256(train.labels),
      "test-images": await sha256(test.values),
      "test-labels": await sha256(test.labels),
    },
  };
}

/** One digit as a writer's hand traces it, in pixels of the image. */
function write(digit: number, random: () => number): Trace[] {
  const deform = hand(random);
  const strokes = chooseStyle(digit, random).map((stroke) => deform(stroke));
  const radius = Math.min(MAX_RADIUS, Math.max(MIN_RADIUS, MEAN_RADIUS + SPREAD.radius * bell(random)));
  const traces = strokes.map((stroke) => {
    const { x, y } = smooth(stroke);
    return { x, y, radius: pressure(x.length, radius, random) };
  });
  placeOnPaper(traces, radius, random);
  return traces;
}

function chooseStyle(digit: number, random: () => number): readonly Stroke[] {
  const styles = STYLES[digit];
  let rest = random() * styles.reduce((total, { weight }) => total + weight, 0);
  return (styles.find(({ weight }) => (rest -= weight) < 0) ?? styles[0]).strokes;
}

/** A writer's hand: unsteady points, a smooth quadratic warp, then width, slant and rotation. */
function hand(random: () => number): (stroke: Stroke) => Stroke {
  const warp = Array.from({ length: 6 }, () => SPREAD.warp * bell(random));
  const width = MEAN_WIDTH * (1 + SPREAD.width * bell(random));
  const slant = MEAN_SLANT + SPREAD.slant * bell(random);
  const half = SPREAD.halfTurn * bell(random);
  const cos = (1 - half * half) / (1 + half * half), sin = 2 * half / (1 + half * half);
  return ({ x, y, corners }) => {
    const out = { x: [] as number[], y: [] as number[], corners };
    for (let i = 0; i < x.length; i++) {
      const u = 2 * (x[i] + SPREAD.point * bell(random)) - 1;
      const v = 2 * (y[i] + SPREAD.point * bell(random)) - 1;
      const wu = width * (u + warp[0] * u * u + warp[1] * u * v + 2 * warp[2] * v * v) - slant * v;
      const wv = v + warp[3] * u * u + warp[4] * u * v + warp[5] * v * v;
      out.x.push(cos * wu - sin * wv);
      out.y.push(sin * wu + cos * wv);
    }
    return out;
  };
}

/** The pen's radius along a stroke: a parabola through three random pressures. */
function pressure(points: number, radius: number, random: () => number): Float64Array {
  const [start, middle, end] = [0, 0, 0].map(() => 1 + SPREAD.pressure * bell(random));
  return Float64Array.from({ length: points }, (_, i) => {
    const t = i / (points - 1);
    const factor = start * (1 - t) * (1 - 2 * t) + middle * 4 * t * (1 - t) + end * t * (2 * t - 1);
    return radius * Math.min(MAX_PRESSURE, Math.max(MIN_PRESSURE, factor));
  });
}

/** Scales traces, in place, until they fill the box; their centre of mass goes near the image's centre. */
function placeOnPaper(traces: readonly Trace[], radius: number, random: () => number): void {
  const centre = centreOfMass(traces);
  const bounds = { x: range(traces.map(({ x }) => x)), y: range(traces.map(({ y }) => y)) };
  const scale = (BOX - 2 * radius) / Math.max(bounds.x.max - bounds.x.min, bounds.y.max - bounds.y.min);
  const reach = radius * MAX_PRESSURE + EDGE / 2;
  for (const axis of ["x", "y"] as const) {
    const wished = (SIZE - 1) / 2 + SPREAD.shift * bell(random) - scale * centre[axis];
    // The outermost pixels stay paper.
    const least = reach - scale * bounds[axis].min, most = SIZE - 1 - reach - scale * bounds[axis].max;
    const shift = Math.min(most, Math.max(least, wished));
    for (const { [axis]: values } of traces) values.forEach((value, i) => values[i] = scale * value + shift);
  }
}

function range(arrays: readonly Float64Array[]): { min: number; max: number } {
  return {
    min: Math.min(...arrays.map((values) => Math.min(...values))),
    max: Math.max(...arrays.map((values) => Math.max(...values))),
  };
}

/** The mean point of the ink: each straight piece counts by its length and the pen's radius. */
function centreOfMass(traces: readonly Trace[]): { x: number; y: number } {
  let mass = 0, sumX = 0, sumY = 0;
  for (const { x, y, radius } of traces) {
    for (let i = 0; i + 1 < x.length; i++) {
      const dx = x[i + 1] - x[i], dy = y[i + 1] - y[i];
      const ink = Math.sqrt(dx * dx + dy * dy) * (radius[i] + radius[i + 1]);
      mass += ink;
      sumX += ink * (x[i] + x[i + 1]) / 2;
      sumY += ink * (y[i] + y[i + 1]) / 2;
    }
  }
  return { x: sumX / mass, y: sumY / mass };
}

/** A bell-shaped draw of mean 0 and variance 1, never beyond 3.5: four uniforms, so that no logarithm is needed. */
function bell(random: () => number): number {
  return (random() + random() + random() + random() - 2) * Math.sqrt(3);
}
