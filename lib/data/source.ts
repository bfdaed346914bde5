/**
 * Reading one file from one place: a web address or a folder.
 *
 * @module
 */

/** How to read. */
export interface SourceOptions {
  /** The size that the file must have; reading stops beyond it. */
  readonly bytes: number;
  /** Seconds without a single byte after which a server counts as dead. */
  readonly idleSeconds: number;
  readonly signal: AbortSignal;
  /** Called with the number of bytes received so far. */
  readonly onBytes: (received: number) => void;
}

/** The file, or why it could not be had; a `lasting` failure will not go away by trying again. */
export type Reading =
  | { readonly data: Uint8Array<ArrayBuffer> }
  | { readonly failure: string; readonly lasting: boolean };

/** Whether a mirror is a web address rather than a folder. */
export function isUrl(place: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(place);
}

/**
 * Reads a whole file into memory.
 *
 * @param source a URL or a path
 * @param options expected size, patience, and whom to tell
 * @returns the bytes, not verified, or the failure as one phrase
 * @throws the signal's reason, if it is aborted
 */
export async function readSource(source: string, options: SourceOptions): Promise<Reading> {
  const { idleSeconds, signal, onBytes } = options;
  signal.throwIfAborted();
  const idle = new AbortController();
  const expire = () => idle.abort(new Error(`no bytes for ${idleSeconds} s`));
  let timer = setTimeout(expire, idleSeconds * 1000);
  try {
    return isUrl(source)
      ? await download(source, {
        ...options,
        signal: AbortSignal.any([signal, idle.signal]),
        onBytes: (received) => {
          clearTimeout(timer);
          timer = setTimeout(expire, idleSeconds * 1000);
          onBytes(received);
        },
      })
      : await copy(source, options);
  } catch (error) {
    signal.throwIfAborted();
    return { failure: reason(error), lasting: error instanceof Deno.errors.NotCapable };
  } finally {
    clearTimeout(timer);
  }
}

async function download(url: string, { bytes, signal, onBytes }: SourceOptions): Promise<Reading> {
  const response = await fetch(url, { signal });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    const busy = response.status >= 500 || response.status === 408 || response.status === 429;
    return { failure: `HTTP status ${response.status}`, lasting: !busy };
  }
  const data = new Uint8Array(bytes);
  let received = 0;
  for await (const chunk of response.body) {
    if (received + chunk.length > bytes) {
      return { failure: `more than the ${bytes} bytes expected`, lasting: true };
    }
    data.set(chunk, received);
    received += chunk.length;
    onBytes(received);
  }
  return { data: data.subarray(0, received) };
}

async function copy(path: string, { onBytes, signal }: SourceOptions): Promise<Reading> {
  try {
    const data = await Deno.readFile(path, { signal });
    onBytes(data.length);
    return { data };
  } catch (error) {
    signal.throwIfAborted();
    const missing = error instanceof Deno.errors.NotFound;
    return { failure: missing ? "no such file" : reason(error), lasting: true };
  }
}

/** The innermost cause alone, because what the runtime puts before it repeats the address. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return reason(error.cause);
  return error.message.split(": ").at(-1) ?? error.message;
}
