/**
 * Programs as the kernels read them: a table of 32-bit words.
 *
 * @module
 */

import { STREAM } from "../../math/philox.ts";
import { sizeOf } from "../../model/record.ts";
import { buffersOf, writesOf } from "../plan/access.ts";
import type { Buffer, Divergence, Geometry, LogRatio, Op, Strided } from "../plan/op.ts";
import * as code from "./opcodes.ts";
import { gradientPieces, type Room, roomOf } from "./room.ts";

type Kind = Op["kind"];
type OpOf<K extends Kind> = Extract<Op, { kind: K }>;

/** Where things are in memory, in bytes. */
export interface Places {
  /** The arena's first element. */
  readonly arena: number;
  /** Scratch memory that threads share, in two halves: operations that follow each other never have the same. */
  readonly shared: readonly [number, number];
}

/**
 * What an operation touches before its first barrier of its own; all else it touches behind it. Others have none.
 */
const EARLY: Partial<{ readonly [K in Kind]: readonly (keyof OpOf<K>)[] }> = {
  "product": ["b"],
  "sum-rows": ["x"],
  "conv": ["kernel"],
  "conv-transpose": ["kernel"],
  "conv-kernel-gradient": ["large", "small"],
  "batch-norm": ["x"],
  "normalise": ["variance"],
  "batch-norm-gradient": ["x", "y", "dy", "mean", "rate"],
  "clip": ["gradient"],
};

/**
 * Writes a program, with a barrier wherever an operation needs what another thread may not have done yet.
 *
 * @param ops the program
 * @param places where things are
 * @returns words, the last one the end
 */
export function encodeProgram(ops: readonly Op[], places: Places): Int32Array {
  const words: number[] = [];
  let touched: readonly Buffer[] = [];
  let written: readonly Buffer[] = [];
  let half = 0;
  for (const op of ops) {
    const fields: readonly string[] | undefined = EARLY[op.kind];
    const early = fields === undefined
      ? buffersOf(op)
      : Object.entries(op).flatMap(([field, value]) => fields.includes(field) ? [value as Buffer] : []);
    const writes = fields === undefined ? writesOf(op) : [];
    if (anyOverlap(early, written) || anyOverlap(writes, touched)) {
      words.push(code.BARRIER, 2);
      [touched, written] = [[], []];
    }
    // A barrier inside an operation serves those before it too.
    if (fields !== undefined) [touched, written] = [[], []];
    touched = [...touched, ...buffersOf(op)];
    written = [...written, ...writesOf(op)];
    const encode = ENCODERS[op.kind] as Encoder<typeof op.kind>;
    const own = encode(op as never, {
      at: (buffer) => buffer === undefined ? 0 : places.arena + 4 * buffer.offset,
      shared: places.shared[half],
    });
    if (fields !== undefined) half = 1 - half;
    words.push(CODES[op.kind], own.length + 2, ...own);
  }
  return Int32Array.from([...words, code.END, 0]);
}

/**
 * The scratch memory that programs need.
 *
 * @param programs which
 * @returns the most that any of their operations needs, in bytes
 */
export function roomFor(programs: readonly (readonly Op[])[]): Room {
  const rooms = programs.flat().map(roomOf);
  const most = (field: keyof Room) => rooms.reduce((most, room) => Math.max(most, room[field]), 0);
  return { shared: most("shared"), own: most("own") };
}

function anyOverlap(some: readonly Buffer[], others: readonly Buffer[]): boolean {
  return some.some((a) => others.some((b) => overlap(a, b)));
}

function overlap(a: Buffer, b: Buffer): boolean {
  return a.offset < b.offset + sizeOf(b.shape) && b.offset < a.offset + sizeOf(a.shape);
}

