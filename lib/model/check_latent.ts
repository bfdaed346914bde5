/**
 * Whether a record's latent space makes sense.
 *
 * @module
 */

import { dfFloor, dfInitial, priorDependsOnX } from "./degrees_of_freedom.ts";
import type { AmortisedDf, Latent, StudentTLatent } from "./record.ts";
import { type Checks, DF, FINITE, NOT_NEGATIVE, POSITIVE_INTEGER } from "./rules.ts";

/**
 * Checks the numbers of a latent space, and that its parts agree.
 *
 * @param latent posterior, prior and their divergence
 * @param check how to refuse it
 * @throws {RangeError} naming the first key that is out of range or has no meaning beside the others
 */
export function checkLatent(latent: Latent, check: Checks): void {
  check.number("latent.size", latent.size, POSITIVE_INTEGER);
  if (latent.klSample !== undefined && latent.kl !== "monte-carlo") {
    check.reject(
      `latent.klSample must be left out where latent.kl is ${latent.kl}, which samples nothing, got ${latent.klSample}`,
    );
  }
  if (latent.family === "gaussian") return;
  checkPosteriorDf(latent, check);
  const { priorDf, generationDf } = latent;
  if (typeof priorDf === "number") check.number("latent.priorDf", priorDf, DF);
  if (generationDf !== undefined) check.number("latent.generationDf", generationDf, DF);
  else if (priorDependsOnX(latent)) {
    check.reject(
      "latent.generationDf must be given where latent.priorDf is tied to amortised df, as a prior that depends on x " +
        "cannot be drawn from without one, got nothing; set it to a number > 0, or latent.priorDf to a number",
    );
  }
}

function checkPosteriorDf(latent: StudentTLatent, check: Checks): void {
  const { df, joint } = latent;
  const rejectGiven = (key: "dfInitial" | "dfFloor", reason: string) => {
    if (latent[key] === undefined) return;
    check.reject(`latent.${key} must be left out where ${reason}, got ${latent[key]}`);
  };
  if ("fixed" in df) {
    check.number("latent.df", df.fixed, DF);
    rejectGiven("dfInitial", "latent.df is fixed and nothing moves it");
    rejectGiven("dfFloor", "latent.df is fixed and nothing moves it");
    return;
  }
  if ("learned" in df && df.learned === "per-dimension" && joint) {
    check.reject(
      "latent.df must be learned globally where latent.joint is true, as the coordinates of a joint t share one df, " +
        "got per-dimension; set latent.df to learned, or latent.joint to false",
    );
  }
  const floor = dfFloor(latent);
  check.number("latent.dfFloor", floor, NOT_NEGATIVE);
  if ("amortised" in df) {
    checkHead(df, check);
    if (df.kernel !== undefined || df.bias !== undefined) {
      const key = df.kernel === undefined ? "bias" : "kernel";
      return rejectGiven("dfInitial", `latent.df.${key} decides where df start`);
    }
  }
  const initial = dfInitial(latent);
  check.number("latent.dfInitial", initial, {
    must: `finite and > latent.dfFloor, ${floor}`,
    holds: (x) => Number.isFinite(x) && x > floor,
  });
  check.number("latent.dfInitial", initial, DF);
}

function checkHead({ l2, kernel, bias }: AmortisedDf, check: Checks): void {
  if (l2 !== undefined) check.number("latent.df.l2", l2, NOT_NEGATIVE);
  if (bias !== undefined) check.number("latent.df.bias", bias, FINITE);
  if (kernel === undefined) return;
  const [from, to] = kernel;
  if (!(Number.isFinite(from) && Number.isFinite(to) && from < to)) {
    check.reject(`latent.df.kernel must be two finite numbers in order, got [${kernel.join(", ")}]`);
  }
}
