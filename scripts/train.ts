/**
 * Trains a model and leaves a run directory with checkpoints, metrics, evaluation, figures and report.html.
 *
 * @module
 */

import { join } from "node:path";
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional } from "@optique/core/modifiers";
import { flag, option } from "@optique/core/primitives";
import { path } from "@optique/run";
import type { Dataset } from "../lib/data/dataset.ts";
import { createEngine, type Engine } from "../lib/engine/engine.ts";
import { selectEngine } from "../lib/engine/select.ts";
import { statisticsTable } from "../lib/model/parameters.ts";
import { loadCheckpoint, saveCheckpoint } from "../lib/run/checkpoint.ts";
import { type Config, parseConfig, readConfigFile } from "../lib/run/config.ts";
import { checkFree, createRun, openRun, type Run } from "../lib/run/directory.ts";
import { assignKey, FLAGS, parseAssignment } from "../lib/run/flags.ts";
import { type JsonObject, writeJson } from "../lib/run/json.ts";
import { lockRun } from "../lib/run/lock.ts";
import { type MetricsLine, metricsUntil, writeMetrics } from "../lib/run/metrics.ts";
import { checkData, collectProvenance, readProvenance, writeProvenance } from "../lib/run/provenance.ts";
import {
  checkResumable,
  engineOptions,
  modelOf,
  resolveConfig,
  type ResolvedConfig,
} from "../lib/run/resolve.ts";
import { writeStatus } from "../lib/run/status.ts";
import { UsageError } from "../lib/run/usage_error.ts";
import { fit, type Progress } from "../lib/train/fit.ts";
import { runCommand } from "./cli/command.ts";
import { type ConfigArguments, configOptions } from "./cli/config_options.ts";
import { readDataset } from "./cli/dataset.ts";
import { evaluateRun } from "./cli/evaluation.ts";
import { INTERRUPTED, interruptSignal } from "./cli/interrupt.ts";
import { mirrorOption } from "./cli/mirror.ts";
import { writeReport } from "./cli/report.ts";
import { trainingProgress } from "./cli/training_progress.ts";
import { runWide, wideSimdOption } from "./cli/wide_simd.ts";

await runCommand({
  name: "train",
  brief: "Trains a variational auto-encoder with a Student's-t or Gaussian latent space.",
  description:
    "Without flags it trains a small Student's-t model on an embedded data set. The run directory " +
    "that it names at the end holds checkpoints, metrics, the evaluation, figures and report.html.",
  examples: [
    "deno task train",
    "deno task train --dataset mnist --model fc --posterior student-t --df 5 --epochs 20",
    "deno task train --dataset fashion-mnist --posterior gaussian --run runs/baseline",
    "deno task train --joint --df learned --objective iwae --set objective.samples=10",
    "deno task train --dataset rows.csv --likelihood student-t --set likelihood.scale=learned",
    "deno task train --run runs/baseline --resume --epochs 100",
  ],
  parser: object("Run", {
    run: optional(option("--run", path({ metavar: "DIR" }), {
      description: message`the run directory (default: runs/<dataset>-<model>-<family>-<n>)`,
    })),
    resume: optional(flag("--resume", {
      description: message`continue the run in --run; only --epochs, --patience and --threads may change`,
    })),
    wideSimd: wideSimdOption,
    mirror: mirrorOption,
    given: configOptions(FLAGS),
  }),
}, async ({ run: path, resume, wideSimd, mirror, given }) => {
  const code = await runWide("train", wideSimd);
  if (code !== undefined) return code;
  const signal = interruptSignal();
  const old = resume ? await runToResume(path) : undefined;
  const config = parseConfig(await mergeSources(given, old?.config));
  if (old !== undefined) await checkContinuation(old, config);
  else if (path !== undefined) await checkFree(path);

  const dataset = await readDataset(config, { mirror, signal });
  // From here on nothing is sent anywhere, whatever a package might try.
  await Deno.permissions.revoke({ name: "net" });
  if (old !== undefined) await checkData(old, dataset);

  const described = resolveConfig(config, { input: dataset.shape, backend: config.backend });
  const { name, reason } = await selectEngine(config.backend, engineOptions(described));
  const resolved = { ...described, backend: name };
  const engine = await createEngine(name, engineOptions(resolved));
  const { device, threads } = engine;
  const provenance = { engine: name, reason, device, threads, sha256: dataset.sha256 };
  const run = old === undefined
    ? await createRun(resolved, { path, provenance: await collectProvenance(provenance) })
    : { path: old.path, config: resolved };
  using _lock = await lockRun(run);
  if (old !== undefined) await writeProvenance(run, { ...await readProvenance(run), device, threads });
  console.error(`engine ${name} on ${device}, ${threads} thread${threads === 1 ? "" : "s"} (${reason})`);
  try {
    const ended = await train(run, { engine, dataset, signal });
    if (ended === "patience") {
      console.error(`stopped early: no lower validation loss for ${resolved.patience} epochs`);
    }
    if (!signal.aborted) await conclude(run, { engine, dataset, signal });
    if (signal.aborted) {
      await writeStatus(run, { state: "interrupted" });
      console.error(`interrupted; go on with: deno task train --run ${run.path} --resume`);
      return INTERRUPTED;
    }
    await writeStatus(run, { state: "done" });
  } catch (error) {
    await writeStatus(run, { state: "failed", error: (error as Error).message.split("\n")[0] });
    throw error;
  } finally {
    await engine.close();
  }
});

