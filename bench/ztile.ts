import process from "node:process";
import { main } from "assemblyscript/asc";
const R = (n: number) => [...Array(n).keys()];
const fma = (a: string, b: string, c: string) => `${c} = v128.relaxed_madd<f32>(${a}, ${b}, ${c});`;
function direct(mr: number, nv: number) {
  return `export function f(k: i32, a: usize, sa: usize, b: usize, c: usize, sc: usize): void {
  ${R(mr).map((i) => R(nv).map((j) => `let c${i}_${j} = v128.load(c + ${i} * sc, ${16 * j});`).join("")).join("\n")}
  ${R(mr).map((i) => `let a${i} = a + ${i} * sa;`).join("\n")}
  const end = b + <usize> k * ${16 * nv};
  for (; b < end; b += ${16 * nv}) {
   ${R(nv).map((j) => `const b${j} = v128.load(b, ${16 * j});`).join("")}
   ${R(mr).map((i) => `const x${i} = v128.load32_splat(a${i}); ${R(nv).map((j) => fma(`x${i}`, `b${j}`, `c${i}_${j}`)).join("")} a${i} += 4;`).join("\n")}
  }
  ${R(mr).map((i) => R(nv).map((j) => `v128.store(c + ${i} * sc, c${i}_${j}, ${16 * j});`).join("")).join("\n")}
}`;
}
function packed2(mr: number, nv: number, un: number) {
  const w = Math.ceil(mr / 4) * 4;
  return `export function f(k: i32, a: usize, sa: usize, b: usize, c: usize, sc: usize): void {
  ${R(mr).map((i) => R(nv).map((j) => `let c${i}_${j} = v128.load(c + ${i} * sc, ${16 * j});`).join("")).join("\n")}
  const end = b + <usize> k * ${16 * nv};
  for (; b < end; b += ${16 * nv * un}) {
   ${R(un).map((u) => `{ ${R(nv).map((j) => `const b${j} = v128.load(b, ${16 * (j + nv * u)});`).join("")}
   ${R(mr).map((i) => `${i % 4 === 0 && i + 1 < mr ? `const q${i >> 2} = v128.load(a, ${4 * i + 4 * w * u});` : ""} const x${i} = ${(i % 4 === 0 && i + 1 === mr) ? `v128.load32_splat(a, ${4 * i + 4 * w * u})` : `v128.shuffle<i32>(q${i >> 2}, q${i >> 2}, ${i % 4}, ${i % 4}, ${i % 4}, ${i % 4})`}; ${R(nv).map((j) => fma(`x${i}`, `b${j}`, `c${i}_${j}`)).join("")}`).join("\n")} }`).join("\n")}
   a += ${4 * w * un};
  }
  ${R(mr).map((i) => R(nv).map((j) => `v128.store(c + ${i} * sc, c${i}_${j}, ${16 * j});`).join("")).join("\n")}
}`;
}
function packedA(mr: number, nv: number, scalar = false) {
  const w = scalar ? mr : Math.ceil(mr / 4) * 4;
  return `export function f(k: i32, a: usize, sa: usize, b: usize, c: usize, sc: usize): void {
  ${R(mr).map((i) => R(nv).map((j) => `let c${i}_${j} = v128.load(c + ${i} * sc, ${16 * j});`).join("")).join("\n")}
  const end = b + <usize> k * ${16 * nv};
  for (; b < end; b += ${16 * nv}) {
   ${R(nv).map((j) => `const b${j} = v128.load(b, ${16 * j});`).join("")}
   ${R(mr).map((i) => `${!scalar && i % 4 === 0 && i + 1 < mr ? `const q${i >> 2} = v128.load(a, ${4 * i});` : ""} const x${i} = ${scalar || (i % 4 === 0 && i + 1 === mr) ? `v128.load32_splat(a, ${4 * i})` : `v128.shuffle<i32>(q${i >> 2}, q${i >> 2}, ${i % 4}, ${i % 4}, ${i % 4}, ${i % 4})`}; ${R(nv).map((j) => fma(`x${i}`, `b${j}`, `c${i}_${j}`)).join("")}`).join("\n")}
   a += ${4 * w};
  }
  ${R(mr).map((i) => R(nv).map((j) => `v128.store(c + ${i} * sc, c${i}_${j}, ${16 * j});`).join("")).join("\n")}
}`;
}
const variants: Record<string, [string, number, number]> = { "w scalar 6x16": [packedA(6, 4, true), 6, 4], "w direct 6x16": [direct(6, 4), 6, 4], "w shuffle 6x16": [packedA(6, 4), 6, 4], "w shuffle 5x16": [packedA(5, 4), 5, 4], "w scalar 5x16": [packedA(5, 4, true), 5, 4], "w shuffle 4x16": [packedA(4, 4), 4, 4], "packed 5x8": [packedA(5, 2), 5, 2] };
const only = Deno.args[0];
for (const [name, [src, mr, nv]] of Object.entries(variants)) {
  if (only && !name.includes(only)) continue;
  let bin: any;
  const r = await main(["a.ts", "--outFile", "o.wasm", "-O3", "--runtime", "stub", "--noAssert", "--enable", "simd,relaxed-simd,threads,bulk-memory", "--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"], { readFile: (f: string) => f === "a.ts" ? src : null, writeFile: (_: string, c: any) => { bin = c; }, listFiles: () => [] });
  if (r.error) { console.log(r.stderr.toString()); continue; }
  const memory = new WebAssembly.Memory({ initial: 100, maximum: 65536, shared: true });
  const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(bin), { env: { memory } });
  const f = exports.f as any, k = 512;
  let best = 0;
  for (let r = 0; r < 40; r++) {
    const c = process.cpuUsage().user;
    for (let i = 0; i < 2000; i++) f(k, 65536, 4 * k, 200000, 400000, 64);
    const dc = (process.cpuUsage().user - c) / 1e6;
    if (r > 5) best = Math.max(best, 2000 * k * mr * nv * 8 / dc / 1e9);
  }
  console.log(name.padEnd(20), best.toFixed(1));
}
