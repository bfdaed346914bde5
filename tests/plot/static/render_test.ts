import assert from "node:assert/strict";
import { createHash } from "node:crypto";
// @ts-types="../../../lib/plot/static/happy_dom.d.ts"
import { type Element, Window } from "happy-dom";
import { readAssets } from "../../../lib/plot/static/assets.ts";
import { type Box, boxOf, transformed } from "../../../lib/plot/static/boxes.ts";
import { type Picture, renderFigures } from "../../../lib/plot/static/mod.ts";
import { typeface } from "../../../lib/plot/static/typeface.ts";
import { FIGURES } from "./figures.ts";

/** Plotly places text to a tenth of a pixel or so; letters that touch are no overlap. */
const TOUCHING = 0.5;

/** Rendered once, as it takes seconds. */
let rendered: Promise<ReadonlyMap<string, Picture>> | undefined;

function pictures(): Promise<ReadonlyMap<string, Picture>> {
  return rendered ??= renderFigures(FIGURES);
}

function only(name: string): ReadonlyMap<string, NonNullable<ReturnType<typeof FIGURES.get>>> {
  return new Map([[name, FIGURES.get(name)!]]);
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

Deno.test("renderFigures() draws a small figure as it is known to look", async (t) => {
  await t.assertSnapshot((await pictures()).get("kl_per_dimension")!.svg.replaceAll("><", ">\n<"));
});

Deno.test("renderFigures() draws the bytes that are known of every figure", async (t) => {
  const hashes = [...await pictures()].map(([name, { svg, png }]) => [name, sha256(svg), sha256(png)]);
  await t.assertSnapshot(hashes);
});

Deno.test("renderFigures() draws what docs/images shows", async () => {
  const shown = await Deno.readTextFile(new URL("../../../docs/images/densities.svg", import.meta.url));
  assert.equal(
    sha256((await pictures()).get("densities")!.svg),
    sha256(shown),
    "draw it anew: deno task plot densities --out docs/images",
  );
});

Deno.test("renderFigures() draws a figure the same whatever was drawn before", async () => {
  const alone = await renderFigures(only("loss_curves"));
  assert.deepEqual(alone.get("loss_curves"), (await pictures()).get("loss_curves"));
});

Deno.test("renderFigures() leaves globals, figures and happy-dom as they were", async () => {
  const { Element, SVGGeometryElement } = new Window();
  const state = () => [
    ...[globalThis, Math, Element.prototype, SVGGeometryElement.prototype].map(
      Object.getOwnPropertyDescriptors,
    ),
    structuredClone([...only("densities")]),
  ];
  const before = state();
  await renderFigures(only("densities"));
  assert.deepEqual(state(), before);
});

Deno.test("renderFigures() makes PNGs twice as wide and high as the SVGs", async () => {
  for (const [name, { svg, png }] of await pictures()) {
    const [, width, height] = svg.match(/^<svg [^>]*width="([\d.]+)" height="([\d.]+)"/)!;
    const header = new DataView(png.buffer, png.byteOffset);
    assert.deepEqual(
      [header.getUint32(16), header.getUint32(20)],
      [2 * Number(width), 2 * Number(height)],
      name,
    );
  }
});

Deno.test("renderFigures() keeps all text on the paper, and no two texts overlap", async () => {
  const face = typeface(await readAssets());
  const window = new Window();
  for (const [name, { svg }] of await pictures()) {
    const document = new window.DOMParser().parseFromString(svg, "image/svg+xml");
    const root = document.documentElement;
    const [width, height] = ["width", "height"].map((side) => Number(root.getAttribute(side)));
    const texts = [...root.querySelectorAll("text")].flatMap((text) => {
      const box = boxOf(text, face);
      return box === undefined ? [] : [{ content: text.textContent, box: onPaper(box, text.parentElement) }];
    });
    assert.ok(texts.length >= 5, `${name}: ${texts.length} texts`);
    texts.forEach(({ content, box }, i) => {
      assert.ok(
        box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height,
        `${name}: ${content} is at ${JSON.stringify(box)} of ${width} x ${height}`,
      );
      for (const other of texts.slice(0, i)) {
        assert.ok(!overlap(box, other.box), `${name}: ${content} is over ${other.content}`);
      }
    });
  }
  await window.happyDOM.close();
});

function onPaper(box: Box, parent: Element | null): Box {
  return parent === null
    ? box
    : onPaper(transformed(box, parent.getAttribute("transform") ?? ""), parent.parentElement);
}

function overlap(a: Box, b: Box): boolean {
  const shared = (low: "left" | "top", high: "right" | "bottom") =>
    Math.min(a[high], b[high]) - Math.max(a[low], b[low]);
  return shared("left", "right") > TOUCHING && shared("top", "bottom") > TOUCHING;
}
