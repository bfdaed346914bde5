/**
 * A memory with a plan's arena in it, and threads that run the plan's programs.
 *
 * @module
 */

import { sizeOf } from "../../model/record.ts";
import type { Examples } from "../engine.ts";
import type { Buffer, Op } from "../plan/op.ts";
import { type Plan, type ProgramName, PROGRAMS } from "../plan/plan.ts";
import { encodeProgram, roomFor } from "./encode.ts";
import * as code from "./opcodes.ts";
import { startPool } from "./pool.ts";
import type { Machine } from "./start.ts";

/** What a program is run on. */
export interface Job {
  /** Examples in rows; absent where the program reads none. */
  readonly data?: Examples;
  /** The rows of one batch after the other. */
  readonly indices: Uint32Array;
  /** Number of the first batch's step. */
  readonly step: number;
}

/** Sums over one batch, in float64. */
export interface BatchSums {
  readonly reconstruction: number;
  readonly bound: number;
  /** By column. */
  readonly kl: Float64Array;
}

/** Kernels, threads and memory for plans of one model. */
export interface Device {
  readonly threads: number;
  /** A buffer's elements, to read or to write before the next run. */
  view(buffer: Buffer): Float32Array;
  /**
   * Runs a program on batches of the plan's rows. What it leaves in the arena is of the last one.
   *
   * @returns sums of what each batch of `train` has measured; of other programs none that mean anything
   * @throws {Error} if a thread fails
   */
  run(plan: Plan, program: ProgramName, job: Job): Promise<BatchSums[]>;
  /** Ends the threads; the device cannot be used afterwards. */
  close(): void;
}

/** Batches that one call of the kernels runs at most. */
const LARGEST_CALL = 64;
/** Milliseconds after which the caller's event loop has its turn: Ctrl-C is heard then. */
const TURN = 40;
/** Data sets that stay in memory: to train, validate and test on. */
const RESIDENTS = 3;
const LINE = 64;

/**
 * Makes a device whose memory is laid out for a plan, and for those of fewer rows.
 *
 * @param plan of the largest batch
 * @param options the machine, how many threads to start on it, and the seed of all noise
 * @returns the device
 * @throws {RangeError} if there is not enough memory
 * @throws {Error} if a thread cannot start
 */
