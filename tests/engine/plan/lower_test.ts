import assert from "node:assert/strict";
import { buffersOf, writesOf } from "../../../lib/engine/plan/access.ts";
import { flops } from "../../../lib/engine/plan/flops.ts";
import { lower, type Task } from "../../../lib/engine/plan/lower.ts";
import type { Buffer, Op } from "../../../lib/engine/plan/op.ts";
import { type Plan, type ProgramName, PROGRAMS } from "../../../lib/engine/plan/plan.ts";
import { parameterTable } from "../../../lib/model/parameters.ts";
import { type PresetName, PRESETS } from "../../../lib/model/presets.ts";
import { sizeOf } from "../../../lib/model/record.ts";
import { TASKS } from "./tasks.ts";

/** Of the room that a plan cannot do without: places are found one after the other, and results stay where they are. */
const MOST_WASTED = 1.1;

/** A preset on MNIST's images as it is trained by default. */
function mnist(preset: PresetName): Task {
  return {
    model: PRESETS[preset]({
      input: [28, 28],
      latent: { family: "student-t", size: 3, df: { fixed: 5 }, kl: "exact" },
      likelihood: { kind: "bernoulli" },
    }),
    objective: { kind: "elbo", beta: 1 },
    optimizer: { learningRate: 5e-4 },
  };
}

function range({ offset, shape }: Buffer): [start: number, end: number] {
  return [offset, offset + sizeOf(shape)];
}

function totalFlops(ops: readonly Op[]): number {
  return ops.reduce((sum, op) => sum + flops(op), 0);
}

/** Follows who wrote each element last; asserts that everybody reads what was written for them. */
function assertNothingIsOverwritten(plan: Plan, program: ProgramName): void {
  const owners: (Buffer | undefined)[] = Array(plan.size);
  const own = (buffer: Buffer) => owners.fill(buffer, ...range(buffer));
  const assertOwned = (buffer: Buffer, what: string) => {
    if (buffer.offset < plan.sharedSize) return;
    const [start, end] = range(buffer);
    assert.ok(start >= 0 && end <= plan.size, `${buffer.name} is outside the arena`);
    const other = owners.slice(start, end).find((owner) => owner !== buffer);
    assert.equal(other?.name, undefined, `${what} reads ${buffer.name}, whose place ${other?.name} has`);
    assert.equal(owners[start], buffer, `${what} reads ${buffer.name} before it is written`);
  };
  const { x, z, loc, scale, df, reconstruction, kl, bound, mean } = plan.io;
  const given = program === "decode" ? [z] : program === "weigh" ? [x, loc, scale, df] : [];
  for (const buffer of given) if (buffer !== undefined) own(buffer);
  plan[program].forEach((op, i) => {
    const what = `${program}[${i}], ${op.kind},`;
    const written = new Set(writesOf(op));
    const buffers = [...new Set(buffersOf(op))];
    for (const one of written) {
      for (const other of buffers) {
        const apart = one === other || range(one)[1] <= range(other)[0] || range(other)[1] <= range(one)[0];
        assert.ok(apart, `${what} has ${one.name} and ${other.name} in one place`);
      }
    }
    for (const buffer of buffers) if (!written.has(buffer)) assertOwned(buffer, what);
    const updates = op.kind === "draw-gradient" || op.kind === "add" || op.kind === "free-bits" ||
      (op.kind === "product" && op.accumulate);
    if (updates) { for (const buffer of written) assertOwned(buffer, what); }
    for (const buffer of written) own(buffer);
  });
  const measured = program === "encode"
    ? []
    : program === "weigh"
    ? [reconstruction, kl]
    : [reconstruction, kl, bound];
  const results = program === "decode" ? [mean] : [x, z, loc, scale, df, ...measured];
  for (const buffer of results) if (buffer !== undefined) assertOwned(buffer, "the caller");
}

for (const [name, task] of Object.entries(TASKS)) {
  Deno.test(`lower() of ${name} gives every buffer a place of its own while it is in use`, () => {
    const plan = lower(task, 3);
    for (const program of PROGRAMS) assertNothingIsOverwritten(plan, program);
  });

  Deno.test(`lower() of ${name} writes each gradient once, and in measuring no parameter`, () => {
    const plan = lower(task, 3);
    const [start, end] = range(plan.all.gradient);
    const gradients = plan.train.filter(({ kind }) => kind !== "decay" && kind !== "clip")
      .flatMap(writesOf).filter(({ offset }) => offset >= start && offset < end);
    assert.deepEqual(
      gradients.map(({ name }) => name).toSorted(),
      parameterTable(task.model).map(({ name }) => `gradient of ${name}`).toSorted(),
    );
    for (const program of ["measure", "measureOnBatch", "encode", "weigh", "decode"] as const) {
      for (const { name, offset } of plan[program].flatMap(writesOf)) {
        assert.ok(offset >= plan.sharedSize, `${program} writes ${name}`);
      }
    }
  });

  Deno.test(`lower() of ${name} is the same twice, and alike in front for other rows`, () => {
    const { parameters, all, statistics, constants, sharedSize, regions } = lower(task, 3);
    assert.deepEqual(lower(task, 3), lower(task, 3));
    const other = lower(task, 8);
    assert.deepEqual(
      [other.parameters, other.all, other.statistics, other.constants, other.sharedSize],
      [parameters, all, statistics, constants, sharedSize],
    );
    assert.equal(regions.work.offset, sharedSize);
  });
}

