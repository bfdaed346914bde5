/**
 * What is said of a configuration that cannot be used: whole sentences in which `{key}` stands for the dotted name of
 * the key at fault.
 *
 * @module
 */

import type { BaseIssue } from "valibot";
import { didYouMean, nearest } from "../names/nearest.ts";
import * as names from "../names/unknown_name.ts";
import { FLAGS } from "./flags.ts";

/** A sentence about a value that a schema has rejected. */
export type Message = (issue: BaseIssue<unknown>) => string;

/** That a value breaks a rule. */
export function must(rule: string): Message {
  return ({ input }) => `Cannot use configuration: {key} must ${rule}, got ${show(input)}`;
}

/** That a value is none of the valid names, nor what else it may be, and which name is the nearest. */
export function unknownName(what: string, valid: readonly string[], or?: string): Message {
  return ({ input }) =>
    names.unknownName(what, { name: input, valid, or, shown: `${show(input)} for {key}` });
}

/** That there is no such key. `learningRate` at the top is no mistyped sibling, but the end of `optimizer.learningRate`. */
export function unknownKey(key: string, siblings: readonly string[]): string {
  const lastName = (dotted: string) => dotted.slice(dotted.lastIndexOf(".") + 1);
  const keys = FLAGS.map((flag) => flag.key);
  const namesake = nearest(key, keys.map(lastName));
  const guess = didYouMean(key, siblings) ||
    (namesake === undefined ? "" : `; did you mean ${keys.find((k) => lastName(k) === namesake)}?`);
  return `Unknown key {key}; valid here: ${siblings.join(", ")}${guess}`;
}

/** A value as it may be shown in one line. */
export function show(value: unknown): string {
  const text = typeof value === "number" ? String(value) : JSON.stringify(value) ?? "nothing";
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
