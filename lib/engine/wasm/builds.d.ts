/** The name of a build of the kernels: what a machine must have for it. */
export type BuildName =
  | "threads, relaxed SIMD, wide"
  | "threads, relaxed SIMD"
  | "threads, SIMD"
  | "relaxed SIMD"
  | "SIMD";

/** Loads each build. */
export const BUILDS: Readonly<Record<BuildName, () => Promise<WebAssembly.Module>>>;
