/**
 * Measuring a run and storing the result, after training as well as by `deno task evaluate`.
 *
 * @module
 */

import type { Dataset } from "../../lib/data/dataset.ts";
import type { Outliers } from "../../lib/data/outliers.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { evaluate } from "../../lib/evaluate/evaluate.ts";
import { sizeOf } from "../../lib/model/record.ts";
import type { CheckpointName } from "../../lib/run/checkpoint.ts";
import type { Run } from "../../lib/run/directory.ts";
import { type StoredMetric, writeEvaluation } from "../../lib/run/evaluation.ts";
import { modelOf } from "../../lib/run/resolve.ts";
import type { StoredTensor } from "../../lib/run/safetensors.ts";

/**
 * Measures a run's model on its test set and writes evaluation.json and evaluation.safetensors.
 *
 * @param run where to write
 * @param options the engine with the parameters of `checkpoint`, the data, and what outliers their test set has
 * @returns a table of the metrics for people
 */
export async function evaluateRun(
  run: Run,
  { engine, dataset, checkpoint, outliers }: {
    engine: Engine;
    dataset: Dataset;
    checkpoint: CheckpointName;
    outliers?: Outliers;
  },
): Promise<string> {
  const { test } = dataset;
  const model = modelOf(run.config);
  const { objective, seed } = run.config;
  const { examples, metrics, arrays } = await evaluate(engine, test, { model, objective, seed });
  const rows = (data: Float32Array, width: number): StoredTensor => ({
    shape: [data.length / width, width],
    data,
  });
  const inputSize = sizeOf(model.input);
  await writeEvaluation(run, {
    record: {
      dataset: dataset.name,
      split: "test",
      ...(outliers && { outliers }),
      examples,
      checkpoint,
      step: engine.step,
      metrics,
    },
    arrays: new Map([
      ["samples", rows(arrays.samples, inputSize)],
      ["inputs", rows(arrays.inputs, inputSize)],
      ["reconstructions", rows(arrays.reconstructions, inputSize)],
      ["loc", rows(arrays.loc, model.latent.size)],
      ...(test.labels === undefined ? [] : [["labels", { shape: [test.count], data: test.labels }] as const]),
    ]),
  });
  return table(metrics);
}

function table(metrics: Readonly<Record<string, StoredMetric>>): string {
  const rows = Object.entries(metrics).map(([name, { value, unit }]) => [name, show(value), unit]);
  const width = (column: number) => Math.max(...rows.map((row) => row[column].length));
  const [names, values] = [width(0), width(1)];
  return rows.map(([name, value, unit]) => `${name.padEnd(names)}  ${value.padStart(values)}  ${unit}`).join(
    "\n",
  );
}

function show(value: number | readonly number[]): string {
  if (typeof value !== "number") return value.map((v) => v.toFixed(2)).join(" ");
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
