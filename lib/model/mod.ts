/**
 * What a variational auto-encoder is: the record, ready-made records, and the parameters that follow from one.
 *
 * @module
 */

export { checkModel } from "./check_model.ts";
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
export { samplePrior } from "./prior.ts";
export type {
  Activation,
  AmortisedDf,
  BatchNorm,
  Conv,
  ConvTranspose,
  Dense,
  GaussianLatent,
  Latent,
  Layer,
  LeakyRelu,
  Likelihood,
  Model,
  MonteCarlo,
  Objective,
  Reshape,
  Shape,
  StudentTLatent,
} from "./record.ts";
export { sizeOf } from "./record.ts";
export { type ModelShapes, modelShapes } from "./shapes.ts";
