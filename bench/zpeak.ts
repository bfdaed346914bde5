import process from "node:process";
const R = [...Array(12).keys()];
const src = `
const T = memory.data<f32>([0.9,0.999]);
export function peak(n: i32): f32 {
  ${R.map((i) => `let c${i} = f32x4.splat(${i});`).join("\n")}
  let a = v128.load32_splat(T), b = v128.load32_splat(T, 4);
  for (let i = 0; i < n; i++) {
   ${R.map((i) => `c${i} = v128.relaxed_madd<f32>(v128.load32_splat(T), v128.load32_splat(T,4), c${i});`).join("\n")}
  }
  ${[...Array(11).keys()].map((i) => `c0 = f32x4.add(c0, c${i + 1});`).join("\n")}
  return f32x4.extract_lane(c0, 0);
}`;
import { main } from "assemblyscript/asc";
let bin: any;
await main(["a.ts", "--outFile", "o.wasm", "-O3", "--runtime", "stub", "--enable", "simd,relaxed-simd"], { readFile: (f: string) => f === "a.ts" ? src : null, writeFile: (_: string, c: any) => { bin = c; }, listFiles: () => [] });
const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(bin), {});
for (let r = 0; r < 12; r++) {
  const c = process.cpuUsage().user, t = performance.now();
  for (let k = 0; k < 2000; k++) (exports.peak as any)(1000);
  const dt = performance.now() - t, dc = (process.cpuUsage().user - c) / 1000;
  const gf = 2e6 * 12 * 8 / 1e6;
  if (r > 5) console.log((gf / dt).toFixed(1), (gf / dc).toFixed(1));
}
