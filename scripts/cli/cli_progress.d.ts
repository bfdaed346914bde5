/**
 * The part of cli-progress 3.12 used here; the package ships no types.
 *
 * @module
 */

/** Where bars are drawn: process.stderr, or a stand-in. */
export interface BarStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** What a format function is told about its bar. */
export interface BarState {
  readonly value: number;
  readonly total: number;
  /** Columns of the terminal. */
  readonly maxWidth: number;
}

/** Settings of bars. */
export interface BarOptions<Payload> {
  readonly format: (options: unknown, state: BarState, payload: Payload) => string;
  readonly stream: BarStream;
  /** Redraws per second at most. */
  readonly fps?: number;
  /** True leaves the terminal's own wrapping alone, and cuts lines at its width; false changes it until `stop()`. */
  readonly linewrap?: boolean;
  readonly gracefulExit?: boolean;
  /** Whether bars are drawn again that have not changed; a line of `log()` takes the place of one. */
  readonly forceRedraw?: boolean;
  /** Whether `stop()` takes the bars away. */
  readonly clearOnComplete?: boolean;
}

/** One line that is drawn again and again. */
export interface Bar<Payload> {
  update(value: number, payload?: Partial<Payload>): void;
}

declare class MultiBar<Payload> {
  constructor(options: BarOptions<Payload>);
  create(total: number, value: number, payload: Payload): Bar<Payload>;
  /** Writes a line, with its end, above the bars when they are drawn next. */
  log(line: string): void;
  stop(): void;
}

declare const cliProgress: { readonly MultiBar: typeof MultiBar };
export default cliProgress;
