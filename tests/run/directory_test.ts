import assert from "node:assert/strict";
import { createRun, openRun } from "../../lib/run/directory.ts";
import { lockRun } from "../../lib/run/lock.ts";
import { readProvenance } from "../../lib/run/provenance.ts";
import { readStatus, writeStatus } from "../../lib/run/status.ts";
import { UsageError } from "../../lib/run/usage_error.ts";
import { exampleConfig, exampleRun, list, PROVENANCE, temporaryFolder } from "./fixtures.ts";

/** A failure as against a usage error, told in one line. */
function isFailure(error: unknown): boolean {
  return error instanceof Error && !(error instanceof UsageError) && !error.message.includes("\n");
}

Deno.test("createRun() makes a folder that openRun() reads", async () => {
  await using folder = await temporaryFolder();
  const run = await exampleRun(folder.in("a", "b"));
  assert.deepEqual(await list(run.path), ["config.json", "provenance.json", "status.json"]);
  assert.deepEqual(await openRun(run.path), run);
  assert.deepEqual(await readProvenance(run), PROVENANCE);
  assert.deepEqual(await list(folder.in("a")), ["b"]);
});

Deno.test("createRun() takes an empty folder and refuses a full one or a file", async () => {
  await using folder = await temporaryFolder();
  const [empty, full, file] = [folder.in("empty"), folder.in("full"), folder.in("file")];
  await Deno.mkdir(empty);
  await exampleRun(empty);
  await Deno.mkdir(full);
  await Deno.writeTextFile(folder.in("full", "x"), "");
  await Deno.writeTextFile(file, "");
  const reasons = {
    [empty]: "is a run; continue it with --resume or",
    [full]: "is no run;",
    [file]: "is no run;",
  };
  for (const [path, reason] of Object.entries(reasons)) {
    await assert.rejects(exampleRun(path), (error) => {
      assert(error instanceof UsageError);
      assert.equal(error.message, `Cannot create run ${path}: it exists and ${reason} give another name`);
      return true;
    });
  }
  assert.deepEqual(await list(folder.in()), ["empty", "file", "full"]);
  assert.deepEqual(await list(full), ["x"]);
});

Deno.test("createRun() numbers runs without a name, however many start at once", async () => {
  await using folder = await temporaryFolder();
  const root = folder.in("runs");
  const create = () => createRun(exampleConfig(), { root, provenance: PROVENANCE });
  const first = await create();
  assert.equal(first.path, folder.in("runs", "glyphs-fc-student-t-1"));
  await Promise.all([create(), create(), create(), create()]);
  await Deno.remove(first.path, { recursive: true });
  await create();
  assert.deepEqual(await list(root), [2, 3, 4, 5, 6].map((n) => `glyphs-fc-student-t-${n}`));
});

Deno.test("createRun() names a run after the file of the user's data", async () => {
  await using folder = await temporaryFolder();
  const config = exampleConfig({ dataset: "/some/where/my data.idx.gz", latent: "gaussian" });
  const run = await createRun(config, { root: folder.in("runs"), provenance: PROVENANCE });
  assert.equal(run.path, folder.in("runs", "my_data-fc-gaussian-1"));
});

Deno.test("createRun() fails in one line and leaves nothing where it cannot write", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(folder.in("file"), "");
  await assert.rejects(exampleRun(folder.in("file", "run")), isFailure);
  const root = folder.in("file");
  await assert.rejects(createRun(exampleConfig(), { root, provenance: PROVENANCE }), isFailure);
  assert.deepEqual(await list(folder.in()), ["file"]);
});

Deno.test("openRun() tells a wrong path from a corrupt run", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(folder.in("file"), "");
  for (const path of [folder.in(), folder.in("absent"), folder.in("file")]) {
    await assert.rejects(openRun(path), UsageError);
  }
  const { config } = await exampleRun(folder.in("run"));
  const corrupt = [
    "{",
    "[]",
    "{}",
    JSON.stringify({ ...config, seed: -1 }),
    JSON.stringify({ ...config, backend: "auto" }),
  ];
  for (const text of corrupt) {
    await Deno.writeTextFile(folder.in("run", "config.json"), text);
    await assert.rejects(openRun(folder.in("run")), (error) => {
      assert(error instanceof SyntaxError);
      assert(error.message.startsWith(`Cannot read ${folder.in("run", "config.json")}: `));
      return true;
    });
  }
});

Deno.test("lockRun() gives a run to one at a time, and says who has it", async () => {
  await using folder = await temporaryFolder();
  const run = await exampleRun(folder.in("run"));
  {
    using _lock = await lockRun(run);
    await assert.rejects(
      lockRun(run),
      new RegExp(
        `^Error: Cannot train .*: it is being trained by pid ${Deno.pid} on .*; wait for it or stop it$`,
      ),
    );
  }
  using _lock = await lockRun(run);
});

Deno.test("lockRun() says running and clears what killed writers left", async () => {
  await using folder = await temporaryFolder();
  const run = await exampleRun(folder.in("run"));
  await writeStatus(run, { state: "failed", error: "no more disk" });
  assert.equal((await readStatus(run)).error, "no more disk");
  await Deno.mkdir(folder.in("run", "checkpoints"));
  await Deno.writeTextFile(folder.in("run", "checkpoints", ".last.safetensors.1.tmp"), "");
  await Deno.writeTextFile(folder.in("run", ".metrics.jsonl.1.tmp"), "");
  using _lock = await lockRun(run);
  const { state, pid, error } = await readStatus(run);
  assert.deepEqual([state, pid, error], ["running", Deno.pid, undefined]);
  assert.deepEqual(await list(run.path), [
    "checkpoints",
    "config.json",
    "lock",
    "provenance.json",
    "status.json",
  ]);
  assert.deepEqual(await list(folder.in("run", "checkpoints")), []);
});

Deno.test("lockRun() fails in one line where there is no run", async () => {
  await using folder = await temporaryFolder();
  await assert.rejects(lockRun({ path: folder.in("absent") }), isFailure);
});
