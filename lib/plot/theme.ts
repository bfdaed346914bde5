/**
 * One visual language for figures and page: colours of data that hold on light and dark paper, and two papers.
 *
 * @module
 */

import type { Figure, JsonObject } from "./figure.ts";

/**
 * Ten colours for ten classes, told apart also by people with colour vision deficiencies.
 *
 * Source: Petroff 2021, "Accessible color sequences for data visualization", arXiv:2107.02270, ten colours.
 */
export const LABEL_COLORS: readonly string[] = [
  "#3f90da",
  "#ffa90e",
  "#bd1f01",
  "#94a4a2",
  "#832db6",
  "#a96b59",
  "#e76300",
  "#b9ac70",
  "#717581",
  "#92dadd",
];

/**
 * Colours of roles. All stand out on both papers, by at least 3 to 1.
 *
 * Source: Okabe & Ito 2008, "Color universal design", but for the blue, which is Petroff's: theirs is dim on dark.
 */
export const COLORS = { model: "#d55e00", data: "#3f90da", other: "#009e73", neutral: "#8a929b" } as const;

/** Lines of one family, in order. They stand out on both papers, and are told apart with every colour vision. */
export const LINE_COLORS: readonly string[] = [
  COLORS.model,
  "#b0508f",
  COLORS.other,
  COLORS.data,
  "#7c4dff",
  "#b44830",
];

/** How a line is told from others. */
export interface LineLook {
  readonly color: string;
  readonly dash: string;
}

const DASHES = ["solid", "dash", "dot", "dashdot"] as const;

/**
 * The look of one of many lines: a colour of its own as long as there are any, then with another dash.
 *
 * @param i from 0; from 24 on looks come again
 * @param colors what there is
 */
export function lineLook(i: number, colors: readonly string[] = LINE_COLORS): LineLook {
  return { color: colors[i % colors.length], dash: DASHES[Math.floor(i / colors.length) % DASHES.length] };
}

/** What differs between light and dark. */
export interface Theme {
  /** Behind everything. */
  readonly ground: string;
  /** Behind figures and tables. */
  readonly paper: string;
  readonly ink: string;
  /** Text of less weight: captions, axes. */
  readonly muted: string;
  /** Lines of a grid or a table. */
  readonly line: string;
}

/** A theme's name. */
export type ThemeName = "light" | "dark";

/** The two themes by their name in CSS's `prefers-color-scheme`. */
export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  light: { ground: "#f5f6f7", paper: "#ffffff", ink: "#1d2126", muted: "#5b636d", line: "#e1e4e8" },
  dark: { ground: "#101316", paper: "#191d21", ink: "#e4e7ea", muted: "#a0a8b1", line: "#30363d" },
};

/** Fonts that are there without being fetched. */
export const FONT =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", Arial, sans-serif';

/** The fonts of static figures: the one they are measured in, and one as wide. */
export const STATIC_FONT = "DejaVu Sans, Verdana, sans-serif";

/**
 * A theme as Plotly's `layout.template`.
 *
 * @param name which theme
 * @returns defaults for layout and axes; a figure's own settings win
 */
export function template(name: ThemeName): JsonObject {
  const { paper, ink, muted, line } = THEMES[name];
  const axis: JsonObject = {
    automargin: true,
    gridcolor: line,
    linecolor: line,
    tickcolor: line,
    tickfont: { color: muted, size: 11 },
    ticks: "outside",
    ticklen: 4,
    title: { font: { color: muted, size: 12 }, standoff: 8 },
    zeroline: false,
  };
  return {
    layout: {
      annotationdefaults: { font: { color: ink, size: 13 }, showarrow: false },
      colorway: LABEL_COLORS,
      font: { color: ink, family: FONT, size: 12 },
      hoverlabel: { bgcolor: paper, bordercolor: line, font: { color: ink, family: FONT, size: 12 } },
      legend: { bgcolor: "rgba(0, 0, 0, 0)", font: { color: ink } },
      margin: { b: 44, l: 56, r: 12, t: 12 },
      modebar: { activecolor: ink, bgcolor: "rgba(0, 0, 0, 0)", color: muted },
      paper_bgcolor: paper,
      plot_bgcolor: paper,
      title: { font: { size: 16 }, pad: { b: 12, t: 16 }, x: 0, xref: "paper" },
      xaxis: axis,
      yaxis: axis,
    },
  };
}

/**
 * A figure with its theme inside, as a file or a static export needs it.
 *
 * @param figure any figure
 * @param name which theme
 * @returns the figure with `layout.template` set
 */
export function themed({ data, layout }: Figure, name: ThemeName): Figure {
  return { data, layout: { ...layout, template: template(name) } };
}
