import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { type Distribution, kl, MultivariateStudentT, Normal, StudentT } from "../../lib/dist/mod.ts";
import { klNormalStudentT, klStudentTGradient, klStudentTNormal } from "../../lib/math/divergence.ts";
import { generator } from "../../lib/math/philox.ts";
import { assertClose, backendTest, read, readWithGradients, transpose } from "./backends.ts";
import gradients from "../math/fixtures/kl_gradient.json" with { type: "json" };
import mixed from "../math/fixtures/kl_mixed.json" with { type: "json" };

/** What `kl` promises for float32, relative to max(1, KL); the largest error seen is 3e-6. */
const TOLERANCE = 5e-6;

/**
 * Gradients, relative to max(0.01, |g|): that in q's df is a difference of numbers near 1 that all but cancel;
 * 6e-4 has been seen, 2e-5 in the others.
 */
const GRADIENT = { tolerance: 1e-3, floor: 1e-2 };

/** The middle gradient error is a few roundings. */
const MEDIAN_GRADIENT_ERROR = 1e-6;

const STANDARD = { loc: 0, scale: 1 };

/** A posterior and the df of the standard prior. */
interface Case {
  readonly df: number;
  readonly priorDf: number;
  readonly loc: readonly number[];
  readonly scale: readonly number[];
}

/** Points of the box that the tolerance holds in, rounded to float32; of every three one is near the prior. */
function box(d: number, count: number): Case[] {
  const random = generator({ seed: d, stream: "data" });
  const logUniform = (low: number, high: number) => low * (high / low) ** random();
  return Array.from({ length: count }, (_, i) => {
    const isNear = i % 3 === 0;
    const coordinates = Array.from({ length: d }, () => [
      (40 * random() - 20) * (isNear ? logUniform(1e-4, 1) : 1),
      isNear ? logUniform(0.5, 2) : logUniform(1e-3, 100),
    ]);
    const [loc, scale] = transpose(coordinates).map((column) => column.map(Math.fround));
    return { df: Math.fround(logUniform(0.5, 1e3)), priorDf: Math.fround(logUniform(0.5, 1e3)), loc, scale };
  });
}

/** Tensors of many cases: `df` and `priorDf` `[count]`, `loc` and `scale` `[count, d]`. */
function tensors(cases: readonly Case[]): Record<keyof Case, tf.Tensor> {
  const size: [number, number] = [cases.length, cases[0].loc.length];
  return {
    df: tf.tensor1d(cases.map(({ df }) => df)),
    priorDf: tf.tensor1d(cases.map(({ priorDf }) => priorDf)),
    loc: tf.tensor2d(cases.flatMap(({ loc }) => loc), size),
    scale: tf.tensor2d(cases.flatMap(({ scale }) => scale), size),
  };
}

function assertGradients(actual: readonly ArrayLike<number>[], expected: readonly number[][]): void {
  const errors = expected.flatMap((values, i) => {
    assertClose(actual[i], values, GRADIENT);
    return values.map((g, k) => Math.abs(actual[i][k] - g) / Math.max(GRADIENT.floor, Math.abs(g)));
  });
  assert.ok(errors.sort((a, b) => a - b)[errors.length >> 1] < MEDIAN_GRADIENT_ERROR);
}

