/**
 * Synthetic numbers with heavy tails, of which everything is known.
 *
 * Source: Kim, Kwon, Cho, Lee & Won 2024, "t³-Variational autoencoder", the synthetic experiments.
 *
 * @module
 */

import { generator } from "../math/philox.ts";
import { cosTwoPi, sinTwoPi } from "../math/special.ts";
import { polarSample } from "../math/student_t.ts";
import type { Dataset, Split } from "./dataset.ts";
import { sha256 } from "./hash.ts";
import { DATA_STEP } from "./steps.ts";

/** Training examples where no number is asked for. */
const EXAMPLES = 200_000;

/** Test examples for each training example. */
const TEST_RATIO = 2.5;

/** How much to draw. */
export interface HeavyTailOptions {
  /**
   * Training examples, 200,000 by default, and as many of validation; the test set has 2.5 for each. Fewer are the
   * first of more.
   */
  readonly examples?: number;
}

/** Degrees of freedom of the mixtures. */
const DF = 5;

/**
 * One heavy-tailed dimension: x ~ 0.6 · t₅(−2, 1) + 0.4 · t₅(2, 1), a mixture of two Student's t.
 *
 * Every draw is made in float64 and is a function of its row alone; values are stored as float32.
 *
 * @param options how many examples
 * @returns numbers `[1]`, without labels, with a validation set of its own
 * @throws {RangeError} if the number of examples is not a positive integer
 *
 * @example
 * ```ts
 * import { heavyTail1d } from "./heavy_tail.ts";
 * import assert from "node:assert/strict";
 *
 * const { train, test } = await heavyTail1d({ examples: 1000 });
 * assert.deepEqual([train.count, test.count], [1000, 2500]);
 * ```
 */
export function heavyTail1d({ examples = EXAMPLES }: HeavyTailOptions = {}): Promise<Dataset> {
  return synthetic("heavy-tail-1d", {
    examples,
    columns: 1,
    steps: [DATA_STEP.heavyTail1dTrain, DATA_STEP.heavyTail1dValidation, DATA_STEP.heavyTail1dTest],
    draw: (random, row) => row[0] = mixture(random, { below: 0.6, scale: 1 }),
  });
}

/**
 * A curve with heavy-tailed noise: u ~ 0.7 · t₅(−2, 2) + 0.3 · t₅(2, 2), of scale 2, and
 * (x, y) = (u, u + 2 sin(πu/4)) + √(6/χ²₆) · ε with one χ² per row and ε standard normal in two dimensions.
 *
 * Every draw is made in float64 and is a function of its row alone; values are stored as float32.
 *
 * @param options how many examples
 * @returns points `[2]`, without labels, with a validation set of its own
 * @throws {RangeError} if the number of examples is not a positive integer
 */
export function heavyTail2d({ examples = EXAMPLES }: HeavyTailOptions = {}): Promise<Dataset> {
  return synthetic("heavy-tail-2d", {
    examples,
    columns: 2,
    steps: [DATA_STEP.heavyTail2dTrain, DATA_STEP.heavyTail2dValidation, DATA_STEP.heavyTail2dTest],
    draw: (random, row) => {
      const u = mixture(random, { below: 0.7, scale: 2 });
      // −2 ln of a product of three uniforms is χ² of six degrees of freedom.
      const chiSquare = -2 * Math.log(random() * random() * random());
      const radius = Math.sqrt(6 / chiSquare) * Math.sqrt(-2 * Math.log(random()));
      const turn = random();
      row[0] = u + radius * cosTwoPi(turn);
      row[1] = u + 2 * Math.sin(Math.PI * u / 4) + radius * sinTwoPi(turn);
    },
  });
}

/** A t₅ about −2 with probability `below`, else about 2; takes three uniforms. */
function mixture(
  random: () => number,
  { below, scale }: { readonly below: number; readonly scale: number },
): number {
  const loc = random() < below ? -2 : 2;
  return loc + scale * polarSample({ u: random(), v: random() }, DF).value;
}

interface Recipe {
  readonly examples: number;
  readonly columns: number;
  /** Of training, validation and test set. */
  readonly steps: readonly [number, number, number];
  /** Fills a row; takes the same number of uniforms for each, so that fewer rows are the first of more. */
  readonly draw: (random: () => number, row: Float32Array) => void;
}

async function synthetic(name: string, { examples, columns, steps, draw }: Recipe): Promise<Dataset> {
  if (!Number.isSafeInteger(examples) || examples < 1) {
    throw new RangeError(`Cannot draw ${name}: examples must be a positive integer, got ${examples}`);
  }
  const counts = [examples, examples, Math.ceil(TEST_RATIO * examples)];
  const [train, validation, test] = counts.map((count, i): Split & { values: Float32Array<ArrayBuffer> } => {
    const random = generator({ seed: 0, stream: "data", step: steps[i] });
    const values = new Float32Array(count * columns);
    for (let at = 0; at < values.length; at += columns) draw(random, values.subarray(at, at + columns));
    return { values, count };
  });
  const sum = ({ values }: { values: Float32Array<ArrayBuffer> }) => sha256(new Uint8Array(values.buffer));
  return {
    name,
    shape: [columns],
    train,
    validation,
    test,
    sha256: { train: await sum(train), validation: await sum(validation), test: await sum(test) },
  };
}
