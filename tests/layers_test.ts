import assert from "node:assert/strict";
import plugin, { LAYERS, PACKAGES, WORLD } from "../.ci/layers.ts";
import config from "../deno.json" with { type: "json" };

const ROOT = new URL("../", import.meta.url);

function messages(file: string, source: string): string[] {
  const path = decodeURI(new URL(file, ROOT).pathname);
  return Deno.lint.runPlugin(plugin, path, source).map(({ id, message }) => `${id}: ${message}`);
}

function accepts(file: string, source: string): void {
  assert.deepEqual(messages(file, source), [], `${file}: ${source}`);
}

function rejects(file: string, source: string, expected: RegExp): void {
  const found = messages(file, source);
  assert.equal(found.length, 1, `${file}: ${source} gave ${JSON.stringify(found)}`);
  assert.match(found[0], expected);
}

Deno.test("layers/imports accepts what the table allows", () => {
  accepts("lib/math/normal.ts", `import { erf } from "./special.ts";`);
  accepts("lib/dist/normal.ts", `import { kl } from "../math/divergence.ts";`);
  accepts("lib/engine/engine.ts", `import { findGpu } from "./gpu.ts";`);
  accepts("lib/engine/tfjs/engine.ts", `export { createEngine } from "../engine.ts";`);
  accepts("lib/engine/wasm/kernels/load.ts", `import { lower } from "../../plan/lower.ts";`);
  accepts("lib/run/config.ts", `import { ENGINE_NAMES } from "../engine/engine.ts";`);
  accepts("scripts/train.ts", `import { fit } from "../lib/train/fit.ts"; import "./cli/command.ts";`);
  accepts("scripts/cli/command.ts", `import "../../deno.json" with { type: "json" };`);
  accepts("mod.ts", `export * from "./lib/math/mod.ts";`);
  accepts("tests/pipeline_test.ts", `import "../scripts/train.ts"; import "../lib/engine/tfjs/engine.ts";`);
  accepts("bench/distributions_bench.ts", `import "../lib/engine/tfjs/engine.ts";`);
});

Deno.test("layers/imports rejects every form of import against the table", () => {
  const rule = /^layers\/imports: lib\/math may not import lib\/model; it may import nothing$/;
  rejects("lib/math/normal.ts", `import { fc } from "../model/presets.ts";`, rule);
  rejects("lib/math/normal.ts", `import type { Model } from "../model/record.ts";`, rule);
  rejects("lib/math/normal.ts", `export { fc } from "../model/presets.ts";`, rule);
  rejects("lib/math/normal.ts", `export * from "../model/presets.ts";`, rule);
  rejects("lib/math/normal.ts", `await import("../model/presets.ts");`, rule);
  rejects("lib/math/normal.ts", `type Model = import("../model/record.ts").Model;`, rule);
});

Deno.test("layers/imports rejects the directions that would tangle the layout", () => {
  rejects("lib/engine/tfjs/engine.ts", `import "../plan/lower.ts";`, /may not import lib\/engine\/plan/);
  rejects("lib/engine/wasm/engine.ts", `import "../tfjs/engine.ts";`, /may not import lib\/engine\/tfjs/);
  rejects("lib/train/fit.ts", `import "../engine/tfjs/engine.ts";`, /may not import lib\/engine\/tfjs/);
  rejects("lib/train/fit.ts", `import "../run/directory.ts";`, /may not import lib\/run/);
  rejects("lib/plot/curves.ts", `import "../evaluate/evaluate.ts";`, /may not import lib\/evaluate/);
  rejects("lib/plot/curves.ts", `import "../../scripts/cli/progress.ts";`, /may not import scripts\/cli/);
  rejects("lib/run/config.ts", `import "../../mod.ts";`, /may not import mod\.ts/);
  rejects("scripts/train.ts", `import "./plot.ts";`, /scripts may not import scripts;/);
  rejects("scripts/cli/command.ts", `import "../train.ts";`, /scripts\/cli may not import scripts;/);
  rejects("mod.ts", `export * from "./scripts/cli/command.ts";`, /mod\.ts may not import scripts\/cli/);
});

Deno.test("layers/imports lets lib/engine load its engines by import() with a literal name only", () => {
  accepts("lib/engine/engine.ts", `await import("./tfjs/engine.ts");`);
  rejects("lib/engine/engine.ts", `import "./tfjs/engine.ts";`, /by import\(\) only/);
  rejects("lib/engine/mod.ts", `export * from "./tfjs/engine.ts";`, /by import\(\) only/);
  rejects("lib/engine/engine.ts", "await import(`./${name}/engine.ts`);", /computed name/);
});

Deno.test("layers/imports rejects a folder of lib that is in no layer", () => {
  rejects("lib/utils/math.ts", `export const one = 1;`, /lib\/utils is in no layer/);
  rejects("lib/engine/cuda/engine.ts", `export const one = 1;`, /lib\/engine\/cuda is in no layer/);
  rejects("lib/utils.ts", `export const one = 1;`, /lib is in no layer/);
});

