/**
 * Distributions on tfjs tensors, differentiable in their parameters, for people who write their own models.
 *
 * @module
 */

export { type NoiseKey, type NoiseShape, STREAM, type Stream } from "../math/philox.ts";
export type { DistributionBase } from "./distribution.ts";
export { type Distribution, kl } from "./kl.ts";
export { klMonteCarlo } from "./kl_monte_carlo.ts";
export { MultivariateStudentT } from "./multivariate_student_t.ts";
export { type Noise, type NoiseTensorShape, uniformPair } from "./noise.ts";
export { Normal } from "./normal.ts";
export type { Parameter, Tensor } from "./parameters.ts";
export { StudentT, type StudentTParameters } from "./student_t.ts";
export type { SampleOptions } from "./student_t_sample.ts";
