import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { kl, MultivariateStudentT } from "../../lib/dist/mod.ts";
import { startBackend } from "../../lib/engine/tfjs/start.ts";
import { t3LogLikelihood, t3Loss, t3Posterior } from "../../lib/engine/tfjs/t3.ts";
import { klStudentT, t3Regularizer } from "../../lib/math/divergence.ts";
import * as multivariateStudentT from "../../lib/math/multivariate_student_t.ts";
import { generator } from "../../lib/math/philox.ts";
import type { Model, Objective } from "../../lib/model/record.ts";
import { choice, optionsOf } from "./combinations.ts";
import { engineTest, rows, tinyPixels, withEngine } from "./engines.ts";
import { assertClose } from "./gradients.ts";

/** Of a float32 sum of a few terms. */
const ROUNDING = 2e-6;

for (const [df, scale] of [[3, 0.5], [30, 0.1], [1000, 2], [1e6, 0.5]]) {
  Deno.test(`t3Loss() is squared error and t3Regularizer() for df ${df} and scale ${scale}`, async () => {
    await startBackend("tfjs-cpu");
    const { model: base } = optionsOf(choice({ latent: "joint t, fixed df" }));
    const model: Model = {
      ...base,
      latent: { ...base.latent, df: { fixed: df } } as Model["latent"],
      likelihood: { kind: "gaussian", scale },
    };
    const random = generator({ seed: 3, stream: "data" });
    const draw = (width: number, [from, to]: readonly [number, number]) =>
      tf.tensor2d(Float32Array.from({ length: 4 * width }, () => from + (to - from) * random()), [4, width]);
    const at = { loc: draw(3, [-2, 2]), scale: draw(3, [0.05, 3]) };
    const [x, output, z] = [draw(6, [0, 1]), draw(6, [0, 1]), draw(3, [-3, 3])];
    const posterior = t3Posterior(model, at);
    const actual = {
      loss: t3Loss(model, { output, x, posterior }).dataSync(),
      logLikelihood: t3LogLikelihood(model, { output, x, z }).dataSync(),
      kl: kl(posterior, MultivariateStudentT({ df, loc: tf.zeros([3]), scale: 1 })).dataSync(),
    };
    const host = Object.fromEntries(
      Object.entries({ ...at, x, output, z }).map((
        [name, tensor],
      ) => [name, tensor.arraySync() as number[][]]),
    );
    for (let row = 0; row < 4; row++) {
      const given = { loc: host.loc[row], scale: host.scale[row] };
      const distance = host.x[row].reduce((sum, value, i) => sum + (value - host.output[row][i]) ** 2, 0);
      const { withConstant } = t3Regularizer({ dataSize: 6, df, reconstructionScale: scale, ...given });
      const loss = distance / scale ** 2 + withConstant;
      const radius = host.z[row].reduce((sum, value) => sum + value ** 2, 0);
      const wide = scale * Math.sqrt((df + radius) / (df + 3));
      const logProb = multivariateStudentT.logProb(host.x[row], {
        df: df + 3,
        loc: host.output[row],
        scale: Array(6).fill(wide),
      });
      const shrunk = given.scale.map((value) => value * Math.sqrt(df / (df + 6)));
      const divergence = klStudentT({ df: df + 6, loc: given.loc, scale: shrunk, joint: true }, { df });
      assertClose([actual.loss[row]], [loss], { tolerance: ROUNDING, what: "loss" });
      assertClose([actual.logLikelihood[row]], [logProb], { tolerance: 1e-5, what: "log p(x|z)" });
      assertClose([actual.kl[row]], [divergence], { tolerance: 1e-5, what: "KL" });
    }
  });
}

engineTest("of t3 encode() gives the posterior that is sampled from, and the loss is told", async (name) => {
  const { objective: _, ...options } = optionsOf(
    choice({ latent: "joint t, fixed df", likelihood: "normal", objective: "t3" }),
  );
  const measure = (objective: Objective) =>
    withEngine(name, { ...options, objective }, async (engine) => ({
      ...await engine.encode(tinyPixels(), rows(10)),
      parts: await engine.objectiveParts(tinyPixels(), rows(10)),
    }));
  const [elbo, t3] = [await measure({ kind: "elbo", beta: 1 }), await measure({ kind: "t3" })];
  assert.deepEqual(t3.loc, elbo.loc);
  const shrunk = elbo.scale.map((scale) => scale * Math.sqrt(4 / (4 + 6)));
  assertClose(t3.scale, shrunk, { tolerance: 1e-6, what: "scale" });
  const expected = Array.from({ length: 10 }, (_, row) =>
    klStudentT({
      df: 10,
      loc: t3.loc.subarray(3 * row, 3 * row + 3),
      scale: t3.scale.subarray(3 * row, 3 * row + 3),
      joint: true,
    }, { df: 4 })).reduce((sum, value) => sum + value);
  assertClose([t3.parts.kl], [expected], { tolerance: 1e-5, what: "KL" });
  assert.notEqual(t3.parts.loss, t3.parts.reconstruction + t3.parts.kl);
}, ["wasm", "tfjs-cpu", "tfjs-wasm"]);