for (const d of [1, 2, 3, 8, 16]) {
  backendTest(`kl() of two t of different df and its gradients match float64, d = ${d}`, async () => {
    const cases = box(d, 200);
    const results = await read(() => {
      let value: tf.Tensor | undefined;
      const { df, priorDf, loc, scale } = tensors(cases);
      const { grads } = tf.valueAndGrads((df, priorDf, loc, scale) => {
        // A single coordinate is elementwise, with a shape [count, 1] that the prior's df broadcasts against.
        const divergence = d === 1
          ? kl(
            StudentT({ df: tf.expandDims(df, 1), loc, scale }),
            StudentT({ df: tf.expandDims(priorDf, 1), ...STANDARD }),
          )
          : kl(
            MultivariateStudentT({ df, loc, scale }),
            MultivariateStudentT({ df: priorDf, loc: tf.zeros([d]), scale: 1 }),
          );
        value = tf.keep(divergence);
        return tf.sum(divergence) as tf.Scalar;
      })([df, priorDf, loc, scale]);
      return [value!, ...grads];
    });
    const expected = cases.map(({ priorDf, ...q }) =>
      klStudentTGradient({ ...q, joint: true }, { df: priorDf })
    );
    assertClose(results[0], expected.map(({ value }) => value), { tolerance: TOLERANCE });
    assertGradients(results.slice(1), [
      expected.map(({ df }) => df as number),
      expected.map(({ priorDf }) => priorDf as number),
      expected.flatMap(({ loc }) => [...loc]),
      expected.flatMap(({ scale }) => [...scale]),
    ]);
  });

  backendTest(`kl() of two multivariate t of one df and its gradients match float64, d = ${d}`, async () => {
    const cases = box(d, 200);
    const results = await read(() => {
      let value: tf.Tensor | undefined;
      const { df, loc, scale } = tensors(cases);
      const { grads } = tf.valueAndGrads((df, loc, scale) => {
        const p = MultivariateStudentT({ df, loc: tf.zeros([d]), scale: 1 });
        value = tf.keep(kl(MultivariateStudentT({ df, loc, scale }), p));
        return tf.sum(value) as tf.Scalar;
      })([df, loc, scale]);
      return [value!, ...grads];
    });
    const expected = cases.map(({ df, loc, scale }) => klStudentTGradient({ df, loc, scale, joint: true }));
    assertClose(results[0], expected.map(({ value }) => value), { tolerance: TOLERANCE });
    assertGradients(results.slice(1), [
      expected.map(({ df }) => df as number),
      expected.flatMap(({ loc }) => [...loc]),
      expected.flatMap(({ scale }) => [...scale]),
    ]);
  });

  backendTest(
    `kl() between a normal and a multivariate t, either way, matches float64, d = ${d}`,
    async () => {
      const cases = box(d, 200);
      const [fromT, fromNormal] = await read(() => {
        const { df, priorDf, loc, scale } = tensors(cases);
        return [
          kl(Normal({ loc, scale }), MultivariateStudentT({ df: priorDf, loc: tf.zeros([d]), scale: 1 })),
          kl(MultivariateStudentT({ df, loc, scale }), Normal(STANDARD)),
        ];
      });
      const fromTExpected = cases.map(({ loc, scale, priorDf }) =>
        klNormalStudentT({ loc, scale }, { df: priorDf })
      );
      const fromNormalExpected = cases.map(({ df, loc, scale }) =>
        klStudentTNormal({ df, loc, scale, joint: true })
      );
      assertClose(fromT, fromTExpected, { tolerance: TOLERANCE });
      assertClose(fromNormal, fromNormalExpected, { tolerance: TOLERANCE });
    },
  );
}

backendTest("kl() of joint distributions matches mpmath", async () => {
  // A spread of the fixture: each case has shapes, and on a GPU shaders, of its own.
  const spread = <T>(cases: T[]) => cases.filter((_, i) => i % 8 === 0);
  for (const [df, loc, scale, ...slopes] of spread(gradients.joint as Joint[])) {
    const results = await readWithGradients([loc, scale, [df]], (loc, scale, df) => {
      const shared = tf.squeeze(df);
      const p = MultivariateStudentT({ df: shared, loc: tf.zerosLike(loc), scale: 1 });
      return kl(MultivariateStudentT({ df: shared, loc, scale }), p);
    });
    assertGradients(results.slice(1), slopes.map((slope) => [slope].flat()));
  }
  for (const [df, priorDf, locs, scales, ...expected] of spread(mixed.joint as Mixed[])) {
    const results = await read(() => {
      const [loc, scale] = [tf.tensor1d(locs), tf.tensor1d(scales)];
      const q = MultivariateStudentT({ df, loc, scale });
      const p = MultivariateStudentT({ df: priorDf, loc: tf.zerosLike(loc), scale: 1 });
      return [kl(q, p), kl(Normal({ loc, scale }), p), kl(q, Normal(STANDARD))];
    });
    const values = results.map(([value]) => value);
    assertClose(values, expected.map((value) => value ?? Infinity), { tolerance: TOLERANCE });
  }
});

/** [df, loc, scale, d/d(loc), d/d(scale), d/d(df)] */
type Joint = [number, number[], number[], number[], number[], number];

/** [df, prior df, loc, scale, KL(t, t), KL(normal, t), KL(t, normal)] */
type Mixed = [number, number, number[], number[], number, number, number | null];

backendTest("kl() is the same for number and tensor df, elementwise and joint in one dimension", async () => {
  const [df, priorDf] = [3.5, 40];
  const values = await read(() => {
    const q = { loc: tf.tensor2d([[0.5], [-2]]), scale: tf.tensor2d([[0.25], [3]]) };
    const p = { loc: tf.tensor1d([1]), scale: 2 };
    const normal = [Normal(q), Normal(p)];
    return [(df: number) => df, (df: number) => tf.scalar(df)].flatMap((make) =>
      [StudentT, MultivariateStudentT].flatMap((
        family: (_: Parameters<typeof StudentT>[0]) => Distribution,
      ) => [
        kl(family({ df: make(df), ...q }), family({ df: make(priorDf), ...p })),
        kl(family({ df: make(df), ...q }), family({ df: make(df), ...p })),
        kl(family({ df: make(df), ...q }), normal[1]),
        kl(normal[0], family({ df: make(priorDf), ...p })),
      ])
    );
  });
  for (let i = 4; i < values.length; i++) {
    assertClose(values[i], Array.from(values[i % 4]), { tolerance: TOLERANCE });
  }
});

