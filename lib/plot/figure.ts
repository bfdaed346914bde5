/**
 * Figures as plain JSON, in the form Plotly draws.
 *
 * @module
 */

/** A value that JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A set of named JSON values. */
export interface JsonObject {
  /** Any member. */
  readonly [key: string]: Json;
}

/** One series of a figure: Plotly's trace. */
export interface Trace extends JsonObject {
  /** How it is drawn. */
  readonly type: "scatter" | "bar" | "histogram";
}

/** A picture that any Plotly can draw. It says what is shown; colours of paper and ink come from a theme. */
export interface Figure {
  /** What is drawn, the first lowest. */
  readonly data: readonly Trace[];
  /** Axes, legend, size and title. */
  readonly layout: Layout;
}

/** Plotly's layout; every figure has a title. */
export interface Layout extends JsonObject {
  /** What the figure shows. */
  readonly title: Title;
}

/** A figure's heading. */
export interface Title extends JsonObject {
  /** The words. */
  readonly text: string;
}

/**
 * A heading that makes its own room, so that leaving it out leaves no gap.
 *
 * @param text what the figure shows
 * @returns the title of a layout
 */
export function title(text: string): Title {
  return { text, automargin: true, yref: "container" };
}

/** float32 carries 7 digits, and a screen shows 4. */
const DIGITS = 5;

/**
 * Numbers as a figure stores them: five significant digits, which halves its size and shows no difference.
 *
 * @param values any numbers
 * @returns as many, with `null` (a gap in the picture) for what is not finite
 */
export function plotted(values: Iterable<number>): (number | null)[] {
  return Array.from(values, (value) => Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : null);
}

/**
 * One column of a row-major matrix, or some rows of it.
 *
 * @param matrix `[rows, columns]` row-major
 * @param options `column`, of how many `columns`, in which `rows` (default: all)
 * @returns the elements, `[rows]`
 */
export function column(
  matrix: Float32Array,
  { column, columns, rows = range(matrix.length / columns) }: {
    readonly column: number;
    readonly columns: number;
    readonly rows?: readonly number[];
  },
): number[] {
  return rows.map((row) => matrix[row * columns + column]);
}

/**
 * The number of rows of a row-major matrix.
 *
 * @param matrix `[rows, columns]` row-major
 * @param options how many `columns`, and `what` it is, for the error
 * @throws {TypeError} if the last row is incomplete
 */
export function countRows(
  matrix: { readonly length: number },
  { columns, what }: { readonly columns: number; readonly what: string },
): number {
  const rows = matrix.length / columns;
  if (!Number.isInteger(rows)) {
    throw new TypeError(
      `Cannot draw ${what}: expected rows of ${columns} elements, got ${matrix.length} in all`,
    );
  }
  return rows;
}

/** The integers from 0 to count − 1. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
