/**
 * Compiles the kernels: `deno task build:kernels`. The results are committed; the same sources give the same bytes.
 *
 * @module
 */

import { main } from "assemblyscript/asc";
import { FIRST_FREE, TABLES } from "../opcodes.ts";
import { generateTile, type Tile } from "./generate.ts";

/** One compiled file. */
interface Build {
  /** Of the products' inner loop. */
  readonly tile: Tile;
  /** What the machine must have, in AssemblyScript's names. */
  readonly features: readonly string[];
}

/** 10 registers of c, 2 of b and 2 of a: one less than an x86-64 processor has to give. */
const NARROW: Tile = { rows: 5, vectors: 2, broadcast: "shuffle" };
/** Where V8 joins pairs of registers: 12 of c, 2 of b and 1 or 2 of a. */
const WIDE: Tile = { rows: 6, vectors: 4, broadcast: "shuffle" };

const BUILDS: Readonly<Record<string, Build>> = {
  "threads_relaxed_wide": { tile: WIDE, features: ["simd", "bulk-memory", "threads", "relaxed-simd"] },
  "threads_relaxed": { tile: NARROW, features: ["simd", "bulk-memory", "threads", "relaxed-simd"] },
  "threads": { tile: NARROW, features: ["simd", "bulk-memory", "threads"] },
  "relaxed": { tile: NARROW, features: ["simd", "bulk-memory", "relaxed-simd"] },
  "plain": { tile: NARROW, features: ["simd", "bulk-memory"] },
};

for (const [name, build] of Object.entries(BUILDS)) {
  if (Deno.args.length > 0 && !Deno.args.includes(name)) continue;
  await Deno.writeFile(new URL(`${name}.wasm`, import.meta.url), await compile(build));
}

/** The WebAssembly module of one build. */
async function compile({ tile, features }: Build): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await main([
    "kernels/run.ts",
    "--outFile",
    "out.wasm",
    "-O3",
    "--noAssert",
    ...["--runtime", "stub"],
    ...["--enable", features.join(",")],
    ...["--memoryBase", String(TABLES)],
    // Vectors pass between functions of the module only.
    ...["--disableWarning", "112"],
    "--importMemory",
    // The engine makes a memory of the size that it needs.
    ...["--initialMemory", "1"],
    ...["--maximumMemory", "65536"],
    ...(features.includes("threads") ? ["--sharedMemory"] : []),
  ], {
    readFile: (file) => file === "kernels/tile.ts" ? generateTile(tile) : source(file),
    writeFile: (_, contents) => {
      binary = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error !== null || binary === undefined) {
    throw new Error(`Cannot compile the kernels: ${error?.message ?? "no output"}\n${stderr}`);
  }
  const { exports } = await WebAssembly.instantiate(
    await WebAssembly.compile(binary as BufferSource),
    {
      env: {
        memory: new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: features.includes("threads") }),
      },
    },
  );
  const { value } = exports.tablesEnd as WebAssembly.Global;
  if (value > FIRST_FREE) {
    throw new Error(`Cannot compile the kernels: their tables must end before ${FIRST_FREE}, got ${value}`);
  }
  return binary;
}

/** A source file, or null where there is none; AssemblyScript asks for several names. */
function source(file: string): string | null {
  try {
    return Deno.readTextFileSync(new URL(`../${file}`, import.meta.url));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
