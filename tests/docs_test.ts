import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { readSweep } from "../lib/run/sweep/sweep.ts";
import { writeReproduction } from "../scripts/cli/reproduce/report.ts";

const ROOT = join(import.meta.dirname!, "..");

/** Every code span of docs/equations.md, as it was meant: tables cannot hold a bar. */
const spans = Array.from(
  Deno.readTextFileSync(join(ROOT, "docs/equations.md")).matchAll(/`([^`\n]+)`/g),
  ([, span]) => span.replaceAll("∣", "|").replaceAll("\\|", "|"),
);

function* files(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    if (entry.isDirectory) yield* files(join(folder, entry.name));
    else yield join(folder, entry.name);
  }
}

Deno.test("docs/equations.md names functions where they are", () => {
  let count = 0;
  for (const span of spans) {
    const [, path, name] = /^(lib\/[\w/]+\.ts): (\w+)/.exec(span) ?? [];
    if (path === undefined) continue;
    count++;
    const text = Deno.readTextFileSync(join(ROOT, path));
    assert.match(text, new RegExp(`^export .*\\b${name}\\b`, "m"), `${path} exports no ${name}`);
  }
  assert.ok(count > 60, `only ${count} functions are named`);
});

Deno.test("docs/equations.md names tests that exist", () => {
  const tests = Array.from(files(join(ROOT, "tests")))
    .filter((path) => path.endsWith("_test.ts"))
    .map((path) => Deno.readTextFileSync(path))
    .join("\n");
  // A test's name has spaces; what it is made from at run time is an ellipsis in the document.
  const names = spans.filter((span) => /^…? ?[\w.'-]+\(?\)? .* /.test(span) && !/\{|^deno task/.test(span));
  assert.ok(names.length > 60, `only ${names.length} tests are named`);
  for (const name of names) {
    for (const piece of name.split("…")) {
      assert.ok(tests.includes(piece.trim()), `there is no test "${name}": nothing has "${piece.trim()}"`);
    }
  }
});

Deno.test("docs/equations.md has every operation of a plan: its record, its reference, its kernel", () => {
  const sources = Array.from(files(join(ROOT, "lib/engine/plan")), (path) => Deno.readTextFileSync(path));
  const kinds = sources.flatMap((source) => [...source.matchAll(/\breadonly kind: "([\w-]+)"/g)]);
  const expected = kinds.map(([, kind]) => {
    const name = kind.replaceAll(/-(\w)/g, (_, letter) => letter.toUpperCase());
    const record = name[0].toUpperCase() + name.slice(1);
    return [kind, `plan: ${record}`, `reference: ${name}()`, `wasm/kernels: ${name}()`];
  });
  const rows = tableRows(Deno.readTextFileSync(join(ROOT, "docs/equations.md"))).map((cells) =>
    cells.map((cell) => cell.replaceAll("`", "").replace(/^lib\/engine\/([\w/]+)\/\w+\.ts:/, "$1:"))
  );
  const found = rows.filter((cells) => cells[2]?.startsWith("plan: "))
    .map(([kind, , record, reference, kernel]) => [kind, record, reference, kernel]);
  assert.deepEqual(found.sort(), expected.sort());
});

/** Cells of the sweeps that ship: what is varied, times the seeds. */
const CELLS: Readonly<Record<string, number>> = {
  "df.json": 2 * 3 + 3 * 2 * 3,
  "heavy_tail_1d.json": (3 + 2 + 1 + 1 + 5) * 5,
  "heavy_tail_1d_df.json": 2 * 5,
  "heavy_tail_2d.json": (3 + 2 + 1 + 1 + 5) * 5,
  "reproduction/cnn.json": 2 * 2 * 3,
  "reproduction/df.json": (1 + 7 * 2) * 6,
  "reproduction/fc.json": 2 * 2 * 3,
  "reproduction/original_cnn.json": 2 * 2 * 3,
  "reproduction/original_fc.json": 2 * 2 * 3,
  "reproduction/outliers.json": (1 + 3 * 2) * 2 * 6,
};