backendTest("kl() of joint distributions broadcasts and is invariant to a shift and scale", async () => {
  const [value, dQ, dP, dScale, reference] = await read(() => {
    const f = (df: tf.Tensor, priorDf: tf.Tensor, scale: tf.Tensor) => {
      const q = MultivariateStudentT({ df, loc: tf.tensor2d([[1, 2, 3], [0, -1, 4]]), scale });
      const divergence = kl(
        q,
        MultivariateStudentT({ df: priorDf, loc: tf.tensor1d([0.5, 0, 1]), scale: 2 }),
      );
      assert.deepEqual(divergence.shape, [4, 2]);
      return divergence;
    };
    const parameters = [tf.tensor2d([[1], [2], [5], [9]]), tf.scalar(7), tf.tensor1d([0.5])];
    const gradients = tf.grads((...p) => tf.sum(f(p[0], p[1], p[2])))(parameters);
    assert.deepEqual(gradients.map((g) => g.shape), [[4, 1], [], [1]]);
    const centred = MultivariateStudentT({
      df: parameters[0],
      loc: tf.tensor2d([[0.25, 1, 1], [-0.25, -0.5, 1.5]]),
      scale: 0.25,
    });
    const standard = MultivariateStudentT({ df: 7, loc: tf.zeros([3]), scale: 1 });
    return [f(parameters[0], parameters[1], parameters[2]), ...gradients, kl(centred, standard)];
  });
  assertClose(value, Array.from(reference), { tolerance: TOLERANCE });
  const locs = [[0.25, 1, 1], [-0.25, -0.5, 1.5]];
  const expected = [1, 2, 5, 9].map((df) =>
    locs.map((loc) => klStudentTGradient({ df, loc, scale: [0.25, 0.25, 0.25], joint: true }, { df: 7 }))
  );
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  assertClose(value, expected.flat().map(({ value }) => value), { tolerance: TOLERANCE });
  assertClose(dQ, expected.map((row) => sum(row.map(({ df }) => df as number))), GRADIENT);
  assertClose(dP, [sum(expected.flat().map(({ priorDf }) => priorDf as number))], GRADIENT);
  // q's scale is half of itself in p's coordinates, and one number for all three
  assertClose(dScale, [sum(expected.flat().flatMap(({ scale }) => [...scale])) / 2], GRADIENT);
});

backendTest(
  "kl() and its gradients are finite for df 0.1 to 1e8, scale 1e-6 to 1e6, loc to 1e4",
  async () => {
    const dfs = [0.1, 2, 1e3, 1e8];
    const cases = dfs.flatMap((df) =>
      dfs.flatMap((priorDf) =>
        [1e-6, 1, 1e6].flatMap((scale) =>
          [0, 1e4].map((loc) => ({ df, priorDf, loc: [loc, 1, -loc], scale: [scale, 1, scale] }))
        )
      )
    );
    const results = await read(() => {
      const { df, priorDf, loc, scale } = tensors(cases);
      const parameters = [df, priorDf, loc, scale];
      const zeros = tf.zeros([3]);
      const works: ((...p: tf.Tensor[]) => tf.Tensor)[] = [
        (df, priorDf, loc, scale) =>
          kl(
            MultivariateStudentT({ df, loc, scale }),
            MultivariateStudentT({ df: priorDf, loc: zeros, scale: 1 }),
          ),
        (df, _, loc, scale) =>
          kl(MultivariateStudentT({ df, loc, scale }), MultivariateStudentT({ df, loc: zeros, scale: 1 })),
        (_, priorDf, loc, scale) =>
          kl(Normal({ loc, scale }), MultivariateStudentT({ df: priorDf, loc: zeros, scale: 1 })),
      ];
      return works.flatMap((work) => {
        const total = (...p: tf.Tensor[]) =>
          tf.sum(tf.add(work(...p), tf.mul(0, tf.addN(p.map((x) => tf.sum(x))))));
        return [work(...parameters), ...tf.grads(total)(parameters)];
      });
    });
    for (const values of results) assert.ok(values.every(Number.isFinite));
  },
);

backendTest("kl() of t from a normal is Infinity where the variance is", async () => {
  const [values] = await read(() =>
    kl(StudentT({ df: tf.tensor1d([0.5, 2, 2.5]), ...STANDARD }), Normal(STANDARD))
  );
  assert.deepEqual(Array.from(values, Number.isFinite), [false, false, true]);
  assert.deepEqual(Array.from(values.slice(0, 2)), [Infinity, Infinity]);
  const [number] = await read(() => kl(StudentT({ df: 2, ...STANDARD }), Normal(STANDARD)));
  assert.equal(number[0], Infinity);
});

backendTest("kl() of joint distributions leaves one tensor outside tidy", async () => {
  const loc = tf.zeros([4, 3]);
  const df = tf.fill([4], 5);
  const before = tf.memory().numTensors;
  const q = MultivariateStudentT({ df, loc, scale: 2 });
  const results = [
    kl(q, MultivariateStudentT({ df, loc, scale: 1 })),
    kl(q, MultivariateStudentT({ df: 3, loc, scale: 1 })),
    kl(q, Normal(STANDARD)),
    kl(Normal(STANDARD), q),
  ];
  assert.equal(tf.memory().numTensors, before + results.length);
  await results[0].data();
  tf.dispose([...results, loc, df]);
});
