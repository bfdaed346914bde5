import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { engineTest, rows, tiny, tinyPixels, withEngine } from "./engines.ts";

engineTest(
  "an error that nobody captures ends training with what the GPU said and advice",
  (name) =>
    withEngine(name, tiny(), async (engine) => {
      const { device } = tf.backend() as WebGPUBackend;
      device.createBuffer({ size: 2 ** 50, usage: GPUBufferUsage.STORAGE });
      await assert.rejects(engine.trainSteps(tinyPixels(), rows(4)), {
        message:
          /^WebGPU failed on .+: .*size.*; resume the run with --resume, or start one with --backend wasm$/,
      });
    }),
  ["tfjs-webgpu"],
);
