/**
 * The training loop.
 *
 * @module
 */

export type { Dataset, Scaling, Split } from "../data/dataset.ts";
export type * from "../engine/mod.ts";
export { fit, type FitData, type FitEvent, type FitOptions, type Means, type Progress } from "./fit.ts";
