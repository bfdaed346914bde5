import assert from "node:assert/strict";
import { readAssets } from "../../../lib/plot/static/assets.ts";
import { typeface } from "../../../lib/plot/static/typeface.ts";

/** Browsers round advances to 1/64 pixel or finer. */
const ROUNDING = 1 / 64;

Deno.test("typeface() finds text as wide as Chromium does", async () => {
  const face = typeface(await readAssets());
  // From CanvasRenderingContext2D.measureText() of Chromium 156 with DejaVu Sans 2.37, fontKerning "none".
  const measured = [
    ["nats per example", { size: 12, bold: false }, 105.33984375],
    ["KL divergence of each latent dimension", { size: 16, bold: false }, 317.78125],
    ["Reconstruction", { size: 13, bold: true }, 110.89990234375],
    ["−4 · 0.25", { size: 12, bold: false }, 55.8515625],
  ] as const;
  for (const [text, style, expected] of measured) {
    const width = face.width(text, style);
    assert.ok(Math.abs(width - expected) < ROUNDING * text.length, `${text}: ${width}`);
  }
});
