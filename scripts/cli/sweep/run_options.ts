/**
 * The flags of `sweep run` and `sweep resume`.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import type { Parser } from "@optique/core/parser";
import { flag, option } from "@optique/core/primitives";
import { integer } from "@optique/core/valueparser";
import { MAX_THREADS } from "../../../lib/engine/engine.ts";
import { UsageError } from "../../../lib/run/usage_error.ts";
import { mirrorOption } from "../mirror.ts";
import { oneOf } from "../one_of.ts";
import { type SlurmArguments, slurmOptions } from "./slurm_options.ts";
import { type SweepArguments, sweepArguments } from "./subcommand.ts";

/** Where and how to train a sweep. */
export interface RunArguments {
  readonly sweep: SweepArguments;
  readonly on: "local" | "slurm";
  readonly threads: number | undefined;
  readonly mirror: string | undefined;
  readonly local: LocalArguments;
  readonly slurm: SlurmArguments;
}

/** How to train on this machine. */
export interface LocalArguments {
  readonly jobs: number | undefined;
  readonly retries: number | undefined;
  readonly halving: boolean;
}

const localOptions: Parser<"sync", LocalArguments, unknown> = object("This machine", {
  jobs: optional(option("--jobs", integer({ min: 1, metavar: "N" }), {
    description: message`cells that train at once (default: one per processor)`,
  })),
  retries: optional(option("--retries", integer({ min: 0, metavar: "N" }), {
    description: message`how often to try a cell again that failed (default: 1)`,
  })),
  halving: withDefault(
    flag("--halving", {
      description:
        message`give poor cells up early: all train for a ninth of their epochs, the best third of them goes \
on to a third of their epochs, and the best third of those to the end (rounded up, by the sweep's metric). What was \
decided stays in halving.json`,
    }),
    false,
  ),
});

/** A parser of them all. */
export const runOptions: Parser<"sync", RunArguments, unknown> = object("Run", {
  sweep: sweepArguments,
  on: withDefault(
    option("--on", oneOf("PLACE", ["local", "slurm"]), {
      description:
        message`where to train: local, this machine (default), or slurm, the cluster it belongs to`,
    }),
    "local",
  ),
  threads: optional(option("--threads", integer({ min: 1, max: MAX_THREADS, metavar: "N" }), {
    description:
      message`threads of each cell (default: the processors that jobs leave over; on slurm 1). Results do not depend on it`,
  })),
  mirror: mirrorOption,
  local: localOptions,
  slurm: slurmOptions,
});

/**
 * Checks that no flag was given that has no meaning where the sweep is to be trained.
 *
 * @param given what was parsed
 * @throws {UsageError} naming the first such flag
 */
export function checkPlace({ on, local, slurm }: RunArguments): void {
  const flags: Record<RunArguments["on"], Readonly<Record<string, unknown>>> = {
    local: { "--jobs": local.jobs, "--retries": local.retries, "--halving": local.halving },
    slurm: {
      "--partition": slurm.partition,
      "--time": slurm.time,
      "--array-limit": slurm.arrayLimit,
      "--sbatch-arg": slurm.sbatchArguments[0],
      "--wait": slurm.wait,
    },
  };
  const other = on === "local" ? "slurm" : "local";
  const misplaced = Object.entries(flags[other]).find(([, value]) => value !== undefined && value !== false);
  if (misplaced === undefined) return;
  throw new UsageError(
    `Cannot run: ${misplaced[0]} has no meaning with --on ${on}; leave it out` +
      (other === "slurm" ? ", or add --on slurm" : ""),
  );
}
