/**
 * Numbers for people.
 *
 * @module
 */

/**
 * A whole number with thousands separated.
 *
 * @param value rounded to the nearest integer
 * @returns such as `12,345`
 */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/**
 * A time span in its two largest units.
 *
 * @param seconds rounded up, so that nothing takes 0 s
 * @returns such as `45 s`, `1 min 20 s` or `2 h 5 min`
 */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`;
}

/**
 * An amount of data in decimal units, as file managers and networks count.
 *
 * @param bytes how many
 * @returns such as `512 B`, `28.9 kB` or `9.9 MB`
 */
export function dataSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [unit, name] = bytes < 1e6 ? [1e3, "kB"] : bytes < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  return `${(bytes / unit).toFixed(1)} ${name}`;
}

/**
 * A progress bar of line-drawing characters.
 *
 * @param fraction from 0 to 1
 * @param width in columns; none at all if it is not positive
 * @returns text of that width
 */
export function bar(fraction: number, width: number): string {
  const columns = Math.max(0, width);
  const full = Math.round(Math.min(Math.max(fraction, 0), 1) * columns);
  return "━".repeat(full) + "─".repeat(columns - full);
}
