import assert from "node:assert/strict";
import { writeAtomic } from "../../lib/run/atomic.ts";
import { canonicalJson, readJson, writeJson } from "../../lib/run/json.ts";
import { type MetricsLine, metricsUntil, readMetrics, writeMetrics } from "../../lib/run/metrics.ts";
import { collectProvenance, gitRevision } from "../../lib/run/provenance.ts";
import { list, temporaryFolder } from "./fixtures.ts";

const MEANS = { loss: 150.25, reconstruction: 145.125, kl: 5.125 };
const LINES: readonly MetricsLine[] = [
  { epoch: 1, step: 24, train: MEANS, seconds: 1.5 },
  { epoch: 2, step: 48, train: MEANS, validation: MEANS, test: MEANS, df: [4.5, 6], seconds: 1.25 },
];

Deno.test("writeAtomic() replaces a file, makes its folder and leaves nothing else", async () => {
  await using folder = await temporaryFolder();
  const path = folder.in("new", "file");
  await writeAtomic(path, "first, and longer");
  await writeAtomic(path, Uint8Array.of(1, 2));
  assert.deepEqual(await Deno.readFile(path), Uint8Array.of(1, 2));
  assert.deepEqual(await list(folder.in("new")), ["file"]);
});

Deno.test("writeAtomic() leaves the old file and nothing else when it fails", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(folder.in("name", "taken"), { recursive: true });
  await assert.rejects(writeAtomic(folder.in("name"), "x"), (error: Error) => {
    assert.match(error.message, /^Cannot write .*name: [^(]+$/);
    return !error.message.includes(".tmp");
  });
  assert.deepEqual(await list(folder.in()), ["name"]);
});

Deno.test("canonicalJson() does not depend on the order of keys, and keeps that of arrays", () => {
  assert.equal(
    canonicalJson({ b: [{ z: 1, a: 2 }, 1], a: null, c: undefined }),
    '{"a":null,"b":[{"a":2,"z":1},1]}',
  );
});

Deno.test("readJson() names the file and the defect in one line", async () => {
  await using folder = await temporaryFolder();
  const path = folder.in("x.json");
  await writeJson(path, { a: [1] });
  assert.deepEqual(await readJson(path), { a: [1] });
  await Deno.writeTextFile(path, "{\n'a': 1}");
  await assert.rejects(readJson(path), (error: Error) => {
    assert(error instanceof SyntaxError);
    assert(error.message.startsWith(`Cannot read ${path}: it is not valid JSON: `));
    assert(!error.message.includes("\n"));
    return true;
  });
});

Deno.test("readMetrics() gives back what writeMetrics() was given, and nothing for a new run", async () => {
  await using folder = await temporaryFolder();
  const run = { path: folder.in() };
  assert.deepEqual(await readMetrics(run), []);
  await writeMetrics(run, LINES);
  assert.deepEqual(await readMetrics(run), LINES);
  assert.equal((await Deno.readTextFile(folder.in("metrics.jsonl"))).split("\n").length, 3);
  await writeMetrics(run, LINES.slice(0, 1));
  assert.deepEqual(await readMetrics(run), LINES.slice(0, 1));
});

Deno.test("metricsUntil() leaves out what came after, and misses no epoch without a word", async () => {
  await using folder = await temporaryFolder();
  const run = { path: folder.in() };
  assert.deepEqual(await metricsUntil(run, 0), []);
  await assert.rejects(metricsUntil(run, 1), /line 1: it must be of epoch 1, .* got nothing; put the whole /);
  await writeMetrics(run, LINES);
  assert.deepEqual(await metricsUntil(run, 1), LINES.slice(0, 1));
  await writeMetrics(run, LINES.slice(1));
  await assert.rejects(metricsUntil(run, 2), /line 1: it must be of epoch 1, .* finished 2, got 2; /);
});

Deno.test("readMetrics() names the line and the defect", async () => {
  await using folder = await temporaryFolder();
  const run = { path: folder.in() };
  const [good] = LINES.map((line) => JSON.stringify(line));
  const wrong = [["{", /metrics\.jsonl, line 2: it is not valid JSON/], [
    '{"epoch":2,"step":3,"train":{"loss":"x"}}',
    /metrics\.jsonl, line 2: train\.loss must be number, got "x"/,
  ], [
    '{"epoch":2,"step":3,"train":{"loss":1,"reconstruction":1,"kl":0},"df":5,"seconds":1}',
    /metrics\.jsonl, line 2: df must be Array, got 5/,
  ]] as const;
  for (const [line, message] of wrong) {
    await Deno.writeTextFile(folder.in("metrics.jsonl"), `${good}\n${line}\n`);
    await assert.rejects(readMetrics(run), message);
  }
  await Deno.writeTextFile(folder.in("metrics.jsonl"), `${good}\n${good.slice(0, -1)}`);
  await assert.rejects(readMetrics(run), /metrics\.jsonl, line 2: it is truncated/);
});

Deno.test("gitRevision() reads loose, packed and detached heads, and linked work trees", async () => {
  await using folder = await temporaryFolder();
  const [loose, packed, detached] = ["1", "2", "3"].map((digit) => digit.repeat(40));
  const write = async (text: string, ...path: string[]) => {
    await Deno.mkdir(folder.in(...path.slice(0, -1)), { recursive: true });
    await Deno.writeTextFile(folder.in(...path), text);
  };
  assert.equal(await gitRevision(folder.in()), undefined);
  await write("ref: refs/heads/main\n", ".git", "HEAD");
  assert.equal(await gitRevision(folder.in()), undefined);
  await write(
    `# pack-refs with: peeled\n${packed} refs/heads/main\n${loose} refs/heads/main2\n`,
    ".git",
    "packed-refs",
  );
  assert.equal(await gitRevision(folder.in()), packed);
  await write(`${loose}\n`, ".git", "refs", "heads", "main");
  assert.equal(await gitRevision(folder.in()), loose);

  await write(`gitdir: ${folder.in(".git", "worktrees", "tree")}\n`, "tree", ".git");
  await write("ref: refs/heads/main\n", ".git", "worktrees", "tree", "HEAD");
  await write("../..\n", ".git", "worktrees", "tree", "commondir");
  assert.equal(await gitRevision(folder.in("tree")), loose);

  await write(`${detached}\n`, ".git", "HEAD");
  assert.equal(await gitRevision(folder.in()), detached);
});

Deno.test("collectProvenance() adds what the process knows", async () => {
  const known = { engine: "tfjs-cpu", reason: "forced", device: "cpu", threads: 1, sha256: {} };
  const provenance = await collectProvenance(known);
  assert.equal(provenance.deno, Deno.version.deno);
  assert.equal(new Date(provenance.started).toISOString(), provenance.started);
  assert.deepEqual({ ...provenance, ...known }, provenance);
});
