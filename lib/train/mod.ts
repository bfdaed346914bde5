/**
 * The training loop.
 *
 * @module
 */

export { fit, type FitData, type FitEvent, type FitOptions, type Means, type Progress } from "./fit.ts";
