/**
 * Log-densities and divergences of Student's t: forward, and divergences with their gradients in loc and scale.
 * Prints how far each way to a divergence is from float64, then times them. Run by `deno task bench`.
 */

import * as tf from "@tensorflow/tfjs-core";
import { elementwise } from "../lib/dist/elementwise.ts";
import { klSharedDf } from "../lib/dist/kl_student_t.ts";
import { kl, klMonteCarlo, type Noise, StudentT, uniformPair } from "../lib/dist/mod.ts";
import { quadratureNodes } from "../lib/dist/quadrature.ts";
import { expm1, log1p } from "../lib/dist/special.ts";
import type { EngineName } from "../lib/engine/engine.ts";
import { findGpu } from "../lib/engine/gpu.ts";
import { startBackend } from "../lib/engine/tfjs/start.ts";
import { klStudentT } from "../lib/math/divergence.ts";
import { generator } from "../lib/math/philox.ts";
import { startEngines, trainingOptions } from "./engines.ts";

const DF = 5;
const SHAPES: readonly [number, number][] = [[512, 3], [512, 64]];
const NODES = [24, 32, 48];
const SAMPLES = [1, 10, 100];
/** For the time in the table, which is rough; the benchmarks below repeat more often. */
const REPEATS = 5;

type Divergence = (loc: tf.Tensor, scale: tf.Tensor) => tf.Tensor;

const prior = StudentT({ df: DF, loc: 0, scale: 1 });

/** ln(1 + x) and exp(x) - 1: with the digits near 0 that `kl` has, and tfjs' own, which lose them. */
const ELEMENTARY = {
  "accurate log1p": {
    log1p,
    expm1: (x: tf.Tensor) => elementwise([x], (x) => ({ value: expm1(x), partials: [() => tf.exp(x)] })),
  },
  "tfjs' log1p": { log1p: tf.log1p, expm1: tf.expm1 },
};

/** The quadrature of `kl` as plain operations, which tfjs differentiates one by one. */
const taped = ({ log1p, expm1 }: typeof ELEMENTARY[keyof typeof ELEMENTARY]): Divergence => (loc, scale) => {
  const { r, weight } = constantNodes(loc, scale);
  const u = tf.div(r, tf.add(r, 1));
  const shift = tf.div(tf.mul(u, tf.div(tf.square(loc), DF)), tf.add(1, tf.mul(r, tf.square(scale))));
  const logSpread = log1p(tf.mul(u, tf.mul(tf.sub(scale, 1), tf.add(scale, 1))));
  const e = tf.mul(tf.add(logSpread, tf.mul(DF, log1p(shift))), -0.5);
  const tail = tf.mul(weight, tf.exp(tf.mul(log1p(r), -(DF + 1) / 2)));
  const integral = tf.neg(tf.sum(tf.mul(tail, expm1(e)), 0));
  return tf.sub(tf.mul(integral, (DF + 1) / 2), tf.log(scale));
};

/** Nodes are no function of the parameters to a gradient, and stay off the tape. */
function constantNodes(loc: tf.Tensor, scale: tf.Tensor): { r: tf.Tensor; weight: tf.Tensor } {
  const compute = tf.customGrad(() => {
    const [l, s] = [loc, scale].map((x) => tf.expandDims(x));
    const reach = tf.add(tf.abs(tf.sub(tf.square(s), 1)), tf.square(l));
    const sizes = { reach, logScale: tf.log(s), df: tf.scalar(DF), power: tf.scalar((DF + 1) / 2) };
    const { r, weight } = quadratureNodes(sizes, { d: 1, pivot: 1, gain: 1, nodes: 32 });
    return { value: tf.stack([r, weight]), gradFunc: () => [] };
  });
  const [r, weight] = tf.unstack(compute());
  return { r, weight };
}

const exact = (nodes: number): Divergence => (loc, scale) => {
  const [first, second] = [loc, scale].map((x) => tf.reshape(x, [1, 1, ...x.shape]));
  return klSharedDf({ loc: first, scale: second }, DF, nodes);
};

const monteCarlo = (noise: Noise): Divergence => (loc, scale) =>
  klMonteCarlo(StudentT({ df: DF, loc, scale }), prior, noise);

