/**
 * Figures as files.
 *
 * @module
 */

import { join } from "node:path";
import type { Figure } from "../../lib/plot/figure.ts";
import { page } from "../../lib/plot/page.ts";
import { themed } from "../../lib/plot/theme.ts";
import { writeAtomic } from "../../lib/run/atomic.ts";

/** A figure, and the words around it on a page of its own. */
export interface FigurePage {
  /** Lower-case letters, digits and `_`: the name of its files. */
  readonly name: string;
  readonly figure: Figure;
  /** The page's heading. */
  readonly title: string;
  /** A sentence under it. */
  readonly summary: string;
  /** What one sees. */
  readonly caption: string;
}

/**
 * Writes `<name>.json` for Plotly, `<name>.svg` and `<name>.png` for each figure, on light paper.
 *
 * @param folder where to; it is made if it is missing
 * @param figures by name
 */
export async function writeFigures(folder: string, figures: ReadonlyMap<string, Figure>): Promise<void> {
  if (figures.size === 0) return;
  // Only who draws loads what stands in for a browser.
  const { renderFigures } = await import("../../lib/plot/static/mod.ts");
  const pictures = await renderFigures(figures);
  for (const [name, figure] of figures) {
    const { svg, png } = pictures.get(name)!;
    await writeAtomic(join(folder, `${name}.json`), `${JSON.stringify(themed(figure, "light"))}\n`);
    await writeAtomic(join(folder, `${name}.svg`), svg);
    await writeAtomic(join(folder, `${name}.png`), png);
  }
}

/**
 * Writes a figure as {@linkcode writeFigures} does, and `<name>.html`, an interactive page that needs nothing else.
 *
 * @param folder where to; it is made if it is missing
 * @param content the figure and the words around it
 * @returns the page's path
 */
export async function writeFigurePage(
  folder: string,
  { name, figure, title, summary, caption }: FigurePage,
): Promise<string> {
  await writeFigures(folder, new Map([[name, figure]]));
  const exhibits = [{ kind: "figure", name, figure, caption }] as const;
  const path = join(folder, `${name}.html`);
  await writeAtomic(path, page({ title, summary, numbers: [], exhibits, entries: [] }));
  return path;
}
