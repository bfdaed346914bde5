import assert from "node:assert/strict";
import type { Buffer, Geometry, Op } from "../../../lib/engine/plan/op.ts";
import { execute } from "../../../lib/engine/reference/execute.ts";
import { type Machine, view } from "../../../lib/engine/reference/machine.ts";
import { generator } from "../../../lib/math/philox.ts";
import { sizeOf } from "../../../lib/model/record.ts";

/** A few roundings of float64. */
const ROUNDING = 1e-12;

/** A machine whose buffers hold the given numbers, or as many random ones as their shape has. */
function workbench(): {
  readonly machine: Machine;
  readonly buffer: (shape: readonly number[], values?: readonly number[]) => Buffer;
  readonly read: (buffer: Buffer) => number[];
  readonly run: (...ops: Op[]) => void;
} {
  const arena = new Float64Array(10_000);
  const machine: Machine = { arena, data: new Uint8Array(), indices: new Uint32Array(), seed: 0, step: 0 };
  const random = generator({ seed: 8, stream: "data" });
  let end = 0;
  return {
    machine,
    buffer(shape, values) {
      const buffer = { name: "test", offset: end, shape };
      end += sizeOf(shape);
      view(machine, buffer).set(values ?? Float64Array.from({ length: sizeOf(shape) }, () => random() - 0.5));
      return buffer;
    },
    read: (buffer) => [...view(machine, buffer)],
    run: (...ops) => execute(ops, machine),
  };
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

function assertClose(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, i) =>
    assert.ok(Math.abs(actual[i] - value) < ROUNDING, `[${i}] is ${actual[i]}, not ${value}`)
  );
}

const GEOMETRIES: readonly Geometry[] = [
  { rows: 2, large: [5, 4, 3], small: [5, 4, 2], size: 3, stride: 1, padding: [1, 1] },
  { rows: 2, large: [5, 4, 3], small: [3, 2, 2], size: 3, stride: 2, padding: [1, 0] },
  { rows: 3, large: [4, 6, 1], small: [2, 3, 4], size: 4, stride: 2, padding: [1, 1] },
  { rows: 1, large: [3, 3, 2], small: [1, 1, 2], size: 2, stride: 3, padding: [0, 0] },
];

for (const geometry of GEOMETRIES) {
  Deno.test(`the three convolutions of ${JSON.stringify(geometry)} are one trilinear form`, () => {
    const { buffer, read, run } = workbench();
    const { rows, size, large: [, , inputs], small: [, , outputs] } = geometry;
    const large = buffer([rows, ...geometry.large]);
    const small = buffer([rows, ...geometry.small]);
    const kernel = buffer([size, size, inputs, outputs]);
    const [toSmall, toLarge, toKernel] = [small, large, kernel].map(({ shape }) => buffer(shape));
    run(
      { kind: "conv", geometry, large, kernel, small: toSmall, relu: false },
      { kind: "conv-transpose", geometry, small, kernel, large: toLarge, relu: false },
      { kind: "conv-kernel-gradient", geometry, large, small, kernel: toKernel },
    );
    const form = dot(read(toSmall), read(small));
    assert.ok(Math.abs(form) > 1e-3);
    assertClose([dot(read(toLarge), read(large)), dot(read(toKernel), read(kernel))], [form, form]);
  });
}

