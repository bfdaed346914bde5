/**
 * What a sweep will take, from a few measured steps.
 *
 * @module
 */

import type { Dataset } from "../../../lib/data/dataset.ts";
import { createEngine } from "../../../lib/engine/engine.ts";
import { pictureCount } from "../../../lib/evaluate/pictures.ts";
import { parameterTable, statisticsTable } from "../../../lib/model/parameters.ts";
import { isImage, sizeOf } from "../../../lib/model/record.ts";
import { canonicalJson, isObject } from "../../../lib/run/json.ts";
import { engineOptions, modelOf, type ResolvedConfig } from "../../../lib/run/resolve.ts";

/** How fast an engine is with a model. */
export interface Pace {
  /** Seconds for each example of a training step. */
  readonly train: number;
  /** Seconds for each example that is only measured. */
  readonly measure: number;
}

/** What a cell takes. */
export interface Cost {
  /** Time from its start to its report. */
  readonly seconds: number;
  /** Disk. */
  readonly bytes: number;
}

/** How many examples a data set has, and how large each is. */
export interface Sizes {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** Numbers in an example. */
  readonly input: number;
}

/** Starting, evaluating and drawing: a rough figure for every model. */
const FIXED_SECONDS = 5;

/** Figures and report.html, of which the library that draws in it is 1.5 MB, as measured. */
const FIGURE_BYTES = { images: 3.4e6, numbers: 2.2e6 } as const;

/** Parameters and Adam's two moments of them. */
const COPIES = 3;

const BYTES_PER_NUMBER = 4;

/** Rows of evaluation.safetensors that are as large as an example: samples, and inputs with their reconstructions. */
const STORED_EXAMPLES = { images: 64 + 2 * 20, numbers: 64 + 2 * 16 } as const;

/** Just-in-time compilers have done most of their work after so many steps, … */
const WARM_UP = 3;

/** … and the steps of so many milliseconds, and not fewer than that, tell enough. */
const MEASURED = { milliseconds: 1000, steps: 3 } as const;

/**
 * What a cell will take.
 *
 * @param config its configuration
 * @param sizes of its data
 * @param pace of its engine
 * @returns the time if it trains all its epochs, and the disk
 *
 * @example
 * ```ts
 * import { parseConfig } from "../../../lib/run/config.ts";
 * import { resolveConfig } from "../../../lib/run/resolve.ts";
 * import { cellCost } from "./estimate.ts";
 * import assert from "node:assert/strict";
 *
 * const config = resolveConfig(parseConfig({ epochs: 10 }), { input: [28, 28], backend: "wasm" });
 * const sizes = { train: 1000, validation: 0, test: 100, input: 784 };
 * assert.equal(Math.round(cellCost(config, sizes, { train: 1e-3, measure: 1e-4 }).seconds), 15);
 * ```
 */
export function cellCost(config: ResolvedConfig, sizes: Sizes, pace: Pace): Cost {
  const model = modelOf(config);
  const numbers = (table: readonly { readonly size: number }[]): number =>
    table.reduce((sum, { size }) => sum + size, 0);
  const statistics = numbers(statisticsTable(model));
  // The test set is measured on its batches' statistics, too, where there are any.
  const measured = sizes.validation + sizes.test * (statistics > 0 ? 2 : 1);
  const checkpoint = COPIES * numbers(parameterTable(model)) + statistics;
  const { size } = config.latent;
  const kind = isImage(model.input) ? "images" : "numbers";
  const examples = STORED_EXAMPLES[kind] + (kind === "images" ? pictureCount(size) : 0);
  const evaluation = examples * sizes.input + sizes.test * size;
  return {
    seconds: FIXED_SECONDS + config.epochs * (sizes.train * pace.train + measured * pace.measure),
    bytes: FIGURE_BYTES[kind] + BYTES_PER_NUMBER * (checkpoint * (sizes.validation > 0 ? 2 : 1) + evaluation),
  };
}

/** The sizes of a data set. */
export function sizesOf({ shape, train, validation, test }: Dataset): Sizes {
  return {
    train: train.count,
    validation: validation?.count ?? 0,
    test: test.count,
    input: sizeOf(shape),
  };
}

/**
 * Names what the pace of a configuration depends on: everything but the numbers that only values follow from, such as
 * the seed, the learning rate or fixed degrees of freedom.
 *
 * @returns equal texts for configurations that are equally fast
 */
export function paceKey(config: ResolvedConfig): string {
  const { dataset, model, batchSize, backend, optimizer, objective, latent, likelihood } = config;
  const kinds = (record: object, kept: readonly string[]): unknown =>
    Object.entries(record).map(([key, value]) => [
      key,
      typeof value === "number" && !kept.includes(key)
        ? "number"
        : isObject(value)
        ? kinds(value, kept)
        : value,
    ]);
  return canonicalJson([
    dataset,
    model,
    batchSize,
    backend,
    kinds(optimizer, []),
    kinds(objective, ["samples"]),
    kinds(latent, ["size"]),
    kinds(likelihood, []),
  ]);
}

/**
 * Trains a few steps and throws them away.
 *
 * @param config what to train
 * @param dataset on what
 * @param threads on how many threads
 * @returns how fast that was on this machine, with nothing else going on
 */
export async function measurePace(
  config: ResolvedConfig,
  { dataset, threads }: { readonly dataset: Dataset; readonly threads: number },
): Promise<Pace> {
  const engine = await createEngine(config.backend, engineOptions({ ...config, threads }));
  const { values, count } = dataset.train;
  const rows = Math.min(count, config.batchSize * engine.stepsPerCall);
  const steps = Math.ceil(rows / config.batchSize);
  const indices = Uint32Array.from({ length: rows }, (_, i) => i);
  const time = async (pass: () => Promise<unknown>): Promise<number> => {
    for (let done = 0; done < WARM_UP; done += steps) await pass();
    const begun = performance.now();
    let calls = 0;
    do {
      await pass();
      calls++;
    } while (calls * steps < MEASURED.steps || performance.now() - begun < MEASURED.milliseconds);
    return (performance.now() - begun) / 1000 / (calls * rows);
  };
  try {
    return {
      train: await time(() => engine.trainSteps(values, indices)),
      measure: await time(() => engine.objectiveParts(values, indices)),
    };
  } finally {
    await engine.close();
  }
}

/**
 * How long several cells at a time take, each begun when another one ends.
 *
 * @param seconds of the cells, in order
 * @param jobs how many at a time
 * @returns seconds until the last one ends
 */
export function poolSeconds(seconds: readonly number[], jobs: number): number {
  const free = new Array<number>(jobs).fill(0);
  for (const time of seconds) free[free.indexOf(Math.min(...free))] += time;
  return Math.max(...free);
}
