/**
 * Measuring trained models.
 *
 * @module
 */

export type { Split } from "../data/dataset.ts";
export type * from "../engine/mod.ts";
export {
  evaluate,
  type EvaluateOptions,
  type Evaluation,
  type EvaluationArrays,
  type Metric,
} from "./evaluate.ts";
