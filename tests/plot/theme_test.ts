import assert from "node:assert/strict";
import { klPerDimension, themed } from "../../lib/plot/mod.ts";
import { COLORS, LABEL_COLORS, LINE_COLORS, THEMES } from "../../lib/plot/theme.ts";

type Rgb = readonly [number, number, number];
type Matrix = readonly [Rgb, Rgb, Rgb];

/** Full dichromacy in linear RGB. Source: Machado, Oliveira & Fernandes 2009, supplementary table, severity 1. */
const VISION: Readonly<Record<string, Matrix>> = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [
    -0.003882,
    -0.048116,
    1.051998,
  ]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [
    -0.01182,
    0.04294,
    0.968881,
  ]],
};

/** Twice a just noticeable difference in Oklab, whose unit is the way from black to white. */
const APART = 0.04;

/** WCAG 2.2, 1.4.11 (graphics) and 1.4.3 (text). */
const GRAPHICS_CONTRAST = 3;
const TEXT_CONTRAST = 4.5;

function linear(hex: string): Rgb {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const value = parseInt(hex.slice(i, i + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return [r, g, b];
}

function times(matrix: Matrix, v: Rgb): Rgb {
  const [a, b, c] = matrix.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]);
  return [a, b, c];
}

/** Source: Ottosson 2020, "A perceptual color space for image processing". */
function oklab(rgb: Rgb): Rgb {
  const [l, m, s] = times([
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
  ], rgb).map(Math.cbrt);
  return times([
    [0.2104542553, 0.793617785, -0.0040720468],
    [1.9779984951, -2.428592205, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.808675766],
  ], [l, m, s]);
}

function contrast(a: string, b: string): number {
  const [low, high] = [a, b].map((hex) => {
    const [r, g, b] = linear(hex);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }).sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

for (const [vision, matrix] of Object.entries(VISION)) {
  const apart = (colors: readonly string[]) => {
    const seen = colors.map((hex) => oklab(times(matrix, linear(hex))));
    seen.forEach((a, i) =>
      seen.slice(0, i).forEach((b, j) => {
        const distance = Math.hypot(...a.map((value, k) => value - b[k]));
        assert.ok(distance > APART, `${colors[i]} and ${colors[j]}: ${distance}`);
      })
    );
  };

  Deno.test(`LABEL_COLORS are ten colours told apart with ${vision}`, () => {
    assert.equal(LABEL_COLORS.length, 10);
    apart(LABEL_COLORS);
  });

  Deno.test(`LINE_COLORS and the neutral one are told apart with ${vision}`, () => {
    apart([...LINE_COLORS, COLORS.neutral]);
  });
}

Deno.test("THEMES have legible text, and COLORS and LINE_COLORS stand out on both papers", () => {
  for (const { paper, ground, ink, muted } of Object.values(THEMES)) {
    for (const text of [ink, muted]) {
      assert.ok(contrast(text, paper) >= TEXT_CONTRAST, `${text} on ${paper}`);
      assert.ok(contrast(text, ground) >= TEXT_CONTRAST, `${text} on ${ground}`);
    }
    for (const color of [...Object.values(COLORS), ...LINE_COLORS]) {
      assert.ok(
        contrast(color, paper) >= GRAPHICS_CONTRAST,
        `${color} on ${paper}: ${contrast(color, paper)}`,
      );
    }
  }
});

Deno.test("themed() changes paper and ink and nothing that is shown", () => {
  const figure = klPerDimension([1, 2]);
  const [light, dark] = [themed(figure, "light"), themed(figure, "dark")];
  assert.notDeepEqual(light.layout.template, dark.layout.template);
  for (const { data, layout: { template: _, ...layout } } of [light, dark]) {
    assert.deepEqual({ data, layout }, figure);
  }
});
