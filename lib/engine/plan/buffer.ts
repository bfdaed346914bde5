/**
 * Places in the arena.
 *
 * @module
 */

/** A range of the arena. */
export interface Buffer {
  /** What it holds, for people: `encoder/0/kernel`, `gradient of latent/loc/bias`, `decoder/3`. */
  readonly name: string;
  /** First element. */
  readonly offset: number;
  /** Its elements in order. */
  readonly shape: readonly number[];
}

/**
 * A buffer read as if it had `[rows, columns]` elements: element (row, column) is at row · rowStride + column ·
 * columnStride, and a stride of 0 repeats. Degrees of freedom are read so: one number, one for each coordinate, one for
 * each row, or all of them.
 */
export interface Strided {
  readonly buffer: Buffer;
  readonly rowStride: number;
  readonly columnStride: number;
}
