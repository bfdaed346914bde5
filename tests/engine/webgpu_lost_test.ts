import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { engineTest, rows, tiny, tinyPixels, withEngine } from "./engines.ts";

engineTest("a lost device ends training with advice", (name) =>
  withEngine(name, tiny(), async (engine) => {
    await engine.trainSteps(tinyPixels(), rows(4));
    (tf.backend() as WebGPUBackend).device.destroy();
    await assert.rejects(engine.trainSteps(tinyPixels(), rows(4)), {
      message: /^WebGPU failed on .+: .+; resume the run with --resume, or start one with --backend wasm$/,
    });
  }), ["tfjs-webgpu"]);
