/**
 * What numbers of a record must be, and how it is said that one is not.
 *
 * @module
 */

/** What a number must be. */
export interface Rule {
  /** In words that follow "must be". */
  readonly must: string;
  /** Whether a number is that. */
  readonly holds: (value: number) => boolean;
}

/** Sizes and numbers of things. */
export const POSITIVE_INTEGER: Rule = {
  must: "a positive integer",
  holds: (x) => Number.isSafeInteger(x) && x > 0,
};
/** Numbers of things that there may be none of. */
export const COUNT: Rule = {
  must: "an integer >= 0",
  holds: (x) => Number.isSafeInteger(x) && x >= 0,
};
/** Any number that can be computed with. */
export const FINITE: Rule = { must: "finite", holds: Number.isFinite };
/** Scales. */
export const POSITIVE: Rule = { must: "finite and > 0", holds: (x) => Number.isFinite(x) && x > 0 };
/** Degrees of freedom: in float32 a t of more is a normal in every digit, and far beyond engines go wrong. */
export const DF: Rule = {
  must: "> 0 and <= 1e12, beyond which it is a Gaussian",
  holds: (x) => x > 0 && x <= 1e12,
};
/** Weights. */
export const NOT_NEGATIVE: Rule = { must: "finite and >= 0", holds: (x) => Number.isFinite(x) && x >= 0 };

/** Ways to refuse a record. */
export interface Checks {
  /** Throws unless the rule holds: `Cannot build model fc: latent.size must be a positive integer, got 0`. */
  number(key: string, value: number, rule: Rule): void;
  /** Throws what is said of a key: that it must be something, what it is and what to do. */
  reject(rule: string): never;
}

/**
 * Checks that say what was being done.
 *
 * @param doing what cannot be done with a bad record: `build model fc`
 * @returns functions that throw a RangeError
 */
export function checks(doing: string): Checks {
  const reject = (rule: string): never => {
    throw new RangeError(`Cannot ${doing}: ${rule}`);
  };
  return {
    reject,
    number: (key, value, { must, holds }) => {
      if (!holds(value)) reject(`${key} must be ${must}, got ${value}`);
    },
  };
}
