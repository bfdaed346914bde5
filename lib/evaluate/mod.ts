/**
 * Measuring trained models.
 *
 * @module
 */

export type { Split } from "../data/dataset.ts";
export type * from "../engine/mod.ts";
export type { Against } from "./against_metrics.ts";
export { auroc, type Scores } from "./auroc.ts";
export { evaluate, type EvaluateOptions, type Evaluation, type EvaluationArrays } from "./evaluate.ts";
export {
  fitGaussianMixture,
  type FittedGaussianMixture,
  type GaussianComponent,
  type GaussianMixtureOptions,
} from "./fit_gaussian_mixture.ts";
export { fitStudentT, type FittedDensity, type FittedStudentT } from "./fit_student_t.ts";
export {
  type GenerationEntry,
  type GenerationMeasures,
  type SurvivalCurves,
  type Tails,
} from "./generation_metrics.ts";
export { type LabelledRows, type LabelledSets } from "./labelled.ts";
export { type LatentSource, latentSource, type LatentSourceOptions } from "./latent_source.ts";
export { linearProbeAccuracy } from "./linear_probe.ts";
export { logLikelihood, logLikelihoodMetrics, type LogLikelihoodOptions } from "./log_likelihood.ts";
export { type Estimate, type Metric, type Metrics } from "./metric.ts";
export {
  linearTimeMmd,
  medianBandwidth,
  type Mmd,
  type MmdOptions,
  quadraticMmd,
  type TwoSamples,
} from "./mmd.ts";
export { nearestNeighborAccuracy } from "./nearest_neighbors.ts";
export { type Pictures, pictures, type PicturesOptions, type Traversals } from "./pictures.ts";
export { quantile, quantileDifference } from "./quantile.ts";
export { type ShownExamples, shownExamples } from "./shown_examples.ts";
export { norms, survival } from "./survival.ts";
export { tailIndex, type TailIndexOptions } from "./tail_index.ts";
export { type Tail, tailOf, type TailOptions, tailRatio } from "./tail_ratio.ts";
