/**
 * Flags for outliers of the test set.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional } from "@optique/core/modifiers";
import type { Parser } from "@optique/core/parser";
import { option } from "@optique/core/primitives";
import { float, string } from "@optique/core/valueparser";
import { OUTLIER_KINDS, type Outliers } from "../../lib/data/outliers.ts";
import { parseConfig } from "../../lib/run/config.ts";
import { oneOf } from "./one_of.ts";

/** What was given of {@linkcode Outliers}, unchecked as a whole. */
export type GivenOutliers = { readonly [Key in keyof Outliers]: Outliers[Key] | undefined };

/** `--outliers`, `--outlier-kind` and `--outlier-dataset`. */
export const testOutlierOptions: Parser<"sync", GivenOutliers, unknown> = object("Outliers", {
  fraction: optional(option("--outliers", float({ metavar: "X" }), {
    description: message`share of the test examples that outliers replace (default: 0)`,
  })),
  kind: optional(option("--outlier-kind", oneOf("KIND", OUTLIER_KINDS), {
    description: message`what they are: uniform, heavy, salt or other-dataset (default: uniform)`,
  })),
  dataset: optional(option("--outlier-dataset", string({ metavar: "NAME|FILE" }), {
    description: message`where those of other-dataset come from (default: none)`,
  })),
});

/**
 * Checks what was given by the rules of a configuration's key `outliers`.
 *
 * @param given the flags' values
 * @returns the outliers in the long form; undefined if no flag was given
 * @throws {UsageError} in one line that names the key, the rule and the value
 */
export function checkOutliers(given: GivenOutliers): Outliers | undefined {
  const outliers = Object.entries(given).filter(([, value]) => value !== undefined);
  return outliers.length === 0 ? undefined : parseConfig({ outliers: Object.fromEntries(outliers) }).outliers;
}
