/**
 * Flags for a Slurm cluster.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import type { Parser } from "@optique/core/parser";
import { flag, option } from "@optique/core/primitives";
import { integer, string } from "@optique/core/valueparser";

/** What to ask Slurm for. */
export interface SlurmArguments {
  readonly partition: string | undefined;
  readonly time: string | undefined;
  /** Cells that may run at once. */
  readonly arrayLimit: number | undefined;
  /** Given to `sbatch` as they are, after all others. */
  readonly sbatchArguments: readonly string[];
  /** Whether to stay until the last job has ended. */
  readonly wait: boolean;
}

/** A parser of them all. */
export const slurmOptions: Parser<"sync", SlurmArguments, unknown> = object("Slurm", {
  partition: optional(option("--partition", string({ metavar: "NAME" }), {
    description: message`the partition to submit to (default: the cluster's)`,
  })),
  time: optional(option("--time", string({ metavar: "TIME" }), {
    description:
      message`time limit of a cell, as sbatch takes it: 30 is minutes, 2:00:00 hours (default: the \
partition's). A cell that reaches it saves its state and queues again; give 5 minutes or more`,
  })),
  arrayLimit: optional(option("--array-limit", integer({ min: 1, metavar: "N" }), {
    description: message`cells that may run at once (default: as many as the cluster lets)`,
  })),
  sbatchArguments: multiple(option("--sbatch-arg", string({ metavar: "ARG" }), {
    description:
      message`any other argument of sbatch, for all jobs, as in --sbatch-arg=--account=lab; may be repeated`,
  })),
  wait: withDefault(
    flag("--wait", { description: message`stay until the last job has ended, and show the results` }),
    false,
  ),
});
