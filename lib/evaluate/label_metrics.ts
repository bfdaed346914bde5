/**
 * What latents tell about classes.
 *
 * @module
 */

import type { Split } from "../data/dataset.ts";
import type { Engine } from "../engine/engine.ts";
import type { Latent } from "../model/record.ts";
import { linearProbeAccuracy } from "./linear_probe.ts";
import { metricOf, type Metrics } from "./metric.ts";
import { nearestNeighborAccuracy } from "./nearest_neighbors.ts";

/** Examples that are learned from, and judged by, at most: every pair of them is compared. */
const MOST = { train: 10_000, test: 5_000 };

const NEIGHBORS = 5;

/** Examples with labels, and what is known of their latents. */
export interface LabelOptions {
  /** What the model was trained on. */
  readonly train: Split;
  /** Whose classes are guessed. */
  readonly test: Split;
  /** The latent space. */
  readonly latent: Latent;
  /** loc of q(z|x) for the test examples, `[examples, latentSize]`. */
  readonly loc: Float32Array;
}

/**
 * How often the class of a test example follows from the loc of its posterior.
 *
 * @param engine the trained model
 * @param options examples, and what is known of their latents
 * @returns `nearestNeighborAccuracy` and `linearProbeAccuracy`; nothing where a set has no labels, or too few examples
 */
export async function labelMetrics(
  engine: Engine,
  { train, test, latent: { size: dimensions }, loc }: LabelOptions,
): Promise<Metrics> {
  if (train.labels === undefined || test.labels === undefined || train.count < NEIGHBORS) return {};
  const counts = {
    train: Math.min(train.count, MOST.train),
    test: Math.min(test.count, MOST.test),
  };
  const rows = Uint32Array.from({ length: counts.train }, (_, i) => i);
  const sets = {
    train: {
      values: (await engine.encode(train.values, rows)).loc,
      labels: train.labels.subarray(0, counts.train),
    },
    test: { values: loc.subarray(0, counts.test * dimensions), labels: test.labels.subarray(0, counts.test) },
  };
  const of =
    `the first ${counts.test} test examples, told from loc of q(z|x) by that of the first ${counts.train} ` +
    "training examples";
  return {
    nearestNeighborAccuracy: metricOf(
      nearestNeighborAccuracy(sets, { dimensions, neighbors: NEIGHBORS }),
      {
        unit: "of examples",
        definition: `classes of ${of} by the majority of ${NEIGHBORS} nearest neighbours`,
      },
    ),
    linearProbeAccuracy: metricOf(linearProbeAccuracy(sets, { dimensions }), {
      unit: "of examples",
      definition: `classes of ${of} by softmax regression`,
    }),
  };
}
