/**
 * Locations and scales of diagonal distributions: their types, defaults and checks.
 *
 * @module
 */

import { requireFinite, requirePositive } from "./special.ts";

/** Coordinates of a diagonal distribution, arrays of one length. */
export interface Coordinates {
  /** 0 by default. */
  readonly loc?: ArrayLike<number>;
  /** > 0; 1 by default. */
  readonly scale?: ArrayLike<number>;
}

/** Coordinates with nothing left out. */
export interface CheckedCoordinates {
  /** One for each coordinate. */
  readonly loc: Float64Array;
  /** One for each coordinate. */
  readonly scale: Float64Array;
}

/**
 * Fills in the defaults, and rejects what is outside the domain.
 *
 * @param coordinates loc and scale
 * @param context what was being done, and the lengths that other arrays have, by name
 * @returns loc and scale as arrays of one length; of length 1 where nothing says otherwise
 * @throws {RangeError} if a loc is not finite, or a scale is not finite and > 0
 * @throws {TypeError} if lengths differ
 */
export function checkedCoordinates(
  { loc, scale }: Coordinates,
  { action, lengths = {} }: {
    readonly action: string;
    readonly lengths?: Readonly<Record<string, number | undefined>>;
  },
): CheckedCoordinates {
  const given = Object.entries({ loc: loc?.length, scale: scale?.length, ...lengths })
    .filter((entry): entry is [string, number] => entry[1] !== undefined);
  const size = given[0]?.[1] ?? 1;
  if (given.some(([, length]) => length !== size)) {
    const names = given.map(([name]) => name).join(", ").replace(/, ([^,]*)$/, " and $1");
    const shapes = given.map(([name, length]) => `${name} [${length}]`).join(", ");
    throw new TypeError(`Cannot ${action}: ${names} must have one length, got ${shapes}`);
  }
  const locs = loc === undefined ? new Float64Array(size) : Float64Array.from(loc);
  const scales = scale === undefined ? new Float64Array(size).fill(1) : Float64Array.from(scale);
  for (let i = 0; i < size; i++) {
    requireFinite(locs[i], { action, name: `loc[${i}]` });
    requirePositive(scales[i], { action, name: `scale[${i}]` });
  }
  return { loc: locs, scale: scales };
}
