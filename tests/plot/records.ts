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
