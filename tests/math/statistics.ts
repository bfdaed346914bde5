/** Kolmogorov's statistic sqrt(n) sup |F_n - F| of draws from a continuous distribution function. */
export function kolmogorov(draws: ArrayLike<number>, cdf: (x: number) => number): number {
  const sorted = Float64Array.from(draws).sort();
  const n = sorted.length;
  let distance = 0;
  sorted.forEach((x, i) => {
    const f = cdf(x);
    distance = Math.max(distance, f - i / n, (i + 1) / n - f);
  });
  return Math.sqrt(n) * distance;
}

/** Exceeded with probability 1e-4 under the hypothesis: 2 exp(-2 x^2). */
export const KOLMOGOROV_LIMIT = 2.23;

/** Mean and mean square about `center`. */
export function moments(draws: ArrayLike<number>, center = 0): { mean: number; square: number } {
  const values = Array.from(draws);
  return {
    mean: values.reduce((sum, x) => sum + x, 0) / values.length,
    square: values.reduce((sum, x) => sum + (x - center) ** 2, 0) / values.length,
  };
}
