/**
 * What a variational auto-encoder is: the record, ready-made records, and the parameters that follow from one.
 *
 * @module
 */

export { checkModel } from "./check_model.ts";
export {
  type Initialiser,
  initialParameters,
  initialStatistics,
  type Parameter,
  parameterTable,
  statisticsTable,
} from "./parameters.ts";
export { cnn, fc, LEARNING_RATES, type PresetName, type PresetOptions, PRESETS } from "./presets.ts";
export { samplePrior } from "./prior.ts";
export type {
  Activation,
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
  Objective,
  Reshape,
  Shape,
  StudentTLatent,
} from "./record.ts";
export { sizeOf } from "./record.ts";
export { type ModelShapes, modelShapes } from "./shapes.ts";
