/**
 * Files that static figures are drawn with, read from their packages.
 *
 * @module
 */

/** Fonts and the rasteriser, as bytes. */
export interface Assets {
  /** DejaVu Sans, a TrueType file. */
  readonly regular: Uint8Array<ArrayBuffer>;
  /** DejaVu Sans Bold, a TrueType file. */
  readonly bold: Uint8Array<ArrayBuffer>;
  /** resvg, a WebAssembly module. */
  readonly resvg: Uint8Array<ArrayBuffer>;
}

/**
 * Reads all of them; about 3.8 MB.
 *
 * @returns the files' bytes
 * @throws {Error} if the packages are not installed
 */
export async function readAssets(): Promise<Assets> {
  const [regular, bold, resvg] = await Promise.all([
    Deno.readFile(new URL(import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"))),
    Deno.readFile(new URL(import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"))),
    Deno.readFile(new URL(import.meta.resolve("@resvg/resvg-wasm/index_bg.wasm"))),
  ]);
  return { regular, bold, resvg };
}