Deno.test("conv correlates, pads with zeros, adds the bias and cuts below zero", () => {
  const { buffer, read, run } = workbench();
  const geometry: Geometry = {
    rows: 1,
    large: [2, 2, 1],
    small: [2, 2, 1],
    size: 3,
    stride: 1,
    padding: [1, 1],
  };
  const small = buffer([1, 2, 2, 1]);
  run({
    kind: "conv",
    geometry,
    large: buffer([1, 2, 2, 1], [1, 2, 3, 4]),
    kernel: buffer([3, 3, 1, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    bias: buffer([1], [-60]),
    small,
    relu: true,
  });
  // 5 + 6·2 + 8·3 + 9·4 = 77, and so on around the centre.
  assert.deepEqual(read(small), [77 - 60, 67 - 60, 0, 0]);
});

Deno.test("product transposes, accumulates, adds the bias, cuts and masks", () => {
  const { buffer, read, run } = workbench();
  const [a, b] = [buffer([2, 3], [1, 2, 3, 4, 5, 6]), buffer([3, 2], [1, 0, 0, 1, 2, -2])];
  const c = buffer([2, 2]);
  const plain = { kind: "product", a, b, c, m: 2, n: 2, k: 3, relu: false, accumulate: false } as const;
  const apart = { ...plain, transposeA: false, transposeB: false };
  run(apart);
  assert.deepEqual(read(c), [7, -4, 16, -7]);
  run({ ...apart, accumulate: true, mask: buffer([2, 2], [1, 1, 0, -1]) });
  assert.deepEqual(read(c), [14, -8, 0, 0]);
  run({ ...apart, bias: buffer([2], [-10, 10]), relu: true });
  assert.deepEqual(read(c), [0, 6, 6, 3]);
  const [at, bt] = [buffer([3, 2], [1, 4, 2, 5, 3, 6]), buffer([2, 3], [1, 0, 2, 0, 1, -2])];
  run({ ...plain, a: at, b: bt, transposeA: true, transposeB: true });
  assert.deepEqual(read(c), [7, -4, 16, -7]);
});

Deno.test("batch-norm gives each channel mean beta and deviation gamma, and moves the running statistics", () => {
  const { buffer, read, run } = workbench();
  const [rows, channels] = [50, 2];
  const x = buffer([rows, channels]);
  const y = buffer([rows, channels]);
  const [gamma, beta] = [buffer([2], [3, 0.5]), buffer([2], [10, -20])];
  const [mean, rate] = [buffer([2]), buffer([2])];
  const running = { mean: buffer([2], [1, 1]), variance: buffer([2], [2, 2]), momentum: 0.75 };
  run({
    kind: "batch-norm",
    rows,
    channels,
    x,
    y,
    gamma,
    beta,
    mean,
    rate,
    running,
    epsilon: 1e-30,
    slope: 0.1,
  });
  // All of the second channel is negative, and so a tenth.
  const column = (values: readonly number[], c: number) => values.filter((_, i) => i % channels === c);
  const moments = (values: readonly number[]) => {
    const centre = values.reduce((sum, value) => sum + value, 0) / rows;
    return [centre, values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / rows];
  };
  assertClose(moments(column(read(y), 0)), [10, 9]);
  assertClose(moments(column(read(y), 1)), [-2, 0.0025]);
  const [m, v] = moments(column(read(x), 1));
  assertClose([read(running.mean)[1], read(running.variance)[1]], [0.75 + 0.25 * m, 1.5 + 0.25 * v]);
});

Deno.test("clip shortens a gradient that is longer than the norm, and no other", () => {
  const { buffer, read, run } = workbench();
  const gradient = buffer([2], [3, 4]);
  run({ kind: "clip", gradient, norm: 6 });
  assert.deepEqual(read(gradient), [3, 4]);
  run({ kind: "clip", gradient, norm: 1 });
  assertClose(read(gradient), [0.6, 0.8]);
});

Deno.test("adam's first step is the learning rate along the gradient's sign", () => {
  const { buffer, read, run } = workbench();
  const [value, gradient] = [buffer([3], [1, 2, 3]), buffer([3], [1e-3, -50, 0])];
  const [m, v] = [buffer([3], [0, 0, 0]), buffer([3], [0, 0, 0])];
  run({ kind: "adam", value, gradient, m, v, learningRate: 0.1 });
  // Epsilon, 1e-8, is a hundred-thousandth of the first gradient.
  read(value).forEach((now, i) => assert.ok(Math.abs(now - [0.9, 2.1, 3][i]) < 2e-6, `${now}`));
});

Deno.test("free-bits frees the columns whose mean is below the threshold, of one column all", () => {
  const { buffer, read, run } = workbench();
  const kl = buffer([2, 2], [0.1, 0.5, 0.2, 0.1]);
  const gradients = [buffer([2, 2], [1, 2, 3, 4])];
  run({ kind: "free-bits", rows: 2, columns: 2, kl, threshold: 0.2, gradients });
  assert.deepEqual(read(gradients[0]), [0, 2, 0, 4]);
  const joint = [buffer([2, 3], [1, 2, 3, 4, 5, 6]), buffer([2, 1], [7, 8])];
  run({
    kind: "free-bits",
    rows: 2,
    columns: 1,
    kl: buffer([2, 1], [0.1, 0.2]),
    threshold: 1,
    gradients: joint,
  });
  assert.deepEqual(joint.flatMap(read), Array(8).fill(0));
});