Deno.test("layers/packages accepts a package in its place and anything in tests", () => {
  accepts("lib/math/special.ts", `import gammaln from "@stdlib/math-base-special-gammaln";`);
  accepts("lib/engine/tfjs/start.ts", `await import("@tensorflow/tfjs-backend-wasm");`);
  accepts("lib/run/config.ts", `import * as v from "valibot";`);
  accepts("lib/names/nearest.ts", `import { distance } from "fastest-levenshtein";`);
  accepts("lib/data/idx.ts", `import { gunzipSync } from "node:zlib";`);
  accepts("lib/plot/page.ts", `import "plotly.js-cartesian-dist-min"; import "node:zlib";`);
  accepts("lib/plot/static/shims.ts", `import { Window } from "happy-dom"; import "../theme.ts";`);
  accepts("scripts/cli/progress.ts", `import cliProgress from "cli-progress"; import "node:process";`);
  accepts("tests/dist/normal_test.ts", `import "@tensorflow/tfjs-core"; import fc from "fast-check";`);
});

Deno.test("layers/packages rejects a package out of its place", () => {
  rejects("lib/model/record.ts", `import "@stdlib/x";`, /^layers\/packages: .*belongs in lib\/math$/);
  rejects("lib/train/fit.ts", `import "@tensorflow/tfjs-core";`, /belongs in lib\/dist, lib\/engine\/tfjs/);
  rejects("lib/model/record.ts", `export * from "valibot";`, /belongs in lib\/run/);
  rejects("lib/run/report.ts", `await import("plotly.js-dist-min");`, /belongs in lib\/plot/);
  rejects("lib/run/report.ts", `import "@resvg/resvg-wasm";`, /belongs in lib\/plot/);
  rejects("lib/train/fit.ts", `import "cli-progress";`, /belongs in scripts\/cli/);
  rejects("lib/math/normal.ts", `import "node:fs";`, /belongs in scripts, scripts\/cli/);
  rejects("lib/math/normal.ts", `import "npm:lodash@4";`, /belongs in nothing/);
  rejects("scripts/train.ts", `import "@tensorflow/tfjs-core";`, /scripts may not use/);
  rejects("mod.ts", `import "valibot";`, /mod\.ts may not use valibot/);
});

Deno.test("layers/world keeps the outside world out of pure files", () => {
  const sources = {
    Deno: `Deno.readTextFileSync("x");`,
    fetch: `await fetch("https://example.com");`,
    console: `console.log(1);`,
    Date: `const now = Date.now();`,
    performance: `const start = performance.now();`,
  };
  assert.deepEqual(Object.keys(sources), WORLD.names);
  for (const [name, source] of Object.entries(sources)) {
    const rule = new RegExp(`^layers/world: .* may not use ${name}$`);
    for (const file of ["lib/math/normal.ts", "lib/data/idx.ts", "lib/engine/tfjs/engine.ts", "mod.ts"]) {
      rejects(file, source, rule);
    }
    for (const file of ["lib/run/atomic.ts", "lib/engine/gpu.ts", "lib/plot/static/assets.ts"]) {
      accepts(file, source);
    }
    for (const file of ["scripts/train.ts", "tests/run/config_test.ts", "bench/train_bench.ts"]) {
      accepts(file, source);
    }
  }
});

Deno.test("layers/world sees disguises and leaves names alone", () => {
  rejects("lib/train/fit.ts", `const get = fetch;`, /may not use fetch/);
  rejects("lib/train/fit.ts", `globalThis.fetch("x");`, /may not use fetch/);
  rejects("lib/train/fit.ts", `globalThis["Deno"].exit();`, /may not use Deno/);
  rejects("lib/train/fit.ts", `const world = { fetch };`, /may not use fetch/);
  rejects("lib/train/fit.ts", `const d = new Date();`, /may not use Date/);
  accepts("lib/train/fit.ts", `client.fetch("x"); const options = { Date: 1, performance: 2 };`);
  accepts(
    "lib/train/fit.ts",
    `interface Clock { performance: number } type F = typeof fetch; type T = Date;`,
  );
  accepts("lib/train/fit.ts", `// Deno and fetch in a comment\nconst text = "Deno.exit()";`);
});

Deno.test("layers/random rejects Math.random everywhere", () => {
  for (const file of ["lib/run/atomic.ts", "scripts/train.ts", "tests/data/idx_test.ts"]) {
    rejects(file, `const u = Math.random();`, /^layers\/random: Nothing calls Math\.random/);
    rejects(file, `const u = Math["random"]();`, /^layers\/random/);
    accepts(file, `const x = Math.max(1, 2); generator.random();`);
  }
});

Deno.test("layers: every place a table names is in the import table", () => {
  const places = Object.keys(LAYERS);
  const named = [...Object.values(LAYERS), ...Object.values(PACKAGES)].flat();
  const others = ["deno.json", "lib/*", "lib/engine/*"];
  assert.deepEqual(named.filter((place) => !places.includes(place) && !others.includes(place)), []);
});

Deno.test("deno.json loads the layers plugin, so that deno lint enforces the tables", () => {
  const { plugins } = config.lint as { plugins?: string[] };
  assert.ok(plugins?.includes("./.ci/layers.ts"), "add ./.ci/layers.ts to lint.plugins in deno.json");
});
