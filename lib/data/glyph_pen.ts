/**
 * A pen: turns control points into smooth curves, and curves into anti-aliased pixels.
 *
 * Only `+ - * /` and square roots are used, which IEEE 754 rounds alike everywhere: the same points give the
 * same bytes on every machine.
 *
 * @module
 */

/** A curve as points `x, y` with the pen's radius at each, all in one unit. */
export interface Trace {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly radius: Float64Array;
}

/** Points of a stroke before smoothing; `corners[i]` says that the curve has a corner at point i. */
export interface Stroke {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly corners: readonly boolean[];
}

/** Straight pieces between two control points: enough that none is longer than about two pixels. */
const PIECES = 5;

/** Width in pixels over which ink fades to paper at a stroke's edge. */
export const EDGE = 1.3;

/**
 * Reads a path of `glyph_styles.ts`: `x,y` in percent, `/` after a corner, `;` between strokes.
 *
 * @param path the description
 * @returns one stroke for each time that the pen is put down, coordinates as fractions of 1
 */
export function parsePath(path: string): Stroke[] {
  return path.split(";").map((stroke) => {
    const points = stroke.trim().split(/\s+/);
    const coordinates = points.map((point) => point.replace("/", "").split(",").map((n) => Number(n) / 100));
    return {
      x: coordinates.map(([x]) => x),
      y: coordinates.map(([, y]) => y),
      corners: points.map((point) => point.endsWith("/")),
    };
  });
}

/**
 * A smooth curve through a stroke's points: a centripetal Catmull–Rom spline, broken at corners.
 *
 * Centripetal, because the uniform spline overshoots and loops where points lie unevenly.
 *
 * @param stroke two or more points
 * @returns points along the curve, ends included
 *
 * Source: Yuksel, Schaefer & Keyser 2011, "Parameterization and applications of Catmull–Rom curves".
 */
export function smooth({ x, y, corners }: Stroke): { x: Float64Array; y: Float64Array } {
  const last = x.length - 1;
  const out = { x: new Float64Array(last * PIECES + 1), y: new Float64Array(last * PIECES + 1) };
  for (let i = 0; i < last; i++) {
    const before = i === 0 || corners[i] ? undefined : i - 1;
    const after = i + 1 === last || corners[i + 1] ? undefined : i + 2;
    // Tangents at both ends of the piece from i to i + 1; a free end goes straight on.
    const [ax, ay] = tangent(x, y, before, i, i + 1);
    const [bx, by] = tangent(x, y, after, i + 1, i);
    for (let piece = 0; piece < PIECES; piece++) {
      const t = piece / PIECES;
      const h1 = t * t * (3 - 2 * t), h0 = 1 - h1;
      const g0 = t * (1 - t) * (1 - t), g1 = t * t * (1 - t);
      out.x[i * PIECES + piece] = h0 * x[i] + h1 * x[i + 1] + g0 * ax + g1 * bx;
      out.y[i * PIECES + piece] = h0 * y[i] + h1 * y[i + 1] + g0 * ay + g1 * by;
    }
  }
  out.x[last * PIECES] = x[last];
  out.y[last * PIECES] = y[last];
  return out;
}

/** The curve's derivative at point `at`, looking towards `next`, in units of that piece's parameter. */
function tangent(
  x: readonly number[],
  y: readonly number[],
  previous: number | undefined,
  at: number,
  next: number,
): [number, number] {
  const dx = x[next] - x[at], dy = y[next] - y[at];
  if (previous === undefined) return [dx, dy];
  const px = x[at] - x[previous], py = y[at] - y[previous];
  const a = Math.sqrt(Math.sqrt(px * px + py * py)) || 1;
  const b = Math.sqrt(Math.sqrt(dx * dx + dy * dy)) || 1;
  const ratio = b / a, weight = b / (a + b);
  return [dx + ratio * px - weight * (px + dx), dy + ratio * py - weight * (py + dy)];
}

/**
 * Draws traces into a gray image: 0 is paper, 255 is ink.
 *
 * Each pixel takes the coverage of the nearest edge, 1/2 + (radius − distance) / 1.3 px, cut to [0, 1].
 *
 * @param traces curves in pixels; the centre of the upper left pixel is (0, 0)
 * @param image where to, `[size, size]` row-major; overwritten
 * @param size pixels per side
 */
export function drawTraces(traces: readonly Trace[], image: Uint8Array, size: number): void {
  const depth = new Float64Array(size * size).fill(-size); // how far inside the ink, negative outside
  for (const { x, y, radius } of traces) {
    for (let i = 0; i + 1 < x.length; i++) {
      const dx = x[i + 1] - x[i], dy = y[i + 1] - y[i];
      const squared = dx * dx + dy * dy || 1;
      const reach = Math.max(radius[i], radius[i + 1]) + EDGE / 2;
      const left = Math.max(0, Math.ceil(Math.min(x[i], x[i + 1]) - reach));
      const right = Math.min(size - 1, Math.floor(Math.max(x[i], x[i + 1]) + reach));
      const top = Math.max(0, Math.ceil(Math.min(y[i], y[i + 1]) - reach));
      const bottom = Math.min(size - 1, Math.floor(Math.max(y[i], y[i + 1]) + reach));
      for (let row = top; row <= bottom; row++) {
        for (let column = left; column <= right; column++) {
          const px = column - x[i], py = row - y[i];
          const t = Math.min(1, Math.max(0, (px * dx + py * dy) / squared));
          const ex = px - t * dx, ey = py - t * dy;
          const inside = radius[i] + t * (radius[i + 1] - radius[i]) - Math.sqrt(ex * ex + ey * ey);
          if (inside > depth[row * size + column]) depth[row * size + column] = inside;
        }
      }
    }
  }
  for (let pixel = 0; pixel < depth.length; pixel++) {
    image[pixel] = Math.round(255 * Math.min(1, Math.max(0, 0.5 + depth[pixel] / EDGE)));
  }
}
