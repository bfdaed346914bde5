/**
 * What a variational auto-encoder is: the record, ready-made records, and the parameters that follow from one.
 *
 * @module
 */

export { type AlternativePrior, alternativePrior } from "./alternative_prior.ts";
export { checkModel } from "./check_model.ts";
export { checkObjective } from "./check_objective.ts";
export { generateLatents, type GenerateOptions } from "./generate_latents.ts";
export { type LatentQuantileOptions, latentQuantiles } from "./latent_quantiles.ts";
export {
  checkLatentSource,
  defaultLatentSource,
  LATENT_SOURCES,
  type LatentSourceName,
  latentSourcesOf,
  needsTraining,
} from "./latent_sources.ts";
export { learnedScale } from "./learned_scale.ts";
export { type LossWeights, lossWeights } from "./loss_weights.ts";
export {
  type Initialiser,
  initialParameters,
  initialStatistics,
  type Parameter,
  parameterTable,
  statisticsTable,
} from "./parameters.ts";
export { type OriginalName, ORIGINALS, type OriginalTraining } from "./originals.ts";
export {
  cnn,
  fc,
  LEARNING_RATES,
  originalCnn,
  originalFc,
  type PresetName,
  type PresetOptions,
  PRESETS,
} from "./presets.ts";
export { type PriorOptions, samplePrior } from "./prior.ts";
export type {
  Activation,
  AmortisedDf,
  BatchNorm,
  Conv,
  ConvTranspose,
  Dense,
  ElboObjective,
  FixedDf,
  GaussianLatent,
  IwaeObjective,
  Latent,
  Layer,
  LeakyRelu,
  LearnedDf,
  Likelihood,
  Model,
  MonteCarlo,
  Objective,
  Reshape,
  Shape,
  StudentTLatent,
  T3Objective,
} from "./record.ts";
export { DF_FLOOR, DF_INITIAL, isImage, SCALE_FLOOR, SCALE_INITIAL, sizeOf } from "./record.ts";
export { sampleLikelihood, type SampleLikelihoodOptions } from "./sample_likelihood.ts";
export { type ModelShapes, modelShapes } from "./shapes.ts";
