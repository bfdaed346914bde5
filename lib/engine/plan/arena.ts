/**
 * Where buffers lie: regions that all plans of a model share, and one that each program shares among its buffers.
 *
 * @module
 */

import { type Parameter, parameterTable, statisticsTable } from "../../model/parameters.ts";
import { type Model, type Shape, sizeOf } from "../../model/record.ts";
import { buffersOf } from "./access.ts";
import type { Buffer, Op } from "./op.ts";
import type { Plan, Region } from "./plan.ts";

/** Buffers start at multiples of this many elements, the float32 of a cache line: no two threads then write to one. */
const LINE = 16;

/** A buffer whose place is found later, but before anybody reads it. */
export interface Unplaced extends Buffer {
  offset: number;
}

/** The regions that do not depend on the batch. */
export interface SharedArena extends Pick<Plan, "parameters" | "all" | "statistics" | "constants"> {
  /** The gradient of each parameter, in the table's order. */
  readonly gradients: readonly Buffer[];
  /** One element with this value, the same one for the same name and value. */
  constant(name: string, value: number): Buffer;
  /** Where each region is, once every constant is known. */
  regions(): Readonly<Record<Exclude<Region, "work">, Range>>;
}

/** A range of the arena, in elements. */
export interface Range {
  readonly offset: number;
  readonly size: number;
}

/**
 * Lays out what every plan of a model has in common.
 *
 * @param model the record
 * @returns buffers of parameters, moments, gradients, statistics, and of constants as they are asked for
 */
export function sharedArena(model: Model): SharedArena {
  const table = parameterTable(model);
  const value = packed(table, { start: 0 });
  const size = value.end;
  const whole = (name: string, offset: number): Buffer => ({ name, offset, shape: [size] });
  const all = {
    value: whole("parameters", 0),
    m: whole("moments m", size),
    v: whole("moments v", 2 * size),
    gradient: whole("gradients", 3 * size),
  };
  const gradients = packed(table, { start: all.gradient.offset, prefix: "gradient of " });
  const statistics = packed(statisticsTable(model), { start: gradients.end });
  const constants: { readonly buffer: Buffer; readonly values: readonly number[] }[] = [];
  return {
    parameters: value.buffers,
    gradients: gradients.buffers,
    statistics: statistics.buffers,
    all,
    constants,
    constant(name, value) {
      const known = constants.find(({ buffer, values }) => buffer.name === name && values[0] === value);
      if (known !== undefined) return known.buffer;
      const buffer = { name, offset: statistics.end + LINE * constants.length, shape: [1] };
      constants.push({ buffer, values: [value] });
      return buffer;
    },
    regions: () => ({
      parameters: { offset: 0, size },
      moments: { offset: all.m.offset, size: 2 * size },
      gradients: { offset: all.gradient.offset, size },
      statistics: { offset: gradients.end, size: statistics.end - gradients.end },
      constants: { offset: statistics.end, size: LINE * constants.length },
    }),
  };
}

function packed(
  table: readonly Parameter[],
  { start, prefix = "" }: { readonly start: number; readonly prefix?: string },
): { readonly buffers: readonly Buffer[]; readonly end: number } {
  let end = start;
  const buffers = table.map(({ name, shape, size }) => {
    const offset = end;
    end += aligned(size);
    return { name: prefix + name, offset, shape };
  });
  return { buffers, end };
}

/**
 * Gives buffers places one after the other, so that none shares any.
 *
 * @param buffers which
 * @param start first element of the first one
 * @returns the first element behind the last one
 */
export function placeApart(buffers: readonly Unplaced[], start: number): number {
  let end = start;
  for (const buffer of buffers) {
    buffer.offset = end;
    end += sizeOfPlace(buffer.shape);
  }
  return end;
}

/**
 * Gives a program's buffers places, such that those whose lifetimes overlap do not.
 *
 * A buffer lives from the first to the last operation that has it; one that nothing has is given no place. Largest
 * first, each goes to the lowest place that is free for its life.
 *
 * @param ops the program
 * @param options `buffers` to place, `kept` ones of them that are read after the last operation, and `start`, the
 *   region's first element
 * @returns the first element behind all of them
 *
 * Source: Pisarchyk & Lee 2020, "Efficient memory management for deep neural net inference", greedy by size.
 */
export function placeByLifetime(
  ops: readonly Op[],
  { buffers, kept, start }: {
    readonly buffers: readonly Unplaced[];
    readonly kept: readonly Buffer[];
    readonly start: number;
  },
): number {
  const lives = lifetimes(ops, buffers).map((life) =>
    kept.includes(life.buffer) ? { ...life, last: ops.length } : life
  );
  const placed: Life[] = [];
  let end = start;
  for (const life of lives.toSorted((a, b) => sizeOf(b.buffer.shape) - sizeOf(a.buffer.shape))) {
    const { buffer } = life;
    const size = sizeOfPlace(buffer.shape);
    buffer.offset = start;
    for (const other of placed) {
      if (other.last < life.first || life.last < other.first) continue;
      // In order of their places, so that the first gap that is wide enough is the lowest one.
      if (other.buffer.offset >= buffer.offset + size) break;
      buffer.offset = Math.max(buffer.offset, other.buffer.offset + sizeOfPlace(other.buffer.shape));
    }
    end = Math.max(end, buffer.offset + size);
    placed.push(life);
    placed.sort((a, b) => a.buffer.offset - b.buffer.offset);
  }
  return end;
}

interface Life {
  readonly buffer: Unplaced;
  readonly first: number;
  readonly last: number;
}

function lifetimes(ops: readonly Op[], buffers: readonly Unplaced[]): readonly Life[] {
  const used = ops.map((op) => new Set(buffersOf(op)));
  return buffers.map((buffer) => ({
    buffer,
    first: used.findIndex((set) => set.has(buffer)),
    last: used.findLastIndex((set) => set.has(buffer)),
  })).filter(({ first }) => first >= 0);
}

function aligned(size: number): number {
  return Math.ceil(size / LINE) * LINE;
}

function sizeOfPlace(shape: Shape): number {
  return aligned(sizeOf(shape));
}
