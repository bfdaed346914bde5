/**
 * One contestant of `deno task bench:peers`: jax-js, whose compiler turns a whole training step into WebAssembly.
 *
 *     jax_step.ts THREADS
 *
 * It trains `fc`, on batches that are gathered and turned into numbers beforehand, which it is not charged for.
 *
 * @module
 */

import { blockUntilReady, init, jit, nn, numpy as np, random, tree, valueAndGrad } from "@jax-js/jax";
import config from "../../deno.json" with { type: "json" };
import { serveTurns } from "./protocol.ts";
import { BATCH, workload, workloadTensors } from "./workload.ts";

type Tensor = np.Array;
type Weights = { kernel: Tensor; bias: Tensor };
type State = { values: Weights[]; m: Weights[]; v: Weights[] };

const threads = Number(Deno.args[0]);
// jax-js takes as many threads as there seem to be cores.
Object.defineProperty(navigator, "hardwareConcurrency", { value: threads });
await init("wasm");

const DF = 5;
const POWER = (DF + 1) / 2;
const work = workload("fc");
const { model, optimizer } = work.options;
const tensors = workloadTensors(work);
const [heads, latent] = [model.encoder.length, model.latent.size];

/** Nodes and weights of the trapezoid rule in ln r for the divergence; the first stands for all before it, too. */
const NODES = 32;
const SPACING = (8 - -18) / (NODES - 1);
const r = Float32Array.from({ length: NODES }, (_, i) => Math.exp(-18 + SPACING * i));
const weight = r.map((r, i) =>
  POWER * SPACING * (1 + r) ** -POWER * (i === 0 ? 1 + 1 / Math.expm1(SPACING) : 1)
);

/** KL(St(loc, scale, DF) ‖ St(0, 1, DF)) of each coordinate, by the sum that `step.py` spells out. */
function kl(loc: Tensor, scale: Tensor): Tensor {
  const square = (x: Tensor): Tensor => np.square(x).reshape([BATCH, latent, 1]);
  const spread = square(scale.ref).mul(np.array(r)).add(1);
  const um = square(loc).mul(np.array(r.map((r) => r / (1 + r) / DF))).div(spread.ref);
  const e = np.log(spread).sub(np.array(r.map(Math.log1p))).add(np.log1p(um).mul(DF)).mul(-0.5);
  return np.expm1(e).mul(np.array(weight)).sum(-1).add(np.log(scale)).mul(-1);
}

/** Draws of the standard t by Bailey's polar formula, `[512, latent]`. */
function standardT(key: Tensor): Tensor {
  const [u, v] = np.split(random.uniform(key, [2 * BATCH, latent], { minval: 2 ** -24, maxval: 1 }), 2);
  return np.sqrt(np.expm1(np.log(u).mul(-2 / DF)).mul(DF)).mul(np.cos(v.mul(2 * Math.PI)));
}

function dense(h: Tensor, { kernel, bias }: Weights): Tensor {
  return np.matmul(h, kernel).add(bias);
}

/** The loss, and beside it the divergence. */
function objective(values: Weights[], x: Tensor, key: Tensor): [Tensor, Tensor] {
  const hidden = (layers: Weights[], h: Tensor) => layers.reduce((h, layer) => nn.relu(dense(h, layer)), h);
  const h = hidden(values.slice(0, heads), x.ref);
  const [loc, raw] = np.split(dense(h, values[heads]), 2, 1);
  const scale = nn.softplus(raw).add(1e-6);
  const z = loc.ref.add(scale.ref.mul(standardT(key)));
  const logits = dense(hidden(values.slice(heads + 1, -1), z), values.at(-1)!);
  const reconstruction = nn.softplus(logits.ref).sub(x.mul(logits)).sum();
  const divergence = kl(loc, scale).sum().div(BATCH);
  return [reconstruction.div(BATCH).add(divergence.ref), divergence];
}

/** Adam, its bias corrections folded into `alpha` and `epsilon`. */
const step = jit(
  ({ values, m, v }: State, x: Tensor, key: Tensor, alpha: Tensor, epsilon: Tensor) => {
    const [[loss, divergence], gradients] = valueAndGrad(objective, { hasAux: true })(
      tree.ref(values),
      x,
      key,
    );
    const newM = tree.map((m: Tensor, g: Tensor) => m.mul(0.9).add(g.mul(0.1)), m, tree.ref(gradients));
    const newV = tree.map((v: Tensor, g: Tensor) => v.mul(0.999).add(np.square(g).mul(0.001)), v, gradients);
    const newValues = tree.map(
      (value: Tensor, m: Tensor, v: Tensor) => value.sub(m.mul(alpha.ref).div(np.sqrt(v).add(epsilon.ref))),
      values,
      tree.ref(newM),
      tree.ref(newV),
    );
    tree.dispose([alpha, epsilon]);
    return { state: { values: newValues, m: newM, v: newV }, loss, divergence };
  },
);

function initialState(): State {
  const array = (name: string): Tensor => {
    const { shape, data } = tensors.get(name)!;
    return np.array(data as Float32Array<ArrayBuffer>).reshape([...shape]);
  };
  const layer = (...names: string[]): Weights => ({
    kernel: np.concatenate(names.map((name) => array(`${name}/kernel`)), -1),
    bias: np.concatenate(names.map((name) => array(`${name}/bias`)), -1),
  });
  const values = [
    ...model.encoder.map((_, i) => layer(`encoder/${i}`)),
    layer("latent/loc", "latent/scale"),
    ...model.decoder.map((_, i) => layer(`decoder/${i}`)),
  ];
  const zeros = () => tree.map((value: Tensor) => np.zerosLike(value), tree.ref(values));
  return { values, m: zeros(), v: zeros() };
}

let state = initialState();
const { shape, data } = tensors.get("pixels")!;
const inputs = np.split(np.array(Float32Array.from(data, (byte) => byte / 255)).reshape([...shape]), shape[0])
  .map((batch) => batch.reshape([BATCH, -1]));
await serveTurns(
  { threads, version: `jax-js ${config.imports["@jax-js/jax"].split("@").at(-1)}` },
  async ({ first, count }) => {
    const told: { loss: Tensor; divergence: Tensor }[] = [];
    for (let i = first; i < first + count; i++) {
      const correction = Math.sqrt(1 - 0.999 ** (i + 1));
      const alpha = optimizer.learningRate * correction / (1 - 0.9 ** (i + 1));
      const result = step(state, inputs[i % inputs.length].ref, random.key(i), alpha, 1e-8 * correction);
      state = result.state;
      told.push(result);
    }
    await blockUntilReady(state);
    const objectives = await Promise.all(told.map(async ({ loss, divergence }) => ({
      loss: (await loss.data())[0],
      kl: (await divergence.data())[0],
    })));
    return { first: objectives[0], last: objectives.at(-1)! };
  },
);
