import { stripVTControlCharacters } from "node:util";
import type { BarStream } from "../../../scripts/cli/cli_progress.d.ts";

/** A stand-in for stderr that remembers what was written; a terminal if it is given columns. */
export interface FakeStream extends BarStream {
  text(): string;
  /** What a terminal showed, redraw by redraw, one line each, without control sequences. */
  frames(): string[];
}

/** A log, or a terminal of so many columns. */
export function stream({ columns }: { columns?: number } = {}): FakeStream {
  let written = "";
  return {
    isTTY: columns !== undefined,
    columns,
    write: (text) => void (written += text),
    text: () => written,
    frames: () => {
      const lines = stripVTControlCharacters(written.replaceAll("\x1b[1G", "\n")).split("\n");
      return lines.filter((line) => line !== "");
    },
  };
}
