/**
 * What the subcommands of `sweep` have in common.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message, text } from "@optique/core/message";
import { map, optional } from "@optique/core/modifiers";
import type { Parser } from "@optique/core/parser";
import { argument, command, option } from "@optique/core/primitives";
import { path } from "@optique/run";
import type { Handler } from "../command.ts";

/** The work that a command line asks for; a number is the exit code. */
export type Action = () => ReturnType<Handler<void>>;

/** A part of `sweep` with arguments of its own. */
export interface Subcommand<T> {
  /** One line, without a full stop. */
  readonly brief: string;
  /** Its arguments. */
  readonly parser: Parser<"sync", T, unknown>;
  /** Does the work. */
  readonly handler: Handler<T>;
}

/** A parser of a subcommand's name and its arguments, which gives what is to be done. */
export function subcommand<T>(
  name: string,
  { brief, parser, handler }: Subcommand<T>,
): Parser<"sync", Action, unknown> {
  return map(command(name, parser, { brief: [text(brief)] }), (values): Action => () => handler(values));
}

/** Which sweep is meant. */
export interface SweepArguments {
  /** The file that describes it. */
  readonly file: string;
  /** Its folder, if not `runs/<name of the file>`. */
  readonly run: string | undefined;
}

/** A parser of FILE and `--run DIR`, which every subcommand takes. */
export const sweepArguments: Parser<"sync", SweepArguments, unknown> = object("Sweep", {
  file: argument(path({ metavar: "FILE", type: "file" }), {
    description: message`the sweep, a JSON file`,
    errors: { endOfInput: message`FILE is missing: name the JSON file that describes the sweep` },
  }),
  run: optional(option("--run", path({ metavar: "DIR" }), {
    description: message`the sweep's folder (default: runs/<name of FILE>)`,
  })),
});
