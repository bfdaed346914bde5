/**
 * The flags of `reproduce`.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message, text } from "@optique/core/message";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import type { Parser } from "@optique/core/parser";
import { flag, option } from "@optique/core/primitives";
import { integer } from "@optique/core/valueparser";
import { path } from "@optique/run";
import { MAX_THREADS } from "../../../lib/engine/engine.ts";
import { STUDY_NAMES, type StudyName } from "../../../lib/run/reproduction/studies.ts";
import { mirrorOption } from "../mirror.ts";
import { oneOf } from "../one_of.ts";

/** What to reproduce, and how. */
export interface ReproduceArguments {
  readonly quick: boolean;
  /** All where it is empty. */
  readonly only: readonly StudyName[];
  readonly epochs: number | undefined;
  readonly seeds: number | undefined;
  readonly run: string | undefined;
  readonly jobs: number | undefined;
  readonly threads: number | undefined;
  readonly mirror: string | undefined;
}

/** A parser of them all. */
export const reproduceOptions: Parser<"sync", ReproduceArguments, unknown> = object("Reproduce", {
  quick: withDefault(
    flag("--quick", {
      description:
        message`all of it cut down to minutes, on glyphs where MNIST or Fashion-MNIST cannot be had: it shows that everything runs, and no result`,
    }),
    false,
  ),
  only: multiple(option("--only", oneOf("STUDY", STUDY_NAMES), {
    description: message`one study: ${text(STUDY_NAMES.join(", "))}; may be repeated (default: all)`,
  })),
  epochs: optional(option("--epochs", integer({ min: 1, metavar: "N" }), {
    description:
      message`epochs of each model (default: the study's: 500 of the four networks, 30 of df and outliers)`,
  })),
  seeds: optional(option("--seeds", integer({ min: 1, metavar: "N" }), {
    description: message`how many of the seeds 0, 1, 2 (default: 3)`,
  })),
  run: optional(option("--run", path({ metavar: "DIR" }), {
    description:
      message`where everything goes (default: runs/reproduction; with --quick runs/reproduction-quick)`,
  })),
  jobs: optional(option("--jobs", integer({ min: 1, metavar: "N" }), {
    description: message`models that train at once (default: one per processor)`,
  })),
  threads: optional(option("--threads", integer({ min: 1, max: MAX_THREADS, metavar: "N" }), {
    description:
      message`threads of each (default: the processors that jobs leave over). Results do not depend on it`,
  })),
  mirror: mirrorOption,
});
