/**
 * What the parts of a configuration's schema are made of.
 *
 * @module
 */

import * as v from "valibot";
import { didYouMean } from "../names/nearest.ts";
import { isObject } from "./json.ts";
import { type Message, must, unknownKey, unknownName } from "./schema_messages.ts";

/** One of several names; `what` they are names of. */
export function name<const Names extends readonly string[]>(
  what: string,
  valid: Names,
): v.PicklistSchema<Names, Message> {
  return v.picklist(valid, unknownName(what, valid));
}

/** A number of which something `holds`; the `rule` says it after `must be`. */
export function number(rule: string, holds: (x: number) => boolean): v.CustomSchema<number, Message> {
  return v.custom<number, Message>((x) => typeof x === "number" && holds(x), must(`be ${rule}`));
}

/** An object without other keys; `misplaced` says why a key that belongs to another variant has no meaning here. */
export function keys<const Entries extends v.ObjectEntries>(
  entries: Entries,
  misplaced: Readonly<Record<string, string>> = {},
): v.StrictObjectSchema<Entries, Message> {
  return v.strictObject(entries, ({ input, expected }) => {
    if (expected !== "never") return `Cannot use configuration: {key} is missing`;
    const key = String(input);
    return Object.hasOwn(misplaced, key)
      ? `Cannot use configuration: {key} has no meaning here, for ${misplaced[key]}`
      : unknownKey(key, Object.keys(entries));
  });
}

/** {@linkcode keys} of something that may not be an object at all; valibot takes an array for one. */
export function object<const Entries extends v.ObjectEntries>(
  entries: Entries,
): v.SchemaWithPipe<
  readonly [v.CustomSchema<Record<string, unknown>, Message>, v.StrictObjectSchema<Entries, Message>]
> {
  return v.pipe(
    v.custom<Record<string, unknown>, Message>(isObject, must("be an object")),
    keys(entries),
  );
}

/** A short form's long one: text under `key`, and an object with the defaults of what tells its variants apart. */
export function longForm(
  key: string,
  defaults: Readonly<Record<string, string>> = {},
): v.TransformAction<unknown, unknown> {
  return v.transform((input) =>
    typeof input === "string" ? { [key]: input } : isObject(input) ? { ...defaults, ...input } : input
  );
}

/** An integer from 1. */
export const positiveInteger: v.CustomSchema<number, Message> = number(
  "a positive integer",
  (x) => Number.isSafeInteger(x) && x > 0,
);

/** An integer from 0. */
export const count: v.CustomSchema<number, Message> = number(
  "an integer >= 0",
  (x) => Number.isSafeInteger(x) && x >= 0,
);

/** What decides random draws. */
export const seed: v.CustomSchema<number, Message> = number(
  "an integer from 0 to 2^53 - 1",
  (x) => Number.isSafeInteger(x) && x >= 0,
);

/** Any number but infinite ones. */
export const finite: v.CustomSchema<number, Message> = number("finite", (x) => Number.isFinite(x));

/** A number above 0. */
export const positive: v.CustomSchema<number, Message> = number(
  "finite and > 0",
  (x) => Number.isFinite(x) && x > 0,
);

/** A number from 0. */
export const notNegative: v.CustomSchema<number, Message> = number(
  "finite and >= 0",
  (x) => Number.isFinite(x) && x >= 0,
);

/** True or false. */
export const boolean: v.BooleanSchema<Message> = v.boolean(must("be true or false"));

/** A number above 0 as it is given, or one of a few words. */
export function numberOr<const Words extends readonly string[]>(
  words: Words,
): v.LazySchema<v.CustomSchema<number, Message> | v.PicklistSchema<Words, Message>> {
  const rule = must(`be finite and > 0, or ${words.join(", ")}`);
  const word = v.picklist(
    words,
    (issue: v.BaseIssue<unknown>) => rule(issue) + didYouMean(issue.input, words),
  );
  return v.lazy((x) => typeof x === "number" ? positive : word);
}
