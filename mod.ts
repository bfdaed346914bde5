/**
 * Variational auto-encoders with a Student's-t latent space.
 *
 * A model is a plain record, an engine trains it, and noise is a function of the seed alone: the same seed gives
 * the same bits. `./math` is the float64 mathematics without any engine, `./dist` the distributions on tfjs tensors.
 *
 * @example Define a model, fit it on an array and draw samples
 * ```ts
 * import { createEngine, fc, fit, type Latent, samplePrior, selectEngine } from "@student-t-vae/student-t-vae";
 *
 * // 200 points on a noisy circle.
 * const count = 200;
 * const values = Float32Array.from({ length: 2 * count }, (_, i) => {
 *   const angle = 2 * Math.PI * (i >> 1) / count;
 *   return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
 * });
 *
 * const latent: Latent = { family: "student-t", size: 1, df: { fixed: 5 }, kl: "exact" };
 * const model = fc({ input: [2], hidden: [16, 16], latent, likelihood: { kind: "gaussian", scale: 0.2 } });
 *
 * const { name } = await selectEngine("auto");
 * const engine = await createEngine(name, {
 *   model,
 *   objective: { kind: "elbo", beta: 1 },
 *   optimizer: { learningRate: 0.01 },
 *   batchSize: 50,
 *   seed: 0,
 * });
 * for await (const event of fit(engine, { train: { values, count } }, { epochs: 40, seed: 0 })) {
 *   if (event.kind === "epoch" && event.epoch % 10 === 0) {
 *     console.log(`epoch ${event.epoch}: loss ${event.train.loss.toFixed(2)} nats`);
 *   }
 * }
 *
 * const points = await engine.decode(samplePrior(latent, { count: 10, seed: 1 }));
 * console.log(points); // ten new points near the circle, x and y in turn
 * await engine.close();
 * ```
 *
 * @example Use a trained run
 * ```ts ignore
 * import { latentSource, loadDataset, loadRun } from "@student-t-vae/student-t-vae";
 *
 * const run = await loadRun("runs/mnist-fc-student-t-1");
 * const images = await run.sample({ count: 64 });
 * const { loc, scale } = await run.encode(images);
 *
 * // From a t that is fitted to latents of the training set, in place of the prior.
 * const { train } = await loadDataset("mnist");
 * const source = await latentSource(run.engine, { ...run, name: "ex-post-t", train, seed: 0 });
 * const others = await run.decode(source.sample({ count: 64, seed: 0 }));
 * await run.close();
 * ```
 *
 * @module
 */

export * as math from "./lib/math/mod.ts";
export * as dist from "./lib/dist/mod.ts";
export * from "./lib/model/mod.ts";
export * from "./lib/engine/mod.ts";
export * from "./lib/train/mod.ts";
export * from "./lib/evaluate/mod.ts";
export * from "./lib/data/mod.ts";
export {
  type CheckpointName,
  type LoadedRun,
  loadRun,
  type RestoreOptions,
  type SampleOptions,
  UsageError,
} from "./lib/run/mod.ts";
