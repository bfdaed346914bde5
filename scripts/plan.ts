/**
 * Prints what the fused engines do for a configuration.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { flag, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { programFlops } from "../lib/engine/plan/flops.ts";
import { lower } from "../lib/engine/plan/lower.ts";
import { type Plan, PROGRAMS } from "../lib/engine/plan/plan.ts";
import { parseConfig, readConfigFile } from "../lib/run/config.ts";
import { assignKey, FLAGS, parseAssignment } from "../lib/run/flags.ts";
import { modelOf, resolveConfig, type ResolvedConfig } from "../lib/run/resolve.ts";
import { UsageError } from "../lib/run/usage_error.ts";
import { runCommand } from "./cli/command.ts";
import { type ConfigArguments, configOptions } from "./cli/config_options.ts";
import { oneOf } from "./cli/one_of.ts";
import { bufferTable, operationTable, programTable, regionTable } from "./cli/plan_tables.ts";

await runCommand({
  name: "plan",
  brief: "Prints the plan of a model: its operations, their arithmetic, and the memory that they share.",
  description:
    "Takes the flags of deno task train; those that change no step change no plan. No data set is read: " +
    "examples have the shape of --input.",
  examples: [
    "deno task plan --model cnn",
    "deno task plan --model fc --df learned --joint --batch-size 128 --buffers",
    "deno task plan --model original-cnn --program decode --json",
  ],
  parser: object("Plan", {
    input: withDefault(
      option("--input", string({ metavar: "SHAPE" }), {
        description: message`the shape of one example, unless the model says it (default: 28,28)`,
      }),
      "28,28",
    ),
    program: withDefault(
      option("--program", oneOf("NAME", PROGRAMS), {
        description: message`train, measure, measureOnBatch, encode, weigh or decode (default: train)`,
      }),
      "train" as const,
    ),
    buffers: optional(flag("--buffers", { description: message`list where every buffer is, too` })),
    json: optional(flag("--json", { description: message`print JSON: the whole plan` })),
    given: configOptions(FLAGS),
  }),
}, async ({ input, program, buffers, json, given }) => {
  const config = await resolve(given, parseShape(input));
  const plan = planOf(config);
  if (json) {
    const flops = Object.fromEntries(PROGRAMS.map((name) => [name, programFlops(plan[name])]));
    console.log(JSON.stringify({ ...plan, flops }));
    return;
  }
  const { model: { name }, latent: { family }, batchSize } = config;
  console.log(
    [
      `${name}, ${family}, batch ${batchSize}: ${program}`,
      operationTable(plan[program]),
      ...(buffers ? [bufferTable(plan[program])] : []),
      programTable(plan),
      regionTable(plan),
    ].join("\n\n"),
  );
});

/** The configuration that `deno task train` would use. */
async function resolve(given: ConfigArguments, shape: readonly number[]): Promise<ResolvedConfig> {
  const base = given.config === undefined ? {} : await readConfigFile(given.config);
  const keys = [...Object.entries(given.values), ...given.set.map(parseAssignment)].reduce(assignKey, base);
  const config = parseConfig(keys);
  const input = "preset" in config.model ? shape : config.model.input ?? shape;
  // A plan is the same whatever engine runs it.
  return resolveConfig(config, { input, backend: "tfjs-cpu" });
}

function planOf(config: ResolvedConfig): Plan {
  const { objective, optimizer, batchSize } = config;
  try {
    return lower({ model: modelOf(config), objective, optimizer }, batchSize);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

function parseShape(text: string): readonly number[] {
  const shape = text.split(",").map(Number);
  if (shape.every((size) => Number.isSafeInteger(size) && size > 0)) return shape;
  throw new UsageError(
    `Cannot plan: --input must be positive integers with commas between them, got ${text}`,
  );
}
