/**
 * What a variational auto-encoder is: the record, ready-made records, and the parameters that follow from one.
 *
 * @module
 */

export { checkModel } from "./check_model.ts";
export { type Initialiser, initialParameters, type Parameter, parameterTable } from "./parameters.ts";
export { fc, type PresetName, type PresetOptions, PRESETS } from "./presets.ts";
export { samplePrior } from "./prior.ts";
export type {
  Activation,
  Dense,
  GaussianLatent,
  Latent,
  Layer,
  Likelihood,
  Model,
  Objective,
  Shape,
  StudentTLatent,
} from "./record.ts";
export { sizeOf } from "./record.ts";
