/**
 * JSON files.
 *
 * @module
 */

import { writeAtomic } from "./atomic.ts";

/** Anything that JSON can hold. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** A JSON object whose content is not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object with keys: not null, not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The one text of a value: keys in order of their code units, no white space.
 *
 * @param value anything JSON can hold
 * @returns equal texts for equal values, whatever order their keys were written in
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part) => {
    if (!isObject(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1));
  });
}

/**
 * Reads a JSON file.
 *
 * @throws {SyntaxError} naming the file and the place of the defect
 * @throws {Deno.errors.NotFound} if there is no such file
 */
export async function readJson(path: string): Promise<unknown> {
  return parseJson(await Deno.readTextFile(path), path);
}

/**
 * Parses JSON text.
 *
 * @param text what to parse
 * @param name the file it came from, for the error
 * @throws {SyntaxError} in one line, naming the file and the place of the defect
 */
export function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const defect = (error as SyntaxError).message.replaceAll(/\s+/g, " ");
    throw new SyntaxError(`Cannot read ${name}: it is not valid JSON: ${defect}`);
  }
}

/** Writes a value as an indented JSON file, atomically. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeAtomic(path, JSON.stringify(value, null, 2) + "\n");
}
