/** What Slurm is given to run. */

import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { cellScript, indexList, outputPattern, quote } from "../../../lib/run/sweep/slurm_script.ts";

Deno.test("indexList() names every index once, in as few ranges as there are", () => {
  assert.equal(indexList([]), "");
  assert.equal(indexList([4]), "4");
  assert.equal(indexList([0, 1, 2, 5, 7, 8]), "0-2,5,7-8");
  fc.assert(fc.property(fc.uniqueArray(fc.nat(50)), (some) => {
    const indices = some.sort((a, b) => a - b);
    const named = indexList(indices).split(",").filter(Boolean).flatMap((range) => {
      const [first, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
    assert.deepEqual(named, indices);
  }));
});

Deno.test("outputPattern() leaves nothing for Slurm to replace", () => {
  assert.equal(outputPattern("/runs/100%j/log"), "/runs/100%%j/log");
});

Deno.test({
  name: "cellScript() is a script that bash accepts, and its words reach bash as they are",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const odd = `it's $HOME "and" \`more\` \\ * é\n`;
    const bash = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await new Deno.Command("bash", { args }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout);
    };
    assert.equal(await bash("-c", `printf %s ${quote(odd)}`), odd);
    assert.equal(await bash("-n", "-c", cellScript({ folder: odd, train: ["/opt/deno", "run", odd] })), "");
  },
});

/** A cell's script in a folder of its own, with stand-ins for training and for `scontrol` that write what they are told. */
interface Stage extends AsyncDisposable {
  /** Runs the script for cell 1002, and once training has begun sends it a signal. */
  run(signal?: Deno.Signal): Promise<number>;
  /** A path in the folder. */
  file(...names: string[]): string;
  /** What a stand-in was told, a line for each call. */
  told(program: "train" | "scontrol"): Promise<string>;
}

/** @param onTerm what training does at TERM, in the words of a shell */
async function stage(onTerm: string): Promise<Stage> {
  const path = await Deno.makeTempDir({ prefix: "tvae-" });
  const file = (...names: string[]): string => join(path, ...names);
  const run = file("1002-01234567");
  for (const folder of ["cells", "logs", "1002-01234567/checkpoints"]) {
    await Deno.mkdir(file(folder), { recursive: true });
  }
  await Deno.writeTextFile(file("cells", "1002-01234567.json"), "{}");
  const program = (name: string, lines: string[]) =>
    Deno.writeTextFile(file(name), ["#!/bin/bash", ...lines, ""].join("\n"), { mode: 0o755 });
  const tell = (name: string) => `echo "$*" >>'${file(`${name}.told`)}'`;
  await program("scontrol", [tell("scontrol")]);
  await program("train", [
    'sleep "$SECONDS_TO_TRAIN" &',
    `trap '${onTerm}; kill $!; exit 130' TERM`,
    tell("train"),
    "wait",
    "exit 7",
  ]);
  await Deno.writeTextFile(file("slurm.sh"), cellScript({ folder: path, train: [file("train"), "a b"] }));

  const told = (name: string) => Deno.readTextFile(file(`${name}.told`)).catch(() => "");
  return {
    file,
    told,
    run: async (signal) => {
      const child = new Deno.Command("bash", {
        args: [file("slurm.sh"), "1000"],
        cwd: run,
        env: {
          SLURM_ARRAY_JOB_ID: "12",
          SLURM_ARRAY_TASK_ID: "2",
          SLURM_CPUS_PER_TASK: "4",
          SECONDS_TO_TRAIN: signal === undefined ? "0" : "60",
        },
      }).spawn();
      if (signal !== undefined) {
        while (await told("train") === "") await new Promise((resolve) => setTimeout(resolve, 20));
        child.kill(signal);
      }
      return (await child.status).code;
    },
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

const SAVE = "echo $RANDOM >checkpoints/new; mv checkpoints/new checkpoints/last.safetensors";

function scriptTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: Deno.build.os !== "linux", fn });
}

scriptTest(
  "cellScript() begins a cell, resumes one that was begun, and leaves one alone that is done",
  async () => {
    await using box = await stage(SAVE);
    assert.equal(await box.run(), 7, "the exit code is that of training");
    const [cell, run] = [box.file("cells", "1002-01234567.json"), box.file("1002-01234567")];
    const begun = `a b --config ${cell} --run ${run} --threads 4\n`;
    assert.equal(await box.told("train"), begun);

    await Deno.writeTextFile(join(run, "config.json"), "{}");
    await box.run();
    const resumed = `a b --run ${run} --resume --threads 4\n`;
    assert.equal(await box.told("train"), begun + resumed);

    await Deno.writeTextFile(join(run, "status.json"), JSON.stringify({ state: "done" }, null, 2));
    assert.equal(await box.run(), 0);
    assert.equal(await box.told("train"), begun + resumed);
    assert.equal(await box.told("scontrol"), "");
  },
);

scriptTest("cellScript() queues a cell again before its time limit, and at no other signal", async () => {
  await using limited = await stage(SAVE);
  await limited.run("SIGUSR1");
  assert.equal(await limited.told("scontrol"), "requeue 12_2\n");

  await using cancelled = await stage(SAVE);
  assert.equal(await cancelled.run("SIGTERM"), 130);
  assert.equal(await cancelled.told("scontrol"), "");
});

scriptTest("cellScript() does not queue a cell for ever that never comes to a checkpoint", async () => {
  await using box = await stage(":");
  await Deno.writeTextFile(box.file("1002-01234567", "checkpoints", "last.safetensors"), "an old one");
  await box.run("SIGUSR1");
  assert.equal(await box.told("scontrol"), "");
  assert.match(
    await Deno.readTextFile(box.file("logs", "1002-01234567.log")),
    /^== Slurm job 12_2 on .*, start 1\n(.*\n)*error: Cannot train: the time limit came before the first checkpoint; /,
  );
});
