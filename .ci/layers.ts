/**
 * The layout of the code as three tables, and a plugin for Deno's linter that keeps it true.
 *
 * A place is a folder of `lib/`, an engine's folder, `lib/engine` itself, `scripts/cli`, or else the first part of
 * a file's path. A file may always import its own place, except that a script never imports another script.
 *
 * @module
 */

/** Who may import whom. A place under `lib/` must be listed; `tests/`, `bench/` and others import what they like. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  "lib/math": [],
  "lib/names": [],
  "lib/dist": ["lib/math"],
  "lib/model": ["lib/math"],
  "lib/data": ["lib/math", "lib/names"],
  "lib/engine": ["lib/model", "lib/math", "lib/names"],
  "lib/engine/plan": ["lib/engine", "lib/model", "lib/math"],
  "lib/engine/reference": ["lib/engine/plan", "lib/engine", "lib/model", "lib/math"],
  "lib/engine/tfjs": ["lib/engine", "lib/model", "lib/dist", "lib/math"],
  "lib/engine/wasm": ["lib/engine/plan", "lib/engine", "lib/model", "lib/math"],
  "lib/engine/webgpu": ["lib/engine/plan", "lib/engine", "lib/model", "lib/math"],
  "lib/train": ["lib/engine", "lib/model", "lib/data", "lib/math"],
  "lib/evaluate": ["lib/engine", "lib/model", "lib/data", "lib/math"],
  "lib/run": ["lib/engine", "lib/model", "lib/data", "lib/math", "lib/names", "deno.json"],
  "lib/plot": ["lib/model", "lib/math"],
  "scripts": ["lib/*", "scripts/cli", "deno.json"],
  "scripts/cli": ["lib/*", "deno.json"],
  "mod.ts": ["lib/*"],
};

/** What may be imported by `import()` only, so that choosing an engine loads no other. */
export const DYNAMIC_LAYERS: Readonly<Record<string, readonly string[]>> = {
  "lib/engine": ["lib/engine/*"],
};

/** Which packages may be used where, inside `lib/`, `scripts/` and `mod.ts`. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "@stdlib/*": ["lib/math"],
  "@tensorflow/*": ["lib/dist", "lib/engine/tfjs"],
  "valibot": ["lib/run"],
  "fastest-levenshtein": ["lib/names"],
  "hyparquet-writer": ["lib/run"],
  "plotly.js-*": ["lib/plot"],
  "happy-dom": ["lib/plot"],
  "opentype.js": ["lib/plot"],
  "dejavu-fonts-ttf": ["lib/plot"],
  "@resvg/resvg-wasm": ["lib/plot"],
  "@optique/*": ["scripts", "scripts/cli"],
  "cli-progress": ["scripts/cli"],
  "assemblyscript": ["lib/engine/wasm"],
  "assemblyscript/*": ["lib/engine/wasm"],
  "node:os": ["lib/engine", "scripts", "scripts/cli"],
  "node:path": ["lib/data", "lib/run", "scripts", "scripts/cli"],
  "node:timers/promises": ["lib/data"],
  "node:url": ["lib/engine/*", "scripts", "scripts/cli"],
  "node:zlib": ["lib/data", "lib/plot"],
  "node:*": ["scripts", "scripts/cli"],
};

/** Names that reach the world outside the program, and the only files of `lib/` and `mod.ts` that may. */
export const WORLD: { readonly names: readonly string[]; readonly files: readonly string[] } = {
  names: ["Deno", "fetch", "console", "Date", "performance"],
  files: [
    "lib/run/*",
    "lib/data/fetch.ts",
    "lib/data/load.ts",
    "lib/data/source.ts",
    "lib/data/user_data.ts",
    "lib/engine/gpu.ts",
    "lib/engine/processor.ts",
    "lib/engine/select.ts",
    "lib/engine/tfjs/start.ts",
    "lib/engine/wasm/start.ts",
    "lib/engine/wasm/kernels/build.ts",
    "lib/engine/webgpu/start.ts",
    "lib/plot/static/assets.ts",
  ],
};

const ROOT = new URL("../", import.meta.url);
const TABLES = "the tables are in .ci/layers.ts";

