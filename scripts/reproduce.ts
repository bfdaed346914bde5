/**
 * Reproduces the paper: trains its models, measures them, and draws what came out.
 *
 * @module
 */

import { join } from "node:path";
import { checkReproductionFolder, RESULTS } from "../lib/run/reproduction/folder.ts";
import type { SweepFolder } from "../lib/run/sweep/directory.ts";
import { runCommand } from "./cli/command.ts";
import { INTERRUPTED, interruptSignal } from "./cli/interrupt.ts";
import { reproduceOptions } from "./cli/reproduce/options.ts";
import { type PlannedStudy, planStudies } from "./cli/reproduce/plan.ts";
import { writeReproduction } from "./cli/reproduce/report.ts";
import { runStudy } from "./cli/reproduce/study.ts";
import { prepareFolder } from "./cli/sweep/folder.ts";
import { checkShare } from "./cli/sweep/share.ts";

await runCommand({
  name: "reproduce",
  brief: "Trains the models of the paper and of its claim, measures them, and draws what came out.",
  description:
    "Six studies, each a sweep in docs/sweeps/reproduction: the two networks fc and cnn, and as the original code " +
    "has them, with Gaussian and Student's-t latents on MNIST and Fashion-MNIST; degrees of freedom; and outliers " +
    "among the training examples. Interrupted or killed, the same command goes on. What the studies have come to " +
    "is in results/, small enough to keep; report.html, tables.md and figures/ are drawn from it.",
  examples: [
    "deno task reproduce --quick",
    "deno task reproduce",
    "deno task reproduce --only fc --only df",
    "deno task reproduce --only cnn --epochs 50 --seeds 1 --run runs/reproduction-short",
  ],
  parser: reproduceOptions,
}, async (given) => {
  const { jobs, threads, mirror } = given;
  checkShare({ jobs, threads }, navigator.hardwareConcurrency);
  const path = given.run ?? join("runs", given.quick ? "reproduction-quick" : "reproduction");
  await checkReproductionFolder(path);
  const results = join(path, RESULTS);
  const signal = interruptSignal();
  const studies = await planStudies(given, { path, mirror, signal });
  for (const note of new Set(studies.flatMap(({ about }) => about.notes))) console.error(note);
  const begun: [PlannedStudy, SweepFolder][] = [];
  // All before the first trains, so that a mistake in the last is told at once.
  for (const study of studies) {
    const { about, sweep, file } = study;
    begun.push([study, await prepareFolder(sweep, { path: join(path, about.study), file, mirror, signal })]);
  }

  const failures: string[] = [];
  for (const [i, [study, folder]] of begun.entries()) {
    const { about, sweep } = study;
    console.error(`study ${i + 1} of ${begun.length}: ${about.study}, ${sweep.cells.length} models`);
    const failed = await runStudy(study, folder, { results, share: { jobs, threads }, mirror, signal });
    failures.push(...failed.map(({ cell, error }) => `${join(folder.path, cell.name)}: ${error}`));
    if (signal.aborted) {
      console.error("interrupted; the same command goes on");
      return INTERRUPTED;
    }
  }
  console.log(`\nreport   ${await writeReproduction(results, path)}\nresults  ${results}`);
  if (failures.length === 0) return 0;
  const s = failures.length === 1 ? "" : "s";
  throw new Error(
    `Cannot finish the reproduction: ${failures.length} model${s} failed, first ${
      failures[0]
    }; their output is ` +
      "in logs/ of their study's folder, and the same command tries them again",
  );
});
