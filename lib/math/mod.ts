/**
 * Reference mathematics in float64: numbers in, numbers out.
 *
 * @module
 */

export * as cholesky from "./cholesky.ts";
export * as divergence from "./divergence.ts";
export * as gamma from "./gamma.ts";
export * as multivariateStudentT from "./multivariate_student_t.ts";
export * as normal from "./normal.ts";
export * as philox from "./philox.ts";
export * as special from "./special.ts";
export * as studentT from "./student_t.ts";
