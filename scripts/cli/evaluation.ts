/**
 * Measuring a run and storing the result, after training as well as by `deno task evaluate`.
 *
 * @module
 */

import type { Dataset } from "../../lib/data/dataset.ts";
import { type Outliers, outliersInWords } from "../../lib/data/outliers.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { evaluate } from "../../lib/evaluate/evaluate.ts";
import type { Metric, Metrics } from "../../lib/evaluate/metric.ts";
import type { SurvivalCurves } from "../../lib/evaluate/generation_metrics.ts";
import type { Pictures } from "../../lib/evaluate/pictures.ts";
import { sizeOf } from "../../lib/model/record.ts";
import type { CheckpointName } from "../../lib/run/checkpoint.ts";
import type { Run } from "../../lib/run/directory.ts";
import { writeEvaluation } from "../../lib/run/evaluation.ts";
import { modelOf } from "../../lib/run/resolve.ts";
import type { StoredTensor } from "../../lib/run/safetensors.ts";
import { countProgress } from "./count_progress.ts";
import { askedSources, type Measures } from "./evaluate_options.ts";

/**
 * Measures a run's model on its test set and writes evaluation.json and evaluation.safetensors.
 *
 * @param run where to write
 * @param options the engine with the parameters of `checkpoint`, the data, what outliers their test set has, what else to
 *   measure, the data set to tell the test set from, and whether to say what each metric is
 * @returns a table of the metrics for people, and one of each source of new examples
 */
export async function evaluateRun(
  run: Run,
  { engine, dataset, checkpoint, outliers, measures = {}, against, definitions = false }: {
    engine: Engine;
    dataset: Dataset;
    checkpoint: CheckpointName;
    outliers?: Outliers;
    measures?: Measures;
    against?: Dataset;
    definitions?: boolean;
  },
): Promise<string> {
  const { train, test } = dataset;
  const model = modelOf(run.config);
  const { objective, seed } = run.config;
  const { iwae, mmd, tails, draws } = measures;
  using progress = iwae === undefined
    ? undefined
    : countProgress({ name: "log-likelihood", total: test.count + (against?.test.count ?? 0) });
  const { examples, metrics, generation, arrays } = await evaluate(engine, test, {
    model,
    objective,
    seed,
    train,
    ...(iwae !== undefined && { iwae: { samples: iwae, onProgress: progress?.show } }),
    latents: askedSources(measures, run.config),
    mmd,
    ...(tails !== undefined && draws !== undefined && { tails: { radius: tails, draws } }),
    against: against && { name: against.name, split: against.test },
  });
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
      options: measures,
      metrics,
      ...(generation.length > 0 && { generation }),
    },
    arrays: new Map([
      ["samples", rows(arrays.samples, inputSize)],
      ["inputs", rows(arrays.inputs, inputSize)],
      ["reconstructions", rows(arrays.reconstructions, inputSize)],
      ["loc", rows(arrays.loc, model.latent.size)],
      ...classTensors({ labels: test.labels, inputLabels: arrays.inputLabels }),
      ...pictureTensors(arrays.pictures),
      ...survivalTensors("survival", arrays.survival),
      ...survivalTensors("latentSurvival", arrays.latentSurvival),
    ]),
  });
  const shown = (metrics: Metrics) => [table(metrics), ...(definitions ? [definitionList(metrics)] : [])];
  return [
    ...(outliers === undefined ? [] : [`outliers ${outliersInWords(outliers)} in the test set`]),
    ...shown(metrics),
    ...generation.flatMap(({ latents, definition, metrics }) => {
      const [first, ...rest] = shown(metrics);
      return [`new examples from ${latents}: ${definition}\n${first}`, ...rest];
    }),
  ].join("\n\n");
}

function classTensors(classes: Readonly<Record<string, Uint8Array | undefined>>): [string, StoredTensor][] {
  return Object.entries(classes).flatMap(([name, data]) =>
    data === undefined ? [] : [[name, { shape: [data.length], data }]]
  );
}

function pictureTensors(pictures?: Pictures): [string, StoredTensor][] {
  if (pictures === undefined) return [];
  const { traversals: { dimension, probability, images }, manifold, interpolations } = pictures;
  return [
    ["traversals/dimension", { shape: [dimension.length], data: dimension }],
    ["traversals/probability", { shape: [probability.length], data: probability }],
    ["traversals/images", images],
    ...Object.entries({ ...(manifold && { manifold }), ...(interpolations && { interpolations }) }),
  ];
}

function survivalTensors(of: string, curves?: SurvivalCurves): [string, StoredTensor][] {
  if (curves === undefined) return [];
  return Object.entries({ radius: curves.radius, ...curves.curves }).map((
    [name, data],
  ) => [`${of}/${name}`, { shape: [data.length], data }]);
}

function definitionList(metrics: Metrics): string {
  return Object.entries(metrics).map(([name, { definition }]) => `${name}: ${definition}`).join("\n");
}

function table(metrics: Metrics): string {
  const rows = Object.entries(metrics).map(([name, metric]) => [name, show(metric), metric.unit]);
  const width = (column: number) => Math.max(...rows.map((row) => row[column].length));
  const [names, values] = [width(0), width(1)];
  return rows.map(([name, value, unit]) => `${name.padEnd(names)}  ${value.padStart(values)}  ${unit}`).join(
    "\n",
  );
}

/** A line has room for so many values. */
const MOST_VALUES = 4;

function show({ value, standardError }: Metric): string {
  const values = [value].flat(), errors = standardError === undefined ? [] : [standardError].flat();
  if (values.length > MOST_VALUES) return `${number(Math.min(...values))} to ${number(Math.max(...values))}`;
  return values.map((each, i) => number(each) + (errors.length === 0 ? "" : ` ± ${errors[i].toPrecision(2)}`))
    .join(", ");
}

function number(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) < 1 ? value.toPrecision(3) : value.toFixed(2);
}
