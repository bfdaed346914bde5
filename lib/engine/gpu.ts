/**
 * Looking for a GPU.
 *
 * @module
 */

/** A WebGPU adapter. */
export interface Gpu {
  /** As its driver names it. */
  readonly description: string;
  /** A software rasteriser on the processor: WebGPU works, but it is no GPU. */
  readonly software: boolean;
}

const SOFTWARE = /llvmpipe|lavapipe|swiftshader|softpipe|\bwarp\b|basic render/i;

/**
 * The machine's WebGPU adapter, if it has one.
 *
 * Without a driver Deno falls back to OpenGL, where the first shader takes a minute to compile: the search is
 * limited to Vulkan, Metal and DirectX 12 unless `DENO_WEBGPU_BACKEND` says otherwise.
 *
 * @returns the adapter, or undefined where there is none
 * @throws {Deno.errors.NotCapable} without permission to read and set the environment
 */
export async function findGpu(): Promise<Gpu | undefined> {
  if (navigator.gpu === undefined) return undefined;
  if (Deno.env.get("DENO_WEBGPU_BACKEND") === undefined) {
    Deno.env.set("DENO_WEBGPU_BACKEND", "vulkan,metal,dx12");
  }
  // Mesa's drivers complain on stderr when a headless machine does not say where its display would be.
  if (Deno.build.os === "linux" && Deno.env.get("XDG_RUNTIME_DIR") === undefined) {
    Deno.env.set("XDG_RUNTIME_DIR", "/");
  }
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) return undefined;
  const { description, vendor, device, architecture } = adapter.info;
  const name = description || [vendor, architecture, device].filter(Boolean).join(" ") || "unnamed adapter";
  return { description: name, software: adapter.info.isFallbackAdapter || SOFTWARE.test(name) };
}
