/**
 * Measuring trained models.
 *
 * @module
 */

export {
  evaluate,
  type EvaluateOptions,
  type Evaluation,
  type EvaluationArrays,
  type Metric,
} from "./evaluate.ts";
