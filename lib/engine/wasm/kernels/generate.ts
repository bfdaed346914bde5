/**
 * Writes the unrolled inner loops of matrix products, for AssemblyScript has no arrays of registers.
 *
 * @module
 */

import { ZEROS } from "../opcodes.ts";

/** The block of c that is kept in registers, and how it is multiplied. */
export interface Tile {
  /** Rows of c. */
  readonly rows: number;
  /** Registers of four columns. */
  readonly vectors: number;
  /**
   * How an element of a comes into all lanes of a register: by a load for each, or by one load for four of them and a
   * shuffle for each. Every load is checked against the memory's bounds, which costs more than a shuffle.
   */
  readonly broadcast: "load" | "shuffle";
}

/**
 * The source of `tile.ts`: for every number of rows up to the tile's a function
 *
 *     c[i, j] ← max(floor, init[i, j] + Σ_k a[k, i] · b[k, j])
 *
 * that keeps all of its block of c in registers. Both a and b are read in order: a column of op(a) after the other, and the
 * tile's columns of one k after those of the one before. `init` is a bias (step 0 from row to row), c itself or zeros, so
 * that one loop serves all three. Steps are in bytes; up to three numbers behind a column of a are read but not used.
 *
 * @param tile the block
 * @returns AssemblyScript
 */
export function generateTile(tile: Tile): string {
  const counts = [...range(tile.rows)].map((i) => i + 1);
  return [
    `import { madd } from "./vector_math";`,
    `export const TILE_ROWS: i32 = ${tile.rows};`,
    `export const TILE_COLUMNS: i32 = ${4 * tile.vectors};`,
    ...counts.map((rows) => kernel({ ...tile, rows })),
    ...peak(tile),
    `export function tile(rows: i32, ${PARAMETERS}): void {`,
    `switch (rows) {`,
    ...counts.map((rows) => `case ${rows}: return rows${rows}(${ARGUMENTS});`),
    `}`,
    `}`,
  ].join("\n");
}

const PARAMETERS = "k: i32, a: usize, stepA: usize, b: usize, init: usize, stepInit: usize, " +
  "c: usize, stepC: usize, floor: f32";
const ARGUMENTS = "k, a, stepA, b, init, stepInit, c, stepC, floor";

function kernel({ rows, vectors, broadcast }: Tile): string {
  const block = (line: (i: number, j: number) => string) =>
    [...range(rows)].flatMap((i) => [...range(vectors)].map((j) => line(i, j)));
  const columns = [...range(vectors)];
  // In each pair of neighbours all loads come before all stores, so that a compiler may join the two.
  return [
    `function rows${rows}(${PARAMETERS}): void {`,
    ...block((i, j) => `let c${i}_${j} = v128.load(init + ${i} * stepInit, ${16 * j});`),
    `const end = b + <usize> k * ${16 * vectors};`,
    `for (; b < end; b += ${16 * vectors}, a += stepA) {`,
    ...columns.map((j) => `const b${j} = v128.load(b, ${16 * j});`),
    ...[...range(rows)].flatMap((i) => [
      ...element(i, { rows, broadcast }),
      ...columns.map((j) => `c${i}_${j} = madd(x${i}, b${j}, c${i}_${j});`),
    ]),
    `}`,
    `const low = f32x4.splat(floor);`,
    ...block((i, j) => `c${i}_${j} = f32x4.max(c${i}_${j}, low);`),
    ...block((i, j) => `v128.store(c + ${i} * stepC, c${i}_${j}, ${16 * j});`),
    `}`,
  ].join("\n");
}

/** The same multiplications without any memory: what there is to reach. */
function peak({ rows, vectors }: Tile): string[] {
  const names = [...range(rows * vectors)].map((i) => `c${i}`);
  return [
    `export const flopsOfRound: i32 = ${8 * names.length};`,
    `export function peak(rounds: i32): f32 {`,
    // Loaded, as a constant would be built anew for every multiplication.
    `const a = v128.load(${ZEROS}), b = v128.load(${ZEROS}, 16);`,
    ...names.map((c) => `let ${c} = f32x4.splat(0);`),
    `for (let i = 0; i < rounds; i++) {`,
    ...names.map((c) => `${c} = madd(a, b, ${c});`),
    `}`,
    ...names.slice(1).map((c) => `c0 = f32x4.add(c0, ${c});`),
    `return f32x4.extract_lane(c0, 0);`,
    `}`,
  ];
}

/** Brings element i of a column of a into all lanes of x. */
function element(i: number, { rows, broadcast }: Pick<Tile, "rows" | "broadcast">): string[] {
  const four = i - i % 4;
  if (broadcast === "load" || four === rows - 1) return [`const x${i} = v128.load32_splat(a, ${4 * i});`];
  const lane = i % 4;
  return [
    ...(lane === 0 ? [`const a${four} = v128.load(a, ${4 * four});`] : []),
    `const x${i} = v128.shuffle<i32>(a${four}, a${four}, ${lane}, ${lane}, ${lane}, ${lane});`,
  ];
}

function* range(n: number): Generator<number> {
  for (let i = 0; i < n; i++) yield i;
}
