/**
 * Times single training steps of one engine and prints one line of JSON.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { createEngine, ENGINE_NAMES, type EngineName } from "../lib/engine/engine.ts";
import { modelOf, parseConfig, resolveConfig } from "../lib/run/config.ts";
import { randomPixels } from "./engines.ts";

const USAGE = "Usage: deno task bench:step --engine E --model M --steps N [--batch B] [--threads T] [--json]";
const WARM_UP = 5;

const { values } = parseArgs({
  options: {
    engine: { type: "string", default: "tfjs-wasm" },
    model: { type: "string", default: "fc" },
    steps: { type: "string", default: "20" },
    batch: { type: "string", default: "512" },
    threads: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