/** The divergences and their gradients in loc and scale, freed once they are there. */
async function differentiate(f: Divergence, parameters: readonly tf.Tensor[]): Promise<Float32Array> {
  const results = tf.tidy(() => {
    let value: tf.Tensor | undefined;
    const { grads } = tf.valueAndGrads((loc, scale) => {
      value = tf.keep(f(loc, scale));
      return tf.sum(value) as tf.Scalar;
    })([...parameters]);
    return [value!, ...grads];
  });
  const [values] = await Promise.all(results.map((result) => result.data())); // a GPU has not finished before
  tf.dispose(results);
  return values as Float32Array;
}

function uniformValues(size: number): (low: number, high: number) => Float32Array {
  const random = generator({ seed: 0, stream: "data" });
  return (low, high) => Float32Array.from({ length: size }, () => low + (high - low) * random());
}

const software: readonly EngineName[] = (await findGpu())?.software ? ["tfjs-webgpu"] : [];
const slow: readonly EngineName[] = ["tfjs-cpu", ...software];
console.error(`[${SHAPES[1].join(", ")}] without ${slow.join(" and ")}, where it takes many seconds`);
const table: Record<string, string>[] = [];

// An engine that trains has a backend that starts; its parameters are not needed here.
const engines = await startEngines(trainingOptions("fc", 1), ["tfjs-webgpu", "tfjs-wasm", "tfjs-cpu"]);
for (const [name, engine] of engines) {
  await engine.close();
  const backend = await startBackend(name);
  for (const shape of slow.includes(name) ? SHAPES.slice(0, 1) : SHAPES) {
    const values = uniformValues(shape[0] * shape[1]);
    const [x, loc, scale] = [values(-5, 5), values(-2, 2), values(0.1, 2)].map((array) =>
      tf.tensor(array, shape)
    );
    const q = StudentT({ df: DF, loc, scale });
    const works = { "logProb": () => q.logProb(x), "exact KL": () => kl(q, prior) };
    for (const [work, run] of Object.entries(works)) {
      Deno.bench({
        name,
        group: `Student's t ${work}, [${shape.join(", ")}]`,
        n: 10,
        warmup: 3,
        // Declared async: of a function that merely returns a promise Deno times no more than the call.
        fn: async () => {
          await backend.run(async () => {
            const result = run();
            await result.data(); // a GPU has not finished before
            result.dispose();
          });
        },
      });
    }
  }
  if (software.includes(name)) continue; // its figures would be taken for a GPU's

  const [rows, dimensions] = SHAPES[0];
  const values = uniformValues(rows * dimensions);
  const [locs, scales] = [values(-2, 2), values(0.1, 2)];
  const parameters = [locs, scales].map((array) => tf.tensor(array, [rows, dimensions]));
  const expected = Array.from(locs, (loc, i) => klStudentT({ df: DF, loc: [loc], scale: [scales[i]] }));
  const methods: Record<string, Divergence> = {
    ...Object.fromEntries(
      Object.entries(ELEMENTARY).map(([name, functions]) => [`exact, taped, ${name}`, taped(functions)]),
    ),
    ...Object.fromEntries(NODES.map((nodes) => [`exact, nodes: ${nodes}`, exact(nodes)])),
    ...Object.fromEntries(SAMPLES.map((samples) => {
      const noise = uniformPair({ seed: 0, stream: "latent" }, { rows, dimensions, samples });
      return [`Monte Carlo, samples: ${samples}`, monteCarlo(noise)];
    })),
  };
  for (const [method, divergence] of Object.entries(methods)) {
    const times: number[] = [];
    let nats: Float32Array = new Float32Array();
    for (let i = 0; i < REPEATS; i++) {
      const start = performance.now();
      nats = await backend.run(() => differentiate(divergence, parameters));
      times.push(performance.now() - start);
    }
    const meanSquare = expected.reduce((sum, kl, i) => sum + (nats[i] - kl) ** 2, 0) / expected.length;
    table.push({
      engine: name,
      divergence: method,
      "RMS error, nats": Math.sqrt(meanSquare).toExponential(1),
      "least ms": Math.min(...times).toPrecision(3),
    });
    Deno.bench({
      name: method,
      group: `Student's t KL and its gradient, [${rows}, ${dimensions}], ${name}`,
      n: 10,
      warmup: 3,
      fn: async () => {
        await backend.run(() => differentiate(divergence, parameters));
      },
    });
  }
}
console.error(
  `\nKL of ${SHAPES[0].join(" x ")} Student's t of df ${DF} and its gradient, noise made before:`,
);
console.table(table);
