/**
 * Plans as tables for people.
 *
 * @module
 */

import { buffersOf, writesOf } from "../../lib/engine/plan/access.ts";
import { flops, programFlops } from "../../lib/engine/plan/flops.ts";
import type { Buffer, Op } from "../../lib/engine/plan/op.ts";
import { type Plan, PROGRAMS } from "../../lib/engine/plan/plan.ts";
import { sizeOf } from "../../lib/model/record.ts";
import { count, dataSize } from "./format.ts";
import { table } from "./table.ts";

const BYTES_PER_ELEMENT = 4;

/**
 * The operations of a program, one in a line: what each writes, how large it is, and its arithmetic.
 *
 * @param ops the program
 * @returns lines
 */
export function operationTable(ops: readonly Op[]): string {
  return table(
    [
      { title: "#", align: "right" },
      { title: "operation", align: "left" },
      { title: "writes", align: "left" },
      { title: "size", align: "left" },
      { title: "MFLOP", align: "right" },
    ],
    ops.map((op, i) => [String(i), op.kind, written(op), size(op), megaflops(op)]),
  );
}

/**
 * The operations and arithmetic of every program.
 *
 * @param plan whose
 * @returns lines
 */
export function programTable(plan: Plan): string {
  return table(
    [
      { title: "program", align: "left" },
      { title: "operations", align: "right" },
      { title: "GFLOP", align: "right" },
    ],
    PROGRAMS.map((name) => [name, String(plan[name].length), (programFlops(plan[name]) / 1e9).toFixed(3)]),
  );
}

/**
 * The regions of the arena.
 *
 * @param plan whose
 * @returns lines, the last one the arena's
 */
export function regionTable({ regions, size }: Plan): string {
  const row = (name: string, elements: number) => [
    name,
    count(elements),
    dataSize(BYTES_PER_ELEMENT * elements),
  ];
  return table(
    [
      { title: "region", align: "left" },
      { title: "elements", align: "right" },
      { title: "float32", align: "right" },
    ],
    [...Object.entries(regions).map(([name, region]) => row(name, region.size)), row("arena", size)],
  );
}

/**
 * The buffers of a program and where they are; those that are never in use together share places.
 *
 * @param ops the program
 * @returns lines, in the order of the arena
 */
export function bufferTable(ops: readonly Op[]): string {
  const buffers = [...new Set(ops.flatMap(buffersOf))].toSorted((a, b) => a.offset - b.offset);
  return table(
    [
      { title: "offset", align: "right" },
      { title: "buffer", align: "left" },
      { title: "shape", align: "left" },
      { title: "float32", align: "right" },
    ],
    buffers.map((buffer) => [
      String(buffer.offset),
      buffer.name,
      shape(buffer),
      dataSize(BYTES_PER_ELEMENT * sizeOf(buffer.shape)),
    ]),
  );
}

function written(op: Op): string {
  return writesOf(op).map(({ name }) => name).join(", ");
}

function size(op: Op): string {
  switch (op.kind) {
    case "product":
      return `[${op.m}, ${op.k}] · [${op.k}, ${op.n}]`;
    case "conv":
    case "conv-transpose":
    case "conv-kernel-gradient": {
      const { large, small, size, stride } = op.geometry;
      return `[${large.join(", ")}] ⇄ [${small.join(", ")}], ${size} × ${size} by ${stride}`;
    }
    default:
      return shape(writesOf(op)[0]);
  }
}

function shape(buffer: Buffer): string {
  return `[${buffer.shape.join(", ")}]`;
}

function megaflops(op: Op): string {
  const amount = flops(op);
  return amount === 0 ? "" : (amount / 1e6).toFixed(2);
}