const CODES: { readonly [K in Kind]: number } = {
  "gather": code.GATHER,
  "uniforms": code.UNIFORMS,
  "product": code.PRODUCT,
  "sum-rows": code.SUM_ROWS,
  "conv": code.CONV,
  "conv-transpose": code.CONV_TRANSPOSE,
  "conv-kernel-gradient": code.CONV_KERNEL_GRADIENT,
  "batch-norm": code.BATCH_NORM,
  "normalise": code.NORMALISE,
  "batch-norm-gradient": code.BATCH_NORM_GRADIENT,
  "leaky-relu": code.LEAKY_RELU,
  "leaky-relu-gradient": code.LEAKY_RELU_GRADIENT,
  "softplus": code.SOFTPLUS,
  "softplus-gradient": code.SOFTPLUS_GRADIENT,
  "draw": code.DRAW,
  "draw-gradient": code.DRAW_GRADIENT,
  "divergence": code.DIVERGENCE,
  "log-ratio": code.LOG_RATIO,
  "free-bits": code.FREE_BITS,
  "likelihood": code.LIKELIHOOD,
  "t3": code.T3,
  "t3-likelihood": code.T3_LIKELIHOOD,
  "sigmoid": code.SIGMOID,
  "add": code.ADD,
  "decay": code.DECAY,
  "clip": code.CLIP,
  "adam": code.ADAM,
};

const FAMILIES = {
  "bernoulli": code.BERNOULLI,
  "gaussian": code.GAUSSIAN,
  "student-t": code.STUDENT_T,
} as const;

interface Memory {
  /** A buffer's address; 0 for none. */
  at(buffer: Buffer | undefined): number;
  /** Address of shared scratch memory. */
  readonly shared: number;
}

type Encoder<K extends Kind> = (op: OpOf<K>, memory: Memory) => number[];

