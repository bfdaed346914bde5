/**
 * Writes the unrolled inner loops of matrix products, for AssemblyScript has no arrays of registers.
 *
 * @module
 */

/** The size of the block of c that is kept in registers. */
export interface Tile {
  /** Rows of c: each takes one register for its element of a. */
  readonly rows: number;
  /** Registers of four columns. */
  readonly vectors: number;
}

/**
 * The source of `tile.ts`: for every number of rows up to the tile's a function
 *
 *     c[i, j] ← max(floor, init[i, j] + Σ_k a[i, k] · b[k, j])
 *
 * that keeps all of its block of c in registers, once for a with consecutive k and once for a with consecutive i. b is
 * packed: the tile's columns of one k after those of the one before. `init` is a bias (step 0 from row to row), c itself
 * or zeros, so that one loop serves all three. Steps are in bytes.
 *
 * @param tile the size
 * @returns AssemblyScript
 */
export function generateTile(tile: Tile): string {
  const names = [...range(tile.rows)].map((i) => i + 1);
  return [
    `import { madd } from "./vector_math";`,
    `export const TILE_ROWS: i32 = ${tile.rows};`,
    `export const TILE_COLUMNS: i32 = ${4 * tile.vectors};`,
    ...names.flatMap((rows) => [kernel({ ...tile, rows }, "row"), kernel({ ...tile, rows }, "column")]),
    dispatch(names),
  ].join("\n");
}

const PARAMETERS = "k: i32, a: usize, stepA: usize, b: usize, init: usize, stepInit: usize, " +
  "c: usize, stepC: usize, floor: f32";
const ARGUMENTS = "k, a, stepA, b, init, stepInit, c, stepC, floor";

/** One inner loop; `order` says which elements of a follow each other: those of a row or those of a column. */
function kernel({ rows, vectors }: Tile, order: "row" | "column"): string {
  const i = [...range(rows)];
  const j = [...range(vectors)];
  // In each pair of neighbours all loads come before all stores, so that a compiler may join the two.
  return [
    `function ${order}${rows}(${PARAMETERS}): void {`,
    ...i.map((i) => j.map((j) => `let c${i}_${j} = v128.load(init + ${i} * stepInit, ${16 * j});`).join("\n")),
    ...(order === "row" ? i.map((i) => `let a${i} = a + ${i} * stepA;`) : []),
    `const end = b + <usize> k * ${16 * vectors};`,
    `for (; b < end; b += ${16 * vectors}) {`,
    ...j.map((j) => `const b${j} = v128.load(b, ${16 * j});`),
    ...i.flatMap((i) => [
      order === "row"
        ? `const x${i} = v128.load32_splat(a${i});`
        : `const x${i} = v128.load32_splat(a, ${4 * i});`,
      ...j.map((j) => `c${i}_${j} = madd(x${i}, b${j}, c${i}_${j});`),
      ...(order === "row" ? [`a${i} += 4;`] : []),
    ]),
    ...(order === "row" ? [] : [`a += stepA;`]),
    `}`,
    `const low = f32x4.splat(floor);`,
    ...i.map((i) => j.map((j) => `c${i}_${j} = f32x4.max(c${i}_${j}, low);`).join("\n")),
    ...i.map((i) => j.map((j) => `v128.store(c + ${i} * stepC, c${i}_${j}, ${16 * j});`).join("\n")),
    `}`,
  ].join("\n");
}

function dispatch(names: readonly number[]): string {
  const cases = (order: string) =>
    names.map((n) => `case ${n}: return ${order}${n}(${ARGUMENTS});`).join("\n");
  return [
    `export function tile(rows: i32, inColumns: bool, ${PARAMETERS}): void {`,
    `if (inColumns) { switch (rows) {\n${cases("column")}\n} }`,
    `else { switch (rows) {\n${cases("row")}\n} }`,
    `}`,
  ].join("\n");
}

function* range(n: number): Generator<number> {
  for (let i = 0; i < n; i++) yield i;
}
