/**
 * What every engine promises of its calls, so that each has only to compute.
 *
 * @module
 */

import { isJoint } from "../model/latent.ts";
import { checkLatents, checkRows, type Rows } from "./check_rows.ts";
import type { Engine, EngineOptions, ObjectiveParts, Posterior } from "./engine.ts";
import { queue } from "./in_turn.ts";
import { checkState } from "./state.ts";

/** What is computed. */
type Task = Pick<EngineOptions, "model" | "objective">;

/**
 * The same engine with its calls one after the other, none after `close()`, and only with what fits the model.
 *
 * Calls that overlapped would see each other's half-done work. An engine is never asked for values of no rows.
 *
 * @param engine what computes
 * @param task the record and its objective
 * @returns the engine to hand out
 */
export function guarded(engine: Engine, task: Task): Engine {
  const { name, device, threads, batchSize, stepsPerCall } = engine;
  const { model } = task;
  const inTurn = queue();
  let closing: Promise<void> | undefined;

  const call = <T>(work: () => T | Promise<T>): Promise<T> => {
    if (closing === undefined) return inTurn(work);
    const advice = "it has been closed; create another one";
    return Promise.reject(new Error(`Cannot use the ${name} engine: ${advice}`));
  };
  const onRows = <T>(rows: Rows, work: () => T | Promise<T>): Promise<T> =>
    call(() => {
      checkRows(model, rows);
      return work();
    });

  return {
    ...{ name, device, threads, batchSize, stepsPerCall },
    get step() {
      return engine.step;
    },
    trainSteps: (data, indices) => onRows({ data, indices }, () => engine.trainSteps(data, indices)),
    objectiveParts: (data, indices, options) =>
      onRows(
        { data, indices },
        () => indices.length === 0 ? noParts(task) : engine.objectiveParts(data, indices, options),
      ),
    logLikelihood: (data, indices, options) =>
      onRows({ data, indices }, () => engine.logLikelihood(data, indices, options)),
    encode: (data, indices) =>
      onRows(
        { data, indices },
        () => indices.length === 0 ? noPosterior(task) : engine.encode(data, indices),
      ),
    sampleLatent: (data, indices) =>
      onRows({ data, indices }, () => indices.length === 0 ? nothing() : engine.sampleLatent(data, indices)),
    decode: (latents) =>
      call(() => {
        checkLatents(model, latents);
        return latents.length === 0 ? nothing() : engine.decode(latents);
      }),
    learnedDf: () => call(() => engine.learnedDf()),
    exportState: () => call(() => engine.exportState()),
    importState: (state) =>
      call(() => {
        checkState(state, model);
        return engine.importState(state);
      }),
    close: () => closing ??= inTurn(() => engine.close()),
  };
}

function nothing(): Float32Array {
  return new Float32Array();
}

function noParts({ model: { latent }, objective }: Task): ObjectiveParts {
  return {
    ...{ examples: 0, loss: 0, reconstruction: 0, kl: 0 },
    ...(isJoint(latent) ? {} : { klPerDimension: new Float64Array(latent.size) }),
    perExample: {
      reconstruction: nothing(),
      kl: nothing(),
      ...(objective.kind === "elbo" ? {} : { bound: nothing() }),
    },
  };
}

function noPosterior({ model: { latent } }: Task): Posterior {
  const amortised = latent.family === "student-t" && "amortised" in latent.df;
  return { loc: nothing(), scale: nothing(), ...(amortised ? { df: nothing() } : {}) };
}