async function runToResume(path: string | undefined): Promise<Run> {
  if (path === undefined) throw new UsageError("Cannot resume: name the run directory with --run DIR");
  return await openRun(path);
}

/** Checks that the run may go on as `config` says, and that it has not gone further than that already. */
async function checkContinuation(run: Run, config: Config): Promise<void> {
  checkResumable(run.config, config);
  const { progress } = await loadCheckpoint<Progress>(run, "last") ?? {};
  const begun = progress === undefined ? 0 : progress.epoch + Math.sign(progress.position);
  if (config.epochs < begun) {
    throw new UsageError(
      `Cannot resume: epochs must be at least ${begun}, as many as the run has begun, got ${config.epochs}`,
    );
  }
}

/** The configuration as written: a run's own or a file's, then flags, then --set. */
async function mergeSources(given: ConfigArguments, old?: ResolvedConfig): Promise<JsonObject> {
  if (old !== undefined && given.config !== undefined) {
    throw new UsageError(
      "Cannot resume with --config: the run has its own configuration; use flags for epochs",
    );
  }
  const base: JsonObject = given.config === undefined ? { ...old } : await readConfigFile(given.config);
  return [...Object.entries(given.values), ...given.set.map(parseAssignment)].reduce(assignKey, base);
}

/** Trains to the end or to an interrupt, storing every event that a resumed run needs. */
async function train(
  run: Run,
  { engine, dataset, signal }: { engine: Engine; dataset: Dataset; signal: AbortSignal },
): Promise<"finished" | "patience" | "interrupted"> {
  const { epochs, patience, checkpointEvery, seed } = run.config;
  const checkpoint = await loadCheckpoint<Progress>(run, "last");
  if (checkpoint !== undefined) await engine.importState(checkpoint.state);
  const resume = checkpoint?.progress;

  let lines: readonly MetricsLine[] = await metricsUntil(run, resume?.epoch ?? 0);
  await writeMetrics(run, lines);
  await writeJson(join(run.path, "config.json"), run.config);

  const start = (resume?.epoch ?? 0) * dataset.train.count + (resume?.position ?? 0);
  const testOnBatchStatistics = statisticsTable(modelOf(run.config)).length > 0;
  using progress = trainingProgress({ epochs, examples: dataset.train.count, start });
  let begun = performance.now();
  for await (
    const event of fit(engine, dataset, {
      epochs,
      seed,
      patience,
      checkpointEvery,
      testOnBatchStatistics,
      resume,
      signal,
    })
  ) {
    progress.show(event);
    if (event.kind === "epoch") {
      const { kind: _, ...measured } = event;
      const now = performance.now();
      lines = [...lines, { ...measured, seconds: (now - begun) / 1000 }];
      begun = now;
      await writeMetrics(run, lines);
    } else if (event.kind === "checkpoint") {
      if (event.best) await saveCheckpoint(run, "best", event);
      await saveCheckpoint(run, "last", event);
    } else if (event.kind === "end") {
      return event.reason;
    }
  }
  throw new Error("Cannot train: fit() ended without saying why");
}

/** Measures and draws a trained run, and tells where everything is; after an interrupt --resume does it again. */
async function conclude(
  run: Run,
  { engine, dataset, signal }: { engine: Engine; dataset: Dataset; signal: AbortSignal },
): Promise<void> {
  const best = await loadCheckpoint(run, "best");
  if (best !== undefined) await engine.importState(best.state);
  const checkpoint = best === undefined ? "last" : "best";
  const table = await evaluateRun(run, { engine, dataset, checkpoint });
  if (signal.aborted) return;
  await writeProvenance(run, { ...await readProvenance(run), finished: new Date().toISOString() });
  const page = await writeReport(run.path);
  if (signal.aborted) return;
  console.log(`${table}\n\nreport  ${page}\nrun     ${run.path}`);
}
