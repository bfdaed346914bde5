import assert from "node:assert/strict";
import { openRun } from "../../lib/run/directory.ts";
import { readEvaluation } from "../../lib/run/evaluation.ts";
import { readMetrics } from "../../lib/run/metrics.ts";
import { readProvenance } from "../../lib/run/provenance.ts";
import { readStatus } from "../../lib/run/status.ts";
import { openSweep } from "../../lib/run/sweep/directory.ts";
import { readEvaluations } from "../../lib/run/sweep/evaluations_files.ts";
import { readHalving } from "../../lib/run/sweep/halving.ts";
import { readSlurmRecord } from "../../lib/run/sweep/slurm_jobs.ts";
import { temporaryFolder } from "./fixtures.ts";

type Folder = { readonly path: string };

const AGAIN = "put a good copy back, or delete FOLDER and train it again";

/** Files of a run or a sweep, what reads them, and what to do about a corrupt one. */
const RECORDS: readonly (readonly [string, (folder: Folder) => Promise<unknown>, string])[] = [
  ["config.json", ({ path }) => openRun(path), AGAIN],
  ["provenance.json", readProvenance, AGAIN],
  ["metrics.jsonl", readMetrics, AGAIN],
  ["status.json", readStatus, "`deno task train --run FOLDER --resume` writes it anew"],
  ["evaluation.json", readEvaluation, "run `deno task evaluate FOLDER` again"],
  [
    "sweep.json",
    ({ path }) => openSweep(path),
    "put a good copy back, or delete FOLDER and run the sweep again",
  ],
  ["evaluations.json", readEvaluations, "evaluate the sweep again"],
  ["halving.json", readHalving, "delete it to train every cell to its end"],
  ["slurm.json", readSlurmRecord, "put a good copy back, or cancel the sweep's jobs and delete it"],
];

for (const [name, read, advice] of RECORDS) {
  Deno.test(`a corrupt ${name} is named, with what to do about it`, async () => {
    await using folder = await temporaryFolder();
    const path = folder.in(name);
    for (const content of ["{", "{}", "[]", "null"]) {
      await Deno.writeTextFile(path, `${content}\n`);
      await assert.rejects(read({ path: folder.in() }), ({ name, message }: Error) => {
        assert.equal(name, "SyntaxError");
        assert(message.startsWith(`Cannot read ${path}`), message);
        assert(message.endsWith(`; ${advice.replace("FOLDER", folder.in())}`), message);
        return true;
      });
    }
  });
}

for (const [name, read] of RECORDS.filter(([name]) => name === "provenance.json" || name === "status.json")) {
  Deno.test(`a missing ${name} is named`, async () => {
    await using folder = await temporaryFolder();
    await assert.rejects(read({ path: folder.in() }), {
      name: "SyntaxError",
      message: new RegExp(`^Cannot read .*${name}: there is no such file; `),
    });
  });
}
