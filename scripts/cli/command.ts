/**
 * What every script has in common: help, completion, one-line errors and exit codes.
 *
 * @module
 */

import { type DocPage, formatDocPage } from "@optique/core/doc";
import { runParser } from "@optique/core/facade";
import { formatMessage, lineBreak, type Message, text } from "@optique/core/message";
import type { Parser } from "@optique/core/parser";
import type { Usage, UsageTerm } from "@optique/core/usage";
import config from "../../deno.json" with { type: "json" };
import { UsageError } from "../../lib/run/usage_error.ts";
import { shortCommand, taskCompletion } from "./completion.ts";
import { INTERRUPTED } from "./interrupt.ts";
import { followParent } from "./parent.ts";

/** The exit code of a command that was used wrongly; nothing has been done then. */
const USAGE = 2;

/** The exit code of a command that failed. */
const FAILURE = 1;

/** A task of deno.json, as its user sees it. */
export interface Command<T> {
  /** The task's name: `train` for `deno task train`. */
  readonly name: string;
  /** One line. */
  readonly brief: string;
  /** One paragraph. */
  readonly description: string;
  /** Whole command lines. */
  readonly examples: readonly string[];
  /** An Optique parser of the arguments. */
  readonly parser: Parser<"sync", T, unknown>;
}

/** Does the work with the parsed arguments; a returned number is the exit code, 0 otherwise. */
export type Handler<T> = (values: T) => Promise<number | void> | number | void;

/** Where a command reads and writes: the process, unless a test says otherwise. */
export interface CommandOptions {
  readonly args?: readonly string[];
  /** Writes a line, or several; the last line's end is added. */
  readonly stdout?: (lines: string) => void;
  readonly stderr?: (lines: string) => void;
}

/**
 * Runs a script and ends the process with its exit code.
 *
 * Exit codes: 0 done; 2 wrong usage (flags, configuration, unknown names: a `UsageError`); 1 any other error;
 * 130 interrupted. An error is one line on stderr; with `TVAE_DEBUG=1` in the environment its stack follows.
 *
 * @param command name, help and arguments
 * @param handler the work
 *
 * @example
 * ```ts ignore
 * await runCommand({
 *   name: "plot",
 *   brief: "Draws the figures of a run.",
 *   description: "Writes figures/ and report.html into the run directory.",
 *   examples: ["deno task plot runs/glyphs-fc-student-t-1"],
 *   parser: object({ run: argument(path({ metavar: "RUN" })) }),
 * }, async ({ run }) => {
 *   await drawFigures(run);
 * });
 * ```
 */
export async function runCommand<T>(command: Command<T>, handler: Handler<T>): Promise<never> {
  followParent(() => Deno.exit(INTERRUPTED));
  Deno.exit(await executeCommand(command, handler));
}

/**
 * {@linkcode runCommand} that leaves the process alive.
 *
 * @param command name, help and arguments
 * @param handler the work
 * @param options arguments and output
 * @returns the exit code
 */
export async function executeCommand<T>(
  command: Command<T>,
  handler: Handler<T>,
  { args = Deno.args, stdout = console.log, stderr = console.error }: CommandOptions = {},
): Promise<number> {
  const program = `deno task ${command.name}`;
  const format = helpFormat();
  let code: number | undefined;
  let shown: string[] = [];
  const onShow = (): void => void (code = 0);
  const values = runParser(command.parser, program, args, {
    ...helpText(command),
    help: {
      option: true,
      onShow: (_, page) => {
        shown = [formatDocPage(program, inOurWords(page), format)];
        code = 0;
      },
    },
    version: { value: config.version, option: true, onShow },
    completion: { option: true, shells: taskCompletion(command.name), onShow },
    aboveError: "none",
    stdout: (lines) => void shown.push(lines),
    stderr: () => {},
    onError: (_, message) => {
      stderr(`error: ${oneLine(formatMessage(message))}`);
      code = USAGE;
    },
  });
  shown.forEach((lines) => stdout(lines));
  if (code !== undefined) return code;

  try {
    return await handler(values) ?? 0;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") {
      stderr("interrupted");
      return INTERRUPTED;
    }
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    stderr(`error: ${message.split("\n")[0]}`);
    if (debugging() && stack !== undefined) stderr(stack);
    return error instanceof UsageError ? USAGE : FAILURE;
  }
}

function helpFormat(): { maxWidth: number; termWidth: "auto"; colors: boolean } {
  const terminal = Deno.stdout.isTerminal();
  return {
    // Narrower than this, or of unknown width, Optique could not lay the help out.
    maxWidth: terminal ? Math.max(60, Deno.consoleSize().columns) : 100,
    termWidth: "auto",
    colors: terminal && !Deno.noColor,
  };
}

function helpText<T>({ name, brief, description, examples, parser }: Command<T>): HelpText {
  return {
    brief: [text(brief)],
    description: [text(description)],
    usageLine: usageLine(parser.usage),
    examples: examples.flatMap((example, i) => i === 0 ? [text(example)] : [lineBreak(), text(example)]),
    footer: [
      text(
        `The completion script is to be sourced, as in source <(deno task --quiet ${name} --completion bash): it defines `,
      ),
      text(`${shortCommand(name)}, short for this task, and completes its flags.`),
    ],
  };
}

interface HelpText {
  readonly brief: Message;
  readonly description: Message;
  readonly usageLine: Usage;
  readonly examples: Message;
  readonly footer: Message;
}

/** The flags one by one where they fit in a line, else `[FLAGS]`: they are all listed below. */
function usageLine(whole: Usage): Usage {
  const usage = whole.map((term): UsageTerm =>
    term.type === "exclusive" ? { ...term, terms: term.terms.map(usageLine) } : term
  );
  const flags = usage.filter(isFlag);
  if (flags.length <= 5) return usage;
  return [
    ...usage.filter(isName),
    { type: "optional", terms: [{ type: "argument", metavar: "FLAGS" }] },
    ...usage.filter((t) => !isFlag(t) && !isName(t)),
  ];
}

function isName({ type }: UsageTerm): boolean {
  return type === "command";
}

function isFlag(term: UsageTerm): boolean {
  return term.type === "option" ||
    ((term.type === "optional" || term.type === "multiple") && term.terms.every(isFlag));
}

/** What Optique says of its own flags, as the other flags are told. */
const OWN_FLAGS: Readonly<Record<string, string>> = {
  "--help": "show this help",
  "--version": "show the version",
  "--completion": "print a completion script: bash, zsh, fish, nu or pwsh",
};

/** Without the words after `--completion bash`: they are between the shell and the program and would only puzzle. */
function inOurWords(page: DocPage): DocPage {
  const sections = page.sections.map(({ title, entries }) => ({
    title,
    entries: entries
      .filter(({ term }) => term.type !== "argument" || term.metavar !== "ARG")
      .map((entry) => {
        const own = entry.term.type === "option" ? OWN_FLAGS[entry.term.names[0]] : undefined;
        return own === undefined ? entry : { ...entry, description: [text(own)] };
      }),
  }));
  return { ...page, sections, ...(page.usage !== undefined && { usage: usageLine(page.usage) }) };
}

function oneLine(message: string): string {
  return message.trim().replace(/\s*\n\s*/g, " ");
}

/** Without permission to read the environment nobody is debugging. */
function debugging(): boolean {
  const { state } = Deno.permissions.querySync({ name: "env", variable: "TVAE_DEBUG" });
  return state === "granted" && Deno.env.get("TVAE_DEBUG") === "1";
}