for (const preset of ["fc", "cnn"] as const) {
  Deno.test(`lower() of ${preset} takes hardly more room than what is in use at once`, () => {
    const plan = lower(mnist(preset), 512);
    const used = plan.train.map((op) =>
      new Set(buffersOf(op).filter(({ offset }) => offset >= plan.sharedSize))
    );
    const inUse = plan.train.map((_, i) => {
      const before = new Set(used.slice(0, i + 1).flatMap((buffers) => [...buffers]));
      const after = new Set(used.slice(i).flatMap((buffers) => [...buffers]));
      return [...before].filter((buffer) => after.has(buffer)).reduce(
        (sum, { shape }) => sum + sizeOf(shape),
        0,
      );
    });
    const most = Math.max(...inUse);
    assert.ok(plan.regions.work.size < MOST_WASTED * most, `${plan.regions.work.size} for ${most}`);
  });
}

Deno.test("flops() of a training step at batch 512 are 2 for each weight, example and pass that needs it", () => {
  const sum = (...sizes: number[]) => sizes.reduce((total, n) => total + n, 0);
  const first = 784 * 128;
  const weights = sum(first, 128 * 64, 64 * 32, 2 * 32 * 3, 3 * 32, 32 * 64, 64 * 128, 128 * 784);
  // The gradient in the data is of no use.
  assert.equal(totalFlops(lower(mnist("fc"), 512).train), 2 * 512 * (3 * weights - first));
  assert.equal(totalFlops(lower(mnist("fc"), 512).measure), 2 * 512 * weights);
  const billions = (preset: PresetName) => totalFlops(lower(mnist(preset), 512).train) / 1e9;
  assert.deepEqual([billions("cnn").toFixed(1), billions("original-cnn").toFixed(1)], ["23.1", "45.6"]);
});

Deno.test("lower() leaves no activation, no bias and, after batch norm, no leaky ReLU to an operation of its own", () => {
  const kinds = (preset: PresetName) => new Set(lower(mnist(preset), 8).train.map(({ kind }) => kind));
  for (const preset of ["fc", "cnn", "original-fc"] as const) {
    assert.ok(!kinds(preset).has("leaky-relu") && !kinds(preset).has("leaky-relu-gradient"), preset);
  }
  const masks = lower(mnist("fc"), 8).train.filter((op) => op.kind === "product" && op.mask !== undefined);
  assert.equal(masks.length, 6);
});

Deno.test("lower() pads like TensorFlow's same padding: what is left over goes to the bottom and the right", () => {
  const geometries = lower(TASKS["layers of every kind"], 3).decode.flatMap((op) =>
    "geometry" in op ? [{ kind: op.kind, ...op.geometry }] : []
  );
  const [transposed] = geometries;
  assert.deepEqual(transposed, {
    kind: "conv-transpose",
    rows: 3,
    large: [4, 6, 2],
    small: [2, 3, 2],
    size: 4,
    stride: 2,
    padding: [1, 1],
  });
  assert.deepEqual(geometries.map(({ padding }) => padding[0]), [1, 1, 1, 1]);
  const [even] = lower(mnist("cnn"), 3).train.flatMap((op) => "geometry" in op ? [op.geometry] : []);
  assert.deepEqual([even.small, even.padding], [[14, 14, 32], [0, 0]]);
});

Deno.test("lower() rejects an objective without a plan, one without meaning, and no rows", () => {
  const task = mnist("fc");
  assert.throws(() => lower({ ...task, objective: { kind: "iwae", samples: 5 } }, 512), {
    name: "RangeError",
    message:
      "Cannot lower objective iwae: a plan takes one draw for each example, and it needs samples, got 5; " +
      "use --backend tfjs-wasm",
  });
  assert.throws(() => lower({ ...task, objective: { kind: "t3" } }, 512), {
    name: "RangeError",
    message: /latent.joint must be true for the objective t3/,
  });
  assert.throws(() => lower(task, 0), {
    name: "RangeError",
    message: "Cannot lower model fc: rows must be a positive integer, got 0",
  });
});
