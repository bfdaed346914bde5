/**
 * Downloads as they are watched: a bar per file on a terminal, lines in a log.
 *
 * @module
 */

import process from "node:process";
// @ts-types="./cli_progress.d.ts"
import cliProgress, { type Bar, type BarStream } from "cli-progress";
import type { FetchEvent } from "../../lib/data/fetch.ts";
import { bar, dataSize } from "./format.ts";

/** Shows downloads; `using` it leaves the terminal tidy whatever happens. */
export interface DownloadProgress extends Disposable {
  /** To be called with every event of `fetchDataset`, of one data set or several. */
  show(event: FetchEvent): void;
}

/**
 * Shows how much of each file has arrived, and which sources failed. Files that were here already are not mentioned.
 *
 * @param options `stream`: where, stderr by default, so that stdout has results only
 * @returns what takes the events
 *
 * @example
 * ```ts ignore
 * using progress = downloadProgress();
 * await fetchDataset("mnist", { onProgress: progress.show });
 * ```
 */
export function downloadProgress(
  { stream = process.stderr }: { readonly stream?: BarStream } = {},
): DownloadProgress {
  return stream.isTTY ? terminalProgress(stream) : logProgress(stream);
}

function terminalProgress(stream: BarStream): DownloadProgress {
  const multi = new cliProgress.MultiBar<{ name: string; note: string }>({
    stream,
    fps: 10,
    linewrap: true,
    gracefulExit: false,
    format: (_, { value, total, maxWidth }, { name, note }) => {
      const tail = note || `${dataSize(value).padStart(8)} of ${dataSize(total)}`;
      const width = Math.min(30, maxWidth - 1 - name.length - tail.length - 2);
      return `${name} ${bar(value / total, width)} ${tail}`;
    },
  });
  const bars = new Map<string, Bar<{ name: string; note: string }>>();
  const show = (event: FetchEvent): void => {
    if (event.kind === "intact") return;
    const name = nameOf(event);
    const file = bars.get(name) ?? multi.create(event.total, 0, { name, note: "" });
    bars.set(name, file);
    if (event.kind === "progress") file.update(event.received, { note: "" });
    if (event.kind === "fetched") file.update(event.total, { note: dataSize(event.total) });
    if (event.kind === "failed") file.update(0, { note: `failed: ${host(event.source)}` });
  };
  return { show, [Symbol.dispose]: () => bars.size > 0 && multi.stop() };
}

function logProgress(stream: BarStream): DownloadProgress {
  const written = new Set<string>();
  const show = (event: FetchEvent): void => {
    const name = nameOf(event);
    if (event.kind === "fetched") {
      stream.write(`fetched ${name}  ${dataSize(event.total)}  from ${host(event.source)}\n`);
    } else if (event.kind === "failed") {
      const line = `no ${name} from ${event.source}: ${event.reason}\n`;
      // A source is tried several times, and as a rule fails the same way.
      if (!written.has(line)) stream.write(line);
      written.add(line);
    }
  };
  return { show, [Symbol.dispose]: () => {} };
}

function nameOf({ dataset, file }: FetchEvent): string {
  return `${dataset}/${file}`;
}

/** A web address by its host; a path as it is. */
function host(source: string): string {
  return URL.canParse(source) ? new URL(source).host || source : source;
}
