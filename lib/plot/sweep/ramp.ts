/**
 * Colours from bad to good.
 *
 * @module
 */

import { COLORS } from "../theme.ts";

/** All stand out on both papers; blue and orange are told apart with every colour vision. */
const STOPS = [COLORS.data, "#8f8a94", COLORS.model] as const;

/**
 * The colour of a place between the worst and the best.
 *
 * @param goodness from 0, the worst, to 1, the best
 * @returns a colour as `#rrggbb`
 */
export function rampColor(goodness: number): string {
  const place = goodness * (STOPS.length - 1);
  const i = Math.min(Math.floor(place), STOPS.length - 2);
  const [from, to] = [channels(STOPS[i]), channels(STOPS[i + 1])];
  const mixed = from.map((value, channel) => Math.round(value + (place - i) * (to[channel] - value)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

function channels(color: string): number[] {
  return [1, 3, 5].map((start) => parseInt(color.slice(start, start + 2), 16));
}
