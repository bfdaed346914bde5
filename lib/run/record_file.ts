/**
 * Records: files that this program wrote and reads again, trusting nothing in them.
 *
 * @module
 */

import * as v from "valibot";
import { readJson } from "./json.ts";

/**
 * Reads a JSON file of a known form.
 *
 * @param path the file
 * @param schema what it must hold; keys that the schema does not know are left out
 * @returns what it holds; undefined if there is none
 * @throws {SyntaxError} if it is corrupt, naming the file and its first key that is wrong
 */
export async function readRecord<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
): Promise<v.InferOutput<Schema> | undefined> {
  const value = await ifThere(readJson(path));
  return value === undefined ? undefined : parseRecord(value, schema, path);
}

/**
 * Checks what a file holds.
 *
 * @param value its content
 * @param schema what it must be
 * @param name the file, for the error
 * @returns the content
 * @throws {SyntaxError} naming the file and its first key that is wrong
 */
export function parseRecord<Schema extends v.GenericSchema>(
  value: unknown,
  schema: Schema,
  name: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const { expected, message, received } = issue;
  const defect = received === "undefined" ? "is missing" : `must be ${expected ?? message}, got ${received}`;
  throw new SyntaxError(`Cannot read ${name}: ${v.getDotPath(issue) ?? "it"} ${defect}`);
}

/**
 * Reads something, and says what to do where it is corrupt.
 *
 * @param advice what to do
 * @param read reads it
 * @returns what was read
 * @throws {SyntaxError} what reading throws of this kind, with the advice
 */
export async function advised<T>(advice: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof SyntaxError ? new SyntaxError(`${error.message}; ${advice}`) : error;
  }
}

/** What is read from a file; undefined where there is no such file. */
export async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Whether a path is not there, because it or a folder on its way is missing. */
export function isAbsence(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

/** Says that a file is not there. */
export function missing(path: string): never {
  throw new SyntaxError(`Cannot read ${path}: there is no such file`);
}

/** Advice on a file that a run cannot do without, and that nothing but training makes. */
export function orTrainAgain(run: string): string {
  return `put a good copy back, or delete ${run} and train it again`;
}
