/**
 * What engines can do, and which one to use.
 *
 * @module
 */

export {
  checkEngine,
  createEngine,
  type Engine,
  ENGINE_NAMES,
  type EngineName,
  type EngineOptions,
  type EngineState,
  type Examples,
  type ExampleValues,
  type LogLikelihood,
  MAX_THREADS,
  type NamedTensor,
  type ObjectiveParts,
  type ObjectiveSums,
  type Optimizer,
  type Posterior,
} from "./engine.ts";
export { sampleExamples, type SampleExamplesOptions } from "./sample_examples.ts";
export { selectEngine, type Selection } from "./select.ts";
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
} from "../model/record.ts";
export { findGpu, type Gpu } from "./gpu.ts";