/** The words of each operation in the order in which its kernel reads them. */
const ENCODERS: { readonly [K in Kind]: Encoder<K> } = {
  "gather": ({ x }, { at }) => [at(x), ...x.shape],
  "uniforms": ({ u, v, stream, draw }, { at }) => {
    const training = stream === STREAM.latent || stream === STREAM.secondLatent;
    const step = draw === "step" ? code.DRAW_STEP : training ? code.TRAINING_STEP : code.NO_STEP;
    return [at(u), at(v), ...u.shape, stream, draw === "step" ? 0 : draw * 2 ** 16, step];
  },
  "product": (op, { at, shared }) => {
    if (op.accumulate && op.bias !== undefined) {
      throw new Error(`Cannot encode the product ${op.c.name}: it must not both accumulate and add a bias`);
    }
    return [
      ...[at(op.a), at(op.b), at(op.c), op.m, op.n, op.k],
      ...[Number(op.transposeA), Number(op.transposeB), at(op.bias)],
      ...[Number(op.accumulate), Number(op.relu), at(op.mask), shared],
    ];
  },
  "sum-rows": ({ x, y, rows, columns }, { at, shared }) => [at(x), at(y), rows, columns, shared],
  "conv": (op, { at, shared }) => [
    ...geometry(op.geometry),
    ...[at(op.large), at(op.kernel), at(op.small), at(op.bias), Number(op.relu)],
    shared,
  ],
  "conv-transpose": (op, { at, shared }) => [
    ...geometry(op.geometry),
    ...[at(op.large), at(op.kernel), at(op.small), at(op.bias), Number(op.relu)],
    shared,
  ],
  "conv-kernel-gradient": (op, { at, shared }) => {
    const { chunk, places } = gradientPieces(op);
    return [
      ...geometry(op.geometry),
      ...[at(op.large), at(op.kernel), at(op.small), chunk, places, shared],
    ];
  },
  "batch-norm": (op, { at, shared }) => [
    ...[op.rows, op.channels, float(op.slope), at(op.x), at(op.gamma), at(op.beta), at(op.y)],
    ...[at(op.mean), at(op.rate), shared, at(op.running?.mean), at(op.running?.variance), 0],
    ...[...double(op.epsilon), ...double(op.running?.momentum ?? 0)],
  ],
  "normalise": (op, { at, shared }) => [
    ...[op.rows, op.channels, float(op.slope), at(op.x), at(op.gamma), at(op.beta), at(op.y)],
    ...[at(op.mean), at(op.variance), shared, ...double(op.epsilon)],
  ],
  "batch-norm-gradient": (op, { at, shared }) => [
    ...[op.rows, op.channels, float(op.slope), at(op.x), at(op.gamma), at(op.beta), at(op.y)],
    ...[at(op.mean), at(op.rate), shared, at(op.dy), at(op.dx), at(op.dGamma), at(op.dBeta)],
  ],
  "leaky-relu": ({ x, y, slope }, { at }) => [at(x), at(y), sizeOf(x.shape), float(slope)],
  "leaky-relu-gradient": (op, { at }) => [
    ...[at(op.x), at(op.dy), at(op.dx), sizeOf(op.x.shape), float(op.slope)],
  ],
  "softplus": ({ x, y, floor }, { at }) => [at(x), at(y), sizeOf(x.shape), float(floor)],
  "softplus-gradient": ({ x, dy, dx }, { at }) => [at(x), at(dy), at(dx), sizeOf(x.shape)],
  "draw": (op, { at }) => [
    ...[op.rows, op.columns, Number(op.joint), at(op.loc), at(op.scale), float(op.factor)],
    ...[...strided(op.df, at), at(op.u), at(op.v), at(op.z), at(op.t), at(op.tDf)],
  ],
  "draw-gradient": (op, { at }) => [
    ...[op.rows, op.columns, Number(op.joint), float(op.factor), at(op.dz), at(op.t), at(op.tDf)],
    ...[at(op.scale), at(op.dLoc), at(op.dScale), at(op.dDf)],
  ],
  "divergence": (op, { at }) => divergence(op, at),
  "log-ratio": (op, { at }) => [...divergence(op, at), at(op.z), at(op.dz)],
  "free-bits": (op, { at }) => [
    ...[op.rows, op.columns, at(op.kl), float(op.threshold), op.gradients.length],
    ...op.gradients.flatMap((gradient) => [at(gradient), sizeOf(gradient.shape) / op.rows]),
  ],
  "likelihood": (op, { at }) => [
    ...[FAMILIES[op.family], op.rows, op.columns, at(op.x), at(op.output), at(op.scale), float(op.df ?? 0)],
    ...[at(op.reconstruction), float(op.weight), at(op.dOutput), at(op.dScale)],
  ],
  "t3": (op, { at }) => {
    const { reconstructionScale, a, b, c, p, shift } = op.coefficients;
    return [
      ...[op.rows, op.columns, op.latentColumns, at(op.x), at(op.output), at(op.loc), at(op.scale)],
      ...[at(op.bound), float(op.weight), at(op.dOutput), at(op.dLoc), at(op.dScale)],
      ...[reconstructionScale, a, b, c, p, shift].flatMap(double),
    ];
  },
  "t3-likelihood": (op, { at }) => [
    ...[op.rows, op.columns, op.latentColumns, at(op.x), at(op.output), at(op.z), at(op.reconstruction), 0],
    ...[...double(op.df), ...double(op.scale)],
  ],
  "sigmoid": ({ x, y }, { at }) => [at(x), at(y), sizeOf(x.shape)],
  "add": ({ x, y }, { at }) => [at(x), at(y), sizeOf(x.shape)],
  "decay": ({ value, gradient, l2 }, { at }) => [
    ...[at(value), at(gradient), sizeOf(value.shape), float(2 * l2)],
  ],
  "clip": ({ gradient, norm }, { at, shared }) => [at(gradient), sizeOf(gradient.shape), float(norm), shared],
  "adam": ({ value, gradient, m, v, learningRate }, { at }) => [
    ...[at(value), at(gradient), at(m), at(v), sizeOf(value.shape), ...double(learningRate)],
  ],
};

function divergence(op: Omit<Divergence | LogRatio, "kind">, at: Memory["at"]): number[] {
  const tied = op.df !== undefined && op.df.buffer === op.priorDf?.buffer;
  return [
    ...[op.rows, op.columns, Number(op.joint), at(op.loc), at(op.scale), float(op.factor)],
    ...[...strided(op.df, at), ...strided(op.priorDf, at), at(op.kl), float(op.weight)],
    ...[at(op.gradient?.loc), at(op.gradient?.scale), at(op.gradient?.df), Number(tied)],
  ];
}

function geometry({ rows, large, small, size, stride, padding }: Geometry): number[] {
  return [rows, ...large, ...small, size, stride, ...padding];
}

function strided(view: Strided | undefined, at: Memory["at"]): number[] {
  return view === undefined ? [0, 0, 0] : [at(view.buffer), 4 * view.rowStride, 4 * view.columnStride];
}

/** The bits of a float32. */
function float(x: number): number {
  return new Int32Array(Float32Array.of(x).buffer)[0];
}

/** The bits of a float64. */
function double(x: number): number[] {
  return Array.from(new Int32Array(Float64Array.of(x).buffer));
}
