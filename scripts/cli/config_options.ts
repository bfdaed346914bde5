/**
 * Command-line flags for configuration keys.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message, text } from "@optique/core/message";
import { map, multiple, optional } from "@optique/core/modifiers";
import type { Parser } from "@optique/core/parser";
import { flag, option } from "@optique/core/primitives";
import { ensureNonEmptyString } from "@optique/core/nonempty";
import type { ValueParser } from "@optique/core/valueparser";
import { path } from "@optique/run";
import type { Flag } from "../../lib/run/flags.ts";

/** What a flag can give. */
type ConfigValue = string | number | true;

/** What was given on the command line, unchecked but for the spelling of numbers. */
export interface ConfigArguments {
  /** By key, those given only. */
  readonly values: Readonly<Record<string, ConfigValue>>;
  /** `key=value` as typed, in order. */
  readonly set: readonly string[];
  /** The path of a JSON file. */
  readonly config?: string;
}

/**
 * A parser of one flag per key, and of `--set KEY=VALUE` and `--config FILE`.
 *
 * Numbers must be spelt as numbers, but any number will do, `-3` and `NaN` too: the configuration's own rules judge
 * values, with one message wherever they come from.
 *
 * @param flags which flags there are
 * @returns a parser that reads flags in any order
 */
export function configOptions(flags: readonly Flag[]): Parser<"sync", ConfigArguments, unknown> {
  const parser = object("Configuration", {
    ...Object.fromEntries(flags.map((flag) => [flag.key, configOption(flag)])),
    [SET]: multiple(option("--set", valueParser("KEY=VALUE", WORD), {
      description: message`any key of the configuration; may be repeated`,
    })),
    [CONFIG]: optional(option("--config", path({ metavar: "FILE", mustExist: true, type: "file" }), {
      description: message`many keys from a JSON file; flags and --set overrule it`,
    })),
  });
  return map(
    parser,
    ({ [SET]: set, [CONFIG]: config, ...values }) => ({ values: given(values), set, config }),
  );
}

// Symbols, because every string could be a key of the configuration.
const SET = Symbol("--set");
const CONFIG = Symbol("--config");

function configOption(given: Flag): Parser<"sync", ConfigValue | undefined, unknown> {
  const described = { description: [text(given.description)] };
  if (given.kind === "switch") return optional(flag(given.flag, described));
  return optional(option(given.flag, READERS[given.kind](given.metavar), described));
}

const READERS: Readonly<
  Record<"number" | "string" | "number-or-word", (metavar: string) => ValueParser<"sync", string | number>>
> = {
  "number": (metavar) => valueParser(metavar, { read: parseNumber, rule: "a number", placeholder: 0 }),
  "string": (metavar) => valueParser(metavar, WORD),
  "number-or-word": (metavar) =>
    valueParser(metavar, { ...WORD, read: (input) => parseNumber(input) ?? input }),
};

interface Reader<T> {
  readonly read: (input: string) => T | undefined;
  /** What an input that cannot be read should have been. */
  readonly rule: string;
  readonly placeholder: T;
}

const WORD: Reader<string> = { read: (input) => input, rule: "a word", placeholder: "" };

/** Rejects another flag as a value: after `--dataset --epochs 3` a name is missing, not odd. */
function valueParser<T>(metavar: string, { read, rule, placeholder }: Reader<T>): ValueParser<"sync", T> {
  ensureNonEmptyString(metavar);
  return {
    mode: "sync",
    metavar,
    placeholder,
    format: String,
    parse: (input) => {
      const value = input.startsWith("--") ? undefined : read(input);
      return value === undefined
        ? { success: false, error: message`must be ${text(rule)}, got ${input}` }
        : { success: true, value };
    },
  };
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const NOT_FINITE: Readonly<Record<string, number>> = {
  "nan": NaN,
  "infinity": Infinity,
  "+infinity": Infinity,
  "-infinity": -Infinity,
};

function parseNumber(input: string): number | undefined {
  return NUMBER.test(input) ? Number(input) : NOT_FINITE[input.toLowerCase()];
}

function given<T>(values: Readonly<Record<string, T | undefined>>): Record<string, T> {
  const entries = Object.entries(values).filter((entry): entry is [string, T] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
