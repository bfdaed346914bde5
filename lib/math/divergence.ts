/**
 * Divergences of diagonal distributions: Kullback–Leibler, exact, in nats; and the power divergence of t3VAE.
 *
 * @module
 */

export type { Coordinates } from "./coordinates.ts";
export { klNormal, klNormalStudentT, klStudentTNormal } from "./kl_normal.ts";
export {
  klStudentT,
  type KlStudentTGradient,
  klStudentTGradient,
  type StudentTCoordinates,
  type StudentTPrior,
} from "./kl_student_t.ts";
export { powerDivergence } from "./power_divergence.ts";
export { type T3Coefficients, t3Coefficients, type T3Model, t3Prior, t3Regularizer } from "./t3.ts";
