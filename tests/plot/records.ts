/** Small made-up records. */

import type { ArrayRecords, EpochRecord, RunRecords } from "../../lib/plot/mod.ts";

export function epochs(count: number): EpochRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    epoch: i + 1,
    step: 118 * (i + 1),
    seconds: 2,
    train: { loss: 140 + 100 / (i + 1), reconstruction: 132 + 100 / (i + 1), kl: 8 },
    test: { loss: 141 + 50 / (i + 1), reconstruction: 132 + 50 / (i + 1), kl: 9 },
  }));
}

/** Deterministic numbers in [0, 1) that repeat late. */
export function ramp(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => (i * 37 % 101) / 101);
}

export function imageArrays(inputs = 16): ArrayRecords {
  return {
    shape: [4, 3],
    samples: ramp(64 * 12),
    inputs: ramp(inputs * 12),
    reconstructions: ramp(inputs * 12),
    loc: ramp(20 * 3),
    latentSize: 3,
    labels: Uint8Array.from({ length: 20 }, (_, i) => i % 10),
  };
}

/** As {@linkcode imageArrays}, of two classes with names, and with what was decoded from chosen latents. */
export function pictureArrays(): ArrayRecords {
  const grid = (rows: number, columns: number) => ({ images: ramp(rows * columns * 12), columns });
  return {
    ...imageArrays(4),
    inputLabels: Uint8Array.of(1, 5, 1, 5),
    classes: ["zero", "one", "two", "three", "four", "<five>"],
    traversals: {
      ...grid(2, 3),
      dimension: Float32Array.of(0, 2),
      probability: Float32Array.of(0.01, 0.5, 0.99),
    },
    manifold: grid(5, 5),
    interpolations: grid(2, 4),
  };
}

export function run(more: Partial<RunRecords> = {}): RunRecords {
  return {
    name: "glyphs-fc-student-t-1",
    config: [["latent.size", "3"]],
    provenance: [["engine", "tfjs-wasm"]],
    metrics: epochs(3),
    evaluation: {
      metrics: {
        elbo: { value: -150.128, unit: "nats per example", definition: "higher is better" },
        klPerDimension: { value: [2, 3.5, 0.0012345], unit: "nats per example", definition: "of each" },
        activeUnits: { value: 2, unit: "latent dimensions of 3", definition: "in use" },
      },
    },
    arrays: imageArrays(),
    ...more,
  };
}
