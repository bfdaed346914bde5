/**
 * Times training steps of this project's engines and of other frameworks, taking turns in one run.
 *
 * @module
 */

import { cpus } from "node:os";
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { flag, option } from "@optique/core/primitives";
import { integer, string } from "@optique/core/valueparser";
import { UsageError } from "../lib/run/usage_error.ts";
import { runCommand } from "../scripts/cli/command.ts";
import { oneOf } from "../scripts/cli/one_of.ts";
import { type Course, type Entrant, ENTRANTS, referencesOf } from "./peers/contestants.ts";
import { type Contestant, startContestant, type Turn } from "./peers/protocol.ts";
import { compare, turnOrder } from "./peers/race.ts";
import { type Absent, type Result, table } from "./peers/report.ts";
import { BATCH, PEER_MODELS } from "./peers/workload.ts";

/** The first steps run before the just-in-time compilers have done their work. */
const WARM_UP = 5;

/** So that one's idle threads have stopped spinning when the next one begins. */
const PAUSE_MS = 50;

/** The first batch's divergence depends on no noise; oneDNN's convolutions in another order move it by 1.3e-4. */
const SAME_KL = 1e-3;

/** The loss depends on noise too, which everyone draws differently. */
const SAME_LOSS = 0.05;

/** Steps in a turn: about a tenth of a second, or a few where one takes longer. */
const STEPS = { "fc": 20, "cnn": 2, "original-cnn": 2 } as const;

/** One who takes part, and what came of it. */
interface Runner extends Pick<Contestant, "introduction" | "run"> {
  readonly name: string;
  readonly milliseconds: number[];
  readonly first: Turn["first"];
  last: Turn["last"];
}

await runCommand({
  name: "bench:peers",
  brief: "Times training steps of our engines and of other frameworks.",
  description:
    "Everyone trains the same network from the same weights on the same batches of 512 images, with a Student's t " +
    "latent, exact KL, noise and Adam; on our side gathering the batch is timed too. Each is a process of its own, " +
    "and they take turns. PyTorch takes part where the given Python can import torch.",
  examples: [
    "deno task bench:peers --model fc --rounds 20 --steps 20 --threads 2",
    "deno task bench:peers --model cnn --only tfjs-wasm --only pytorch-compiled --json",
  ],
  parser: object({
    model: withDefault(
      option("--model", oneOf("PRESET", PEER_MODELS), {
        description:
          message`which preset (default: fc); original-cnn is that network under the objective of the others`,
      }),
      "fc" as const,
    ),
    rounds: withDefault(
      option("--rounds", integer({ min: 1, metavar: "N" }), {
        description: message`turns for each (default: 20)`,
      }),
      20,
    ),
    steps: optional(
      option("--steps", integer({ min: 1, metavar: "N" }), {
        description: message`steps in a turn (default: 20 for fc, else 2)`,
      }),
    ),
    threads: withDefault(
      option("--threads", integer({ min: 1, metavar: "N" }), {
        description: message`threads of those that can have more than one (default: 2)`,
      }),
      2,
    ),
    only: multiple(
      option("--only", oneOf("NAME", ENTRANTS.map(({ name }) => name)), {
        description: message`who takes part; may be repeated (default: everyone)`,
      }),
    ),
    python: withDefault(
      option("--python", string({ metavar: "PATH" }), {
        description: message`a Python with PyTorch (default: python3)`,
      }),
      "python3",
    ),
    json: optional(flag("--json", { description: message`print JSON` })),
  }),
}, async ({ model, rounds, steps = STEPS[model], only, json, ...resources }) => {
  const entrants = ENTRANTS.filter(({ name, models }) =>
    (models === undefined || models.includes(model)) && (only.length === 0 || only.includes(name))
  );
  if (entrants.length === 0) {
    throw new UsageError(`Cannot compare on ${model}: none of ${only.join(", ")} trains it`);
  }
  const before = Deno.loadavg()[0];
  await using processes = new AsyncDisposableStack();
  const { runners, absent } = await startAll(entrants, { course: { model, ...resources }, steps, processes });
  for (let round = 0; round < rounds; round++) {
    for (const runner of turnOrder(runners, round)) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      const { milliseconds, last } = await runner.run(steps).catch((error: Error) => {
        throw new Error(`Cannot go on without ${runner.name}: ${error.message}`);
      });
      runner.milliseconds.push(milliseconds);
      runner.last = last;
    }
  }
  const times = new Map(runners.map(({ name, milliseconds }) => [name, milliseconds]));
  const { reference, summaries } = compare(times, referencesOf(model));
  const result: Result = {
    model,
    batch: BATCH,
    rounds,
    steps,
    threads: resources.threads,
    device: cpus()[0]?.model.trim() ?? "unknown processor",
    cores: navigator.hardwareConcurrency,
    load: { before, after: Deno.loadavg()[0] },
    ...(reference === undefined ? {} : { reference }),
    contestants: runners.map(({ name, introduction, first, last }) => {
      return { name, ...introduction, ...summaries.get(name)!, first, last };
    }),
    absent,
  };
  console.log(json ? JSON.stringify(result) : table(result));
});

/** Starts and warms up everyone, one after the other; who cannot take part is listed with the reason. */
async function startAll(
  entrants: readonly Entrant[],
  { course, steps, processes }: {
    readonly course: Course;
    readonly steps: number;
    /** Ends what has been started. */
    readonly processes: AsyncDisposableStack;
  },
): Promise<{ runners: readonly Runner[]; absent: readonly Absent[] }> {
  const runners: Runner[] = [];
  const absent: Absent[] = [];
  for (const { name, command } of entrants) {
    let runner: Runner;
    try {
      const contestant = processes.use(await startContestant(command(course)));
      const { first, last } = await contestant.run(Math.max(steps, WARM_UP));
      runner = { ...contestant, name, milliseconds: [], first, last };
    } catch (error) {
      const reason = (error as Error).message;
      absent.push({ name, reason });
      console.error(`${name}: absent: ${reason}`);
      continue;
    }
    runners.push(runner);
    requireSameModel(runner, runners[0]);
    console.error(`${name}: ${runner.introduction.version}`);
  }
  if (runners.length === 0) throw new Error(`Cannot compare on ${course.model}: nobody can take part`);
  return { runners, absent };
}

/** Times of different things must not be compared. */
function requireSameModel(runner: Runner, other: Runner): void {
  const quantities = [
    { what: "the divergence of the first batch", key: "kl", tolerance: SAME_KL },
    { what: "the loss of the first batch", key: "loss", tolerance: SAME_LOSS },
  ] as const;
  for (const { what, key, tolerance } of quantities) {
    const [ours, theirs] = [runner.first[key], other.first[key]];
    // NaN is close to nothing
    if (Math.abs(ours - theirs) <= tolerance * Math.abs(theirs)) continue;
    throw new Error(
      `Cannot compare ${runner.name} with ${other.name}: ${what} must agree to within ${tolerance} relative, ` +
        `got ${ours} and ${theirs} nats; one of them trains another model`,
    );
  }
}
