/**
 * One web page that needs nothing but itself.
 *
 * @module
 */

import plotly from "plotly.js-cartesian-dist-min/plotly-cartesian.min.js" with { type: "text" };
import style from "./page.css" with { type: "text" };
import script from "./page.js" with { type: "text" };
import type { Figure, JsonObject } from "./figure.ts";
import type { Entry } from "./records.ts";
import { FONT, template, type Theme, THEMES } from "./theme.ts";

/** A picture and a caption that says what one sees. */
export type Exhibit = FigureExhibit | ImageExhibit;

/** An interactive figure; its layout has the title. */
export interface FigureExhibit {
  readonly kind: "figure";
  /** Lower-case letters, digits and `_`: the name of its file. */
  readonly name: string;
  readonly caption: string;
  readonly figure: Figure;
  /** As wide as the page. */
  readonly wide?: boolean;
}

/** A PNG image. */
export interface ImageExhibit {
  readonly kind: "image";
  /** Lower-case letters, digits and `_`: the name of its file. */
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly png: Uint8Array;
  /** A label for each row of a mosaic, where rows differ in kind. */
  readonly rowLabels?: readonly string[];
  /** The same of its columns. */
  readonly columnLabels?: readonly string[];
  /** As high as two others. */
  readonly tall?: boolean;
  /** As wide as the page. */
  readonly wide?: boolean;
}

/** A table of numbers: a column for each entry of `header`, and before them one of labels. */
export interface NumberTable {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly {
    readonly label: string;
    /** What is measured, in words. */
    readonly note?: string;
    readonly values: readonly string[];
    /** The unit of this row's values, where the title does not name it. */
    readonly unit?: string;
  }[];
  /** What stands below: what the numbers are, and what follows from them. */
  readonly caption?: string;
}

/** What stands on a page, in order; empty lists leave nothing behind. */
export interface PageContent {
  readonly title: string;
  readonly summary: string;
  readonly numbers: readonly NumberTable[];
  readonly exhibits: readonly Exhibit[];
  readonly entries: readonly { readonly title: string; readonly rows: readonly Entry[] }[];
}

/**
 * Lays out a report as one HTML page with styles, script, Plotly, figures and images inside.
 *
 * It works from a file, fetches nothing (its content policy forbids that), follows the reader's light or dark
 * setting, and is the same bytes for the same content. All text is escaped.
 *
 * @param content titles, tables and pictures
 * @returns the HTML text, about 1.5 MB, nearly all of it Plotly
 */
export function page({ title, summary, numbers, exhibits, entries }: PageContent): string {
  const figures = Object.fromEntries(
    exhibits.flatMap((each) => each.kind === "figure" ? [[each.name, withoutTitle(each.figure)]] : []),
  );
  const templates = { light: template("light"), dark: template("dark") };
  const tables = entries.filter(({ rows }) => rows.length > 0);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">
<title>${escapeHtml(title)}</title>
<style>
:root { --font: ${FONT}; ${variables(THEMES.light)} }
@media (prefers-color-scheme: dark) { :root { ${variables(THEMES.dark)} } }
${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p class="summary">${escapeHtml(summary)}</p>
${[numbers.map(numberTable), exhibits.map(exhibitCard), tables.map(entryTable)].map(cards).join("")}</main>
${Object.keys(figures).length === 0 ? "" : interactive({ figures, templates })}</body>
</html>
`;
}

/** Inline parts only, and no connection to anywhere; Plotly saves pictures by way of blobs. */
const CONTENT_POLICY = [
  "default-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "img-src data: blob:",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
].join("; ");

function interactive(content: Readonly<Record<string, unknown>>): string {
  return `<script type="application/json" id="figures">${scriptJson(content)}</script>
<script>${plotly}</script>
<script>
${script}</script>
`;
}

/** The page has its own headings. */
function withoutTitle({ data, layout: { title: _, ...layout } }: Figure): JsonObject {
  return { data, layout };
}

function cards(contents: readonly string[]): string {
  return contents.length === 0 ? "" : `<div class="cards">\n${contents.join("\n")}\n</div>\n`;
}

function exhibitCard(exhibit: Exhibit): string {
  const { name, caption } = exhibit;
  const [title, content] = exhibit.kind === "figure"
    ? [
      exhibit.figure.layout.title.text,
      `<div id="figure-${escapeHtml(name)}"></div>\n<noscript>This figure needs JavaScript.</noscript>`,
    ]
    : [exhibit.title, mosaicImage(exhibit)];
  const shape = exhibit.wide ? "wide" : exhibit.kind === "image" && exhibit.tall ? "tall" : "";
  return `<figure class="card${shape ? ` ${shape}` : ""}">
<h2>${escapeHtml(title)}</h2>
${content}
<figcaption>${escapeHtml(caption)}</figcaption>
</figure>`;
}

function mosaicImage({ title, png, rowLabels = [], columnLabels = [] }: ImageExhibit): string {
  const [rows, columns] = [rowLabels, columnLabels].map((labels) =>
    labels.map((label) => `<span>${escapeHtml(label)}</span>`).join("")
  );
  const image = `<img alt="${escapeHtml(title)}" src="data:image/png;base64,${png.toBase64()}">`;
  return `<div class="mosaic">${columns && `<div class="columns">${columns}</div>`}${
    rows && `<div class="rows">${rows}</div>`
  }${image}</div>`;
}

function numberTable({ title, header, rows, caption }: NumberTable): string {
  const body = rows.map(({ label, note, values, unit }) =>
    `<tr><th scope="row">${noted(label, note)}</th>` +
    `${values.map((value) => `<td>${noted(value, unit)}</td>`).join("")}</tr>`
  );
  const names = header.map((name) => `<th scope="col">${escapeHtml(name)}</th>`);
  return `<section class="card wide">
<h2>${escapeHtml(title)}</h2>
<table class="numbers">
<thead><tr><th></th>${names.join("")}</tr></thead>
<tbody>
${body.join("\n")}
</tbody>
</table>
${caption === undefined ? "" : `<p class="caption">${escapeHtml(caption)}</p>\n`}</section>`;
}

/** Text with a smaller line under it. */
function noted(text: string, note?: string): string {
  return escapeHtml(text) + (note === undefined ? "" : `<small>${escapeHtml(note)}</small>`);
}

function entryTable({ title, rows }: { readonly title: string; readonly rows: readonly Entry[] }): string {
  const body = rows.map(([label, value]) =>
    `<tr><th scope="row">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`
  );
  return `<section class="card">
<h2>${escapeHtml(title)}</h2>
<table class="entries">
${body.join("\n")}
</table>
</section>`;
}

function variables({ ground, paper, ink, muted, line }: Theme): string {
  return `--ground: ${ground}; --paper: ${paper}; --ink: ${ink}; --muted: ${muted}; --line: ${line};`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Text that stands for itself in HTML, in elements and in quoted attributes.
 *
 * @param text any text
 * @returns the text with the five special characters as entities
 */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/**
 * JSON that cannot end the script element it stands in.
 *
 * @param value anything that JSON can hold
 * @returns JSON in which `<` is written as an escape
 */
function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