Deno.test("docs/sweeps holds sweeps, of so many cells", async () => {
  const folder = join(ROOT, "docs/sweeps");
  const counts = await Array.fromAsync(files(folder), async (path) => {
    const { cells } = await readSweep(path);
    return [relative(folder, path).replaceAll("\\", "/"), cells.length] as const;
  });
  assert.deepEqual(Object.fromEntries(counts), CELLS);
});

Deno.test("docs/reproduction has the tables and figures that its results make", async () => {
  const shipped = join(ROOT, "docs/reproduction"), drawn = await Deno.makeTempDir();
  try {
    await writeReproduction(shipped, drawn);
    const figures = [...Deno.readDirSync(join(drawn, "figures"))].map(({ name }) => `figures/${name}`);
    for (const file of ["tables.md", ...figures.filter((name) => name.endsWith(".svg"))]) {
      const [made, kept] = await Promise.all(
        [drawn, shipped].map((folder) => Deno.readTextFile(join(folder, file))),
      );
      assert.ok(
        made === kept,
        `docs/reproduction/${file} is not what its results make; draw it with ` +
          "deno task plot reproduction docs/reproduction --out docs/reproduction",
      );
    }
  } finally {
    await Deno.remove(drawn, { recursive: true });
  }
});

/** Cells of every row of Markdown tables, labels first, as plain text. */
function tableRows(markdown: string): string[][] {
  const lines = markdown.split("\n").filter((line) => line.startsWith("|") && !line.startsWith("| -"));
  return lines.map((line) => line.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim()));
}

const TOLD = { "README.md": /^## Results$.*?(?=^## )/ms, "docs/reproduction.md": /.*/s };

for (const [document, part] of Object.entries(TOLD)) {
  Deno.test(`${document} has the numbers of docs/reproduction/tables.md`, async () => {
    const text = part.exec(await Deno.readTextFile(join(ROOT, document)))![0];
    const tables = await Deno.readTextFile(join(ROOT, "docs/reproduction/tables.md"));
    const known = Map.groupBy(tableRows(tables), ([label]) => label);
    const rows = tableRows(text).filter(([label, ...cells]) => known.has(label) && /\d/.test(cells.join()));
    for (const [label, ...cells] of rows) {
      const have = new Set(known.get(label)!.flat());
      for (const cell of cells) assert.ok(have.has(cell), `no row "${label}" has ${cell}`);
    }
    const intervals = text.replaceAll(/\s+/g, " ").match(/−?[\d.]+ ± [\d.]*\d/g) ?? [];
    assert.ok(rows.length + intervals.length > 0, "there is no number to check");
    for (const interval of intervals) assert.ok(tables.includes(interval), `no table has ${interval}`);
  });
}

/** Who is in which column of README's table of speed, by model; of several the fastest. */
const RACERS: Readonly<Record<string, readonly RegExp[]>> = {
  "fc": [
    /^wasm /,
    /^wasm-wide /,
    /^pytorch-fused-adam /,
    /^pytorch-compiled /,
    /^pytorch-/,
    /^tfjs-wasm-stock /,
  ],
  "cnn": [/^wasm /, /^wasm-wide /, /^pytorch-channels-last /, /^pytorch-compiled /, /^pytorch-/],
  "original-cnn": [/^wasm /, /^wasm-wide /, /^pytorch-channels-last /, /^pytorch-compiled /, /^pytorch-/],
};

Deno.test("README.md has the medians of docs/speed", async () => {
  const readme = await Deno.readTextFile(join(ROOT, "README.md"));
  const rows = tableRows(/^## Speed$.*?(?=^## )/ms.exec(readme)![0]);
  for (const [model, racers] of Object.entries(RACERS)) {
    const lines = (await Deno.readTextFile(join(ROOT, `docs/speed/${model}.txt`))).split("\n");
    assert.ok(lines[0].startsWith(`${model}, batch 512, 2 thread(s) on AMD EPYC`), lines[0]);
    const medians = racers.map((racer) =>
      Math.min(...lines.filter((line) => racer.test(line)).map((line) => Number(line.split(/ +/)[3])))
    );
    const told = medians.map((ms) =>
      ms < 100 ? (Math.round(10 * ms) / 10).toFixed(1) : Math.round(ms).toLocaleString("en")
    );
    const row = rows.find(([label]) => label === `\`${model}\``)!.slice(1).filter((cell) => cell !== "");
    assert.deepEqual(row, told);
  }
});
