// @ts-self-types="./builds.d.ts"
// TypeScript does not know `import.source` yet, which loads a module without asking for a permission to read files.

export const BUILDS = {
  "threads, relaxed SIMD, wide": () => import.source("./kernels/threads_relaxed_wide.wasm"),
  "threads, relaxed SIMD": () => import.source("./kernels/threads_relaxed.wasm"),
  "threads, SIMD": () => import.source("./kernels/threads.wasm"),
  "relaxed SIMD": () => import.source("./kernels/relaxed.wasm"),
  "SIMD": () => import.source("./kernels/plain.wasm"),
};
