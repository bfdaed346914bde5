import process from "node:process";
import { main } from "assemblyscript/asc";
const dir = "lib/engine/wasm/kernels/";
const body = (expr: string, un = 1) => `import * as M from "./vector_math";
export function f(x: usize, y: usize, n: i32): f32 { let s = f32x4.splat(0); const w = f32x4.splat(load<f32>(x));
 for (let i = 0; i < n; i += ${4 * un}) { ${[...Array(un).keys()].map((u) => `{ const a = v128.load(x + (<usize> i << 2), ${16 * u}); const b = v128.load(y + (<usize> i << 2), ${16 * u}); ${expr} }`).join("\n")} } return f32x4.extract_lane(s, 0); }`;
const exprs: Record<string, string> = {
  add: "s = f32x4.add(s, f32x4.mul(a, b));",
  exp: "s = f32x4.add(s, M.exp4(a));",
  log: "s = f32x4.add(s, M.log4(a));",
  log1p: "s = f32x4.add(s, M.log1p4(a));",
  frac: "s = f32x4.add(s, M.log1pOfFraction(a));",
  softplus: "s = f32x4.add(s, M.softplus4(a));",
  bern: "const t = M.exp4(f32x4.neg(f32x4.abs(a))); s = f32x4.add(s, M.nmadd(b, a, f32x4.add(f32x4.pmax(a, f32x4.splat(0)), M.log1pOfFraction(t)))); v128.store(y + (<usize> i << 2), f32x4.mul(w, f32x4.sub(M.sigmoidFrom(a, t), b)));",
};
for (const [name, e] of Object.entries(exprs)) for (const un of [1, 2]) {
  let bin: any;
  const r = await main(["m.ts", "--outFile", "o.wasm", "-O3", "--runtime", "stub", "--noAssert", "--enable", "simd,relaxed-simd,threads,bulk-memory", "--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536", "--memoryBase", "1024", "--disableWarning", "112"], { readFile: (f: string) => f === "m.ts" ? body(e, un) : f === "vector_math.ts" ? Deno.readTextFileSync(dir + f) : null, writeFile: (_: string, c: any) => { bin = c; }, listFiles: () => [] });
  if (r.error) { console.log(r.stderr.toString()); continue; }
  const memory = new WebAssembly.Memory({ initial: 100, maximum: 65536, shared: true });
  new Float32Array(memory.buffer).fill(0.5);
  const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(bin), { env: { memory } });
  const f = exports.f as any, n = 2048;
  let best = 1e9;
  for (let r = 0; r < 30; r++) {
    const c = process.cpuUsage().user;
    for (let i = 0; i < 2000; i++) f(65536 * 2, 65536 * 3, n);
    const dc = (process.cpuUsage().user - c) * 1e3 / 2000 / n;
    if (r > 5) best = Math.min(best, dc);
  }
  console.log(name, un, best.toFixed(3), "ns/element");
}
