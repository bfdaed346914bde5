import assert from "node:assert/strict";
import type { Figure } from "../../../lib/plot/mod.ts";
import { renderFigures } from "../../../lib/plot/static/mod.ts";
import { thin } from "../../../lib/plot/static/point_cloud.ts";

/** Plotly rounds places to a hundredth of a pixel, and so do we, each once. */
const ROUNDING = 0.011;

const POINTS = 300;

interface Points {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Two clusters, in `parts` traces of as many points each. */
function scatter(parts: number): Figure {
  const x = Array.from({ length: POINTS }, (_, i) => (i % 2 ? 5 : -3) + Math.sin(i * i));
  const y = Array.from({ length: POINTS }, (_, i) => 100 * Math.cos(i * i + 1));
  const size = POINTS / parts;
  return {
    data: Array.from({ length: parts }, (_, part) => ({
      type: "scatter" as const,
      mode: "markers",
      x: x.slice(part * size, (part + 1) * size),
      y: y.slice(part * size, (part + 1) * size),
      marker: { color: "#3f90da", size: 4, opacity: 0.7 },
    })),
    layout: { title: { text: "points" }, height: 300, showlegend: false },
  };
}

function places(svg: string): number[][] {
  const points =
    /<path (?:class="point" )?transform="translate\(([^,]+),([^)]+)\)" (?:style="[^"]*" )?d="M2,0A/g;
  return [...svg.matchAll(points)].map(([, x, y]) => [Number(x), Number(y)]);
}

Deno.test("renderFigures() puts each point of a cloud where Plotly puts it", async () => {
  const pictures = await renderFigures(new Map([["cloud", scatter(1)], ["plotly", scatter(20)]]));
  const [cloud, plotly] = ["cloud", "plotly"].map((name) => places(pictures.get(name)!.svg));
  assert.deepEqual([cloud.length, plotly.length], [POINTS, POINTS]);
  cloud.forEach(([x, y], i) => {
    assert.ok(
      Math.abs(x - plotly[i][0]) < ROUNDING && Math.abs(y - plotly[i][1]) < ROUNDING,
      `${i}: ${x}, ${y}`,
    );
  });
});

Deno.test("thin() keeps the outermost points of large traces, and small traces as they are", () => {
  const { figure } = thin(scatter(1));
  const [{ x, y }] = figure.data as unknown as readonly Points[];
  const [whole] = scatter(1).data as unknown as readonly Points[];
  assert.ok(x.length <= 4);
  for (const extreme of [Math.min, Math.max]) {
    assert.deepEqual([extreme(...x), extreme(...y)], [extreme(...whole.x), extreme(...whole.y)]);
  }
  assert.deepEqual(thin(scatter(20)).figure, scatter(20));
});

Deno.test("thin() refuses to restore points that an axis hides", () => {
  const { restore } = thin(scatter(1));
  const svg = '<g class="trace scatter tracecloud0"><g class="points"></g></g>';
  assert.throws(() => restore(svg), /all 4 outermost ones must be inside the axes, got 0/);
});
