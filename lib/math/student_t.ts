/**
 * The univariate Student-t distribution St(loc, scale, df) in float64.
 *
 * `scale` is not the standard deviation, which is scale sqrt(df/(df - 2)) and exists for df > 2 only.
 *
 * @module
 */

export { entropy, expectedLog1pSquare, logProb, type StudentTParameters } from "./student_t_density.ts";
export { dfGradient, polarSample, sample } from "./student_t_sample.ts";
export { cdf, logCdf, logSurvival, quantile, survival } from "./student_t_tails.ts";