/** The linter's plugin: rules `layers/imports`, `layers/packages`, `layers/world` and `layers/random`. */
const plugin: Deno.lint.Plugin = {
  name: "layers",
  rules: {
    imports: {
      create(context): Deno.lint.LintVisitor {
        const file = pathOf(context.filename);
        const place = placeOf(file);
        const rule = LAYERS[place];
        if (rule === undefined) return place.startsWith("lib") ? unlisted(context, place) : {};
        return eachImport((node, specifier, dynamic) => {
          if (specifier === undefined) {
            context.report({
              node,
              message: "import() of a computed name cannot be checked against the layers",
              hint: "Write the name as a string literal, once per module",
            });
            return;
          }
          if (!specifier.startsWith(".")) return;
          const target = placeOf(resolve(specifier, file));
          if (target === place && place !== "scripts") return;
          if (matches(rule, target)) return;
          const late = matches(DYNAMIC_LAYERS[place] ?? [], target);
          if (late && dynamic) return;
          context.report({
            node,
            message: late
              ? `${place} may import ${target} by import() only`
              : `${place} may not import ${target}; it may import ${list(rule)}`,
            hint: late
              ? "Import it where it is needed: `await import(…)`"
              : `Move what is shared to a place both may import, or pass it in as an argument; ${TABLES}`,
          });
        });
      },
    },

    packages: {
      create(context): Deno.lint.LintVisitor {
        const place = placeOf(pathOf(context.filename));
        if (LAYERS[place] === undefined) return {};
        return eachImport((node, specifier) => {
          if (specifier === undefined || specifier.startsWith(".")) return;
          const rows = Object.entries(PACKAGES).filter(([name]) => matches([name], specifier));
          const places = rows.flatMap(([, places]) => places);
          if (matches(places, place)) return;
          context.report({
            node,
            message: `${place} may not use ${specifier}; it belongs in ${list(places)}`,
            hint: rows.length === 0
              ? `Pin the package in deno.json and give it a place in .ci/layers.ts, or do without it`
              : `Call what wraps it there instead; ${TABLES}`,
          });
        });
      },
    },

    world: {
      create(context): Deno.lint.LintVisitor {
        const file = pathOf(context.filename);
        if (!/^(lib\/|mod\.ts$)/.test(file) || matches(WORLD.files, file)) return {};
        return eachGlobal((node, name) => {
          if (!WORLD.names.includes(name)) return;
          context.report({
            node,
            message: `${file} may not use ${name}`,
            hint: `Take the value as an argument, or return it to whoever may reach outside; ${TABLES}`,
          });
        });
      },
    },

    random: {
      create(context): Deno.lint.LintVisitor {
        return {
          MemberExpression(node): void {
            if (node.object.type !== "Identifier" || node.object.name !== "Math") return;
            if (memberName(node) !== "random") return;
            context.report({
              node,
              message: "Nothing calls Math.random: a run could not be repeated",
              hint: "Draw from a seed with lib/math/philox.ts",
            });
          },
        };
      },
    },
  },
};
export default plugin;

/** The path inside the repository, with forward slashes. */
function pathOf(filename: string): string {
  const url = filename.startsWith("file:")
    ? filename
    : new URL(`file:///${filename.replaceAll("\\", "/")}`).href;
  return url.startsWith(ROOT.href) ? decodeURI(url.slice(ROOT.href.length)) : filename;
}

function resolve(specifier: string, importer: string): string {
  return pathOf(new URL(specifier, new URL(importer, ROOT)).href);
}

function placeOf(path: string): string {
  const folders = path.split("/").slice(0, -1);
  if (folders.length === 0) return path;
  const depth = folders[0] === "lib" ? (folders[1] === "engine" ? 3 : 2) : folders[0] === "scripts" ? 2 : 1;
  return folders.slice(0, depth).join("/");
}

function matches(patterns: readonly string[], name: string): boolean {
  return patterns.some((p) => p.endsWith("*") ? name.startsWith(p.slice(0, -1)) : name === p);
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "nothing" : names.join(", ");
}

function unlisted(context: Deno.lint.RuleContext, place: string): Deno.lint.LintVisitor {
  return {
    Program(node): void {
      context.report({
        node,
        message: `${place} is in no layer`,
        hint: "Add it to LAYERS in .ci/layers.ts, and to the layout in the documentation",
      });
    },
  };
}

type OnImport = (node: Deno.lint.Node, specifier: string | undefined, dynamic: boolean) => void;

function eachImport(found: OnImport): Deno.lint.LintVisitor {
  return {
    ImportDeclaration: (node) => found(node, node.source.value, false),
    ExportAllDeclaration: (node) => found(node, node.source.value, false),
    ExportNamedDeclaration: (node) => {
      if (node.source !== null) found(node, node.source.value, false);
    },
    ImportExpression: (node) => found(node, literal(node.source), true),
    TSImportType: (node) => {
      if (node.argument.type === "TSLiteralType") found(node, literal(node.argument.literal), false);
    },
  };
}

function literal(node: Deno.lint.Node): string | undefined {
  return node.type === "Literal" && typeof node.value === "string" ? node.value : undefined;
}

/** Reports uses of a global by its bare name or as a member of globalThis; types do not run, so they do not count. */
function eachGlobal(found: (node: Deno.lint.Node, name: string) => void): Deno.lint.LintVisitor {
  return {
    Identifier(node): void {
      if (!isLabel(node) && !isType(node)) found(node, node.name);
    },
    MemberExpression(node): void {
      const { object } = node;
      if (object.type !== "Identifier" || object.name !== "globalThis") return;
      const name = memberName(node);
      if (name !== undefined) found(node, name);
    },
  };
}

function memberName({ property, computed }: Deno.lint.MemberExpression): string | undefined {
  if (computed) return literal(property);
  return property.type === "Identifier" ? property.name : undefined;
}

/** Whether an identifier only names a member: `a.fetch`, `{ fetch: … }`, `import { fetch as … }`. */
function isLabel(node: Deno.lint.Identifier): boolean {
  const parent: Deno.lint.Node = node.parent;
  if ("computed" in parent && parent.computed) return false;
  return ("property" in parent && parent.property === node) ||
    ("key" in parent && parent.key === node) ||
    ("imported" in parent && parent.imported === node && parent.local !== node) ||
    ("exported" in parent && parent.exported === node);
}

function isType({ parent }: Deno.lint.Identifier): boolean {
  return ["TSTypeReference", "TSQualifiedName", "TSTypeQuery"].includes(parent.type);
}