export async function createDevice(
  plan: Plan,
  { machine, threads, seed }: { readonly machine: Machine; readonly threads: number; readonly seed: number },
): Promise<Device> {
  const pool = await startPool(machine.module, { threads, shared: machine.threaded });
  const klColumns = plan.io.kl.shape[1];
  const programs = PROGRAMS.map((name) => plan[name]);
  const room = roomFor(programs);
  const ownSize = align(4 * code.COUNTERS + room.own) + LINE;

  const program = code.FIRST_FREE;
  const indicesAt = align(program + Math.max(...programs.map(largestProgram)));
  const sumsAt = align(indicesAt + 4 * plan.rows * LARGEST_CALL);
  const sumWords = 2 + klColumns;
  const sharedAt = align(sumsAt + 8 * sumWords * LARGEST_CALL);
  const ownAt = align(sharedAt + 2 * align(room.shared));
  const arena = align(ownAt + threads * ownSize);
  const places = { arena, shared: [sharedAt, sharedAt + align(room.shared)] } as const;
  let arenaEnd = arena + 4 * plan.size;
  try {
    pool.grow(arenaEnd + LINE);
  } catch (error) {
    pool.close();
    throw error;
  }

  const words = () => new Int32Array(pool.bytes());
  const set = (address: number, value: number) => words()[address >> 2] = value;
  const encoded = new WeakMap<readonly Op[], Int32Array>();
  set(code.SCRATCH, ownAt);
  set(code.SCRATCH_SIZE, ownSize);
  set(code.KEY_0, seed % 2 ** 32);
  set(code.KEY_1, Math.floor(seed / 2 ** 32));

  /** Data sets by address, in the order in which they came. */
  const residents = new Map<Examples, number>();
  let dataEnd = arenaEnd;

  /** Makes sure that a plan's arena has its place; in theory one of fewer rows could need more. */
  const fit = ({ size }: Plan) => {
    if (arena + 4 * size <= arenaEnd) return;
    arenaEnd = arena + 4 * size;
    residents.clear();
    pool.grow(arenaEnd + LINE);
  };

  const place = (data: Examples): number => {
    const known = residents.get(data);
    if (known !== undefined) return known;
    if (residents.size === RESIDENTS) residents.clear();
    if (residents.size === 0) dataEnd = arenaEnd;
    const address = align(dataEnd);
    dataEnd = address + data.byteLength;
    pool.grow(dataEnd + LINE);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    new Uint8Array(pool.bytes(), address, data.byteLength).set(bytes);
    residents.set(data, address);
    return address;
  };

  const prepare = (on: Plan, name: ProgramName, data: Examples | undefined) => {
    fit(on);
    const ops = on[name];
    const table = encoded.get(ops) ?? encodeProgram(ops, places);
    encoded.set(ops, table);
    words().set(table, program >> 2);
    const at = (buffer: Buffer) => arena + 4 * buffer.offset;
    const trains = name === "train";
    set(code.PROGRAM, program);
    set(code.ROWS, on.rows);
    set(code.INDICES, indicesAt);
    set(code.SUMS, sumsAt);
    set(code.DATA, data === undefined ? 0 : place(data));
    set(code.DATA_IS_FLOAT, Number(data instanceof Float32Array));
    set(code.RECONSTRUCTION, trains ? at(on.io.reconstruction) : 0);
    set(code.BOUND, trains && on.io.bound !== undefined ? at(on.io.bound) : 0);
    set(code.KL, at(on.io.kl));
    set(code.KL_COLUMNS, trains ? klColumns : 0);
  };

  const readSums = (count: number): BatchSums[] =>
    Array.from({ length: count }, (_, i) => {
      const sums = new Float64Array(pool.bytes(), sumsAt + 8 * sumWords * i, sumWords).slice();
      return { reconstruction: sums[0], bound: sums[1], kl: sums.subarray(2) };
    });

  /** Of one batch of each program, to stay within a turn. */
  const durations = new Map<readonly Op[], number>();
  let turn = machine.now();

  return {
    threads,
    view: ({ offset, shape }) => new Float32Array(pool.bytes(), arena + 4 * offset, sizeOf(shape)),

    async run(on, name, { data, indices, step }) {
      prepare(on, name, data);
      const ops = on[name];
      const batches = Math.max(1, indices.length / on.rows);
      const sums: BatchSums[] = [];
      while (sums.length < batches) {
        const done = sums.length;
        const fitting = Math.floor(TURN / (durations.get(ops) ?? TURN));
        const count = Math.min(Math.max(1, fitting), LARGEST_CALL, batches - done);
        words().set(
          new Int32Array(indices.slice(done * on.rows, (done + count) * on.rows).buffer),
          indicesAt >> 2,
        );
        set(code.BATCHES, count);
        set(code.STEP, step + done);
        const begun = machine.now();
        await pool.run();
        const ended = machine.now();
        durations.set(ops, (ended - begun) / count);
        sums.push(...readSums(count));
        if (ended - turn < TURN) continue;
        await new Promise((resolve) => setTimeout(resolve, 0));
        turn = machine.now();
      }
      return sums;
    },

    close: () => pool.close(),
  };
}

/** Bytes of a program with a barrier before every operation, where none is saved. */
function largestProgram(ops: readonly Op[]): number {
  return 4 * (encodeProgram(ops, { arena: 0, shared: [0, 0] }).length + 2 * ops.length);
}

function align(size: number): number {
  return Math.ceil(size / LINE) * LINE;
}
