/**
 * The importance-weighted log-likelihood, from what engines tell of one draw after the other.
 *
 * @module
 */

import type { ExampleValues, LogLikelihood } from "./engine.ts";

/** Draws for one example: the noise's counter has 16 bits for them. */
export const MAX_SAMPLES = 2 ** 16;

/** How many examples and draws, and how many examples at a time. */
export interface ImportanceOptions {
  readonly examples: number;
  readonly batchSize: number;
  readonly samples: number;
}

/**
 * log (1/k) Σ w over k draws z ~ q(z|x), with log w = log p(x|z) + log p(z) − log q(z|x), and (Σ w)²/Σ w².
 *
 * Sums run in float64, the largest log w so far taken out of them, so that nothing overflows and no draw is kept.
 *
 * @param options how much
 * @param draws of examples `start` to before `end`, draw by draw: −log p(x|z), and log q(z|x) − log p(z) in columns; may
 *   give the same arrays again
 * @returns both for each example
 * @throws {RangeError} if `samples` is not an integer from 1 to {@linkcode MAX_SAMPLES}
 */
export async function importanceWeighted(
  { examples, batchSize, samples }: ImportanceOptions,
  draws: (start: number, end: number) => AsyncIterable<ExampleValues>,
): Promise<LogLikelihood> {
  if (!Number.isInteger(samples) || samples < 1 || samples > MAX_SAMPLES) {
    throw new RangeError(
      `Cannot estimate the log-likelihood: samples must be an integer from 1 to ${MAX_SAMPLES}, got ${samples}`,
    );
  }
  const [logLikelihood, effectiveSampleSize] = [new Float64Array(examples), new Float64Array(examples)];
  for (let start = 0; start < examples; start += batchSize) {
    const rows = Math.min(batchSize, examples - start);
    const most = new Float64Array(rows).fill(-Infinity);
    const [sum, squares] = [new Float64Array(rows), new Float64Array(rows)];
    for await (const { reconstruction, kl } of draws(start, start + rows)) {
      const columns = kl.length / rows;
      for (let row = 0; row < rows; row++) {
        let logWeight = -reconstruction[row];
        for (let i = row * columns; i < (row + 1) * columns; i++) logWeight -= kl[i];
        if (logWeight === -Infinity) continue;
        if (logWeight > most[row]) {
          const shrink = Math.exp(most[row] - logWeight);
          sum[row] *= shrink;
          squares[row] *= shrink ** 2;
          most[row] = logWeight;
        }
        const weight = Math.exp(logWeight - most[row]);
        sum[row] += weight;
        squares[row] += weight ** 2;
      }
    }
    for (let row = 0; row < rows; row++) {
      logLikelihood[start + row] = most[row] + Math.log(sum[row] / samples);
      // Without any draw of weight > 0 there is no sample that counts.
      effectiveSampleSize[start + row] = squares[row] === 0 ? 0 : sum[row] ** 2 / squares[row];
    }
  }
  return { logLikelihood, effectiveSampleSize };
}
