import assert from "node:assert/strict";
import { type Engine, sampleExamples, type SampleExamplesOptions } from "../../lib/engine/mod.ts";
import { learnedScale } from "../../lib/model/learned_scale.ts";
import type { Likelihood } from "../../lib/model/record.ts";
import { sampleLikelihood } from "../../lib/model/sample_likelihood.ts";
import { tiny, withEngine } from "./engines.ts";

/** Draws of a small model, how often it was asked for its state, and the draws that it should give. */
function sampled(
  likelihood: Likelihood,
): Promise<{ readonly draws: Float32Array; readonly expected: Float32Array; readonly exports: number }> {
  const { model: bernoulli, objective, ...rest } = tiny();
  const model = { ...bernoulli, likelihood };
  const options: SampleExamplesOptions = {
    ...{ model, objective, seed: 3 },
    latents: Float32Array.of(0.5, -1, 2, 0),
  };
  return withEngine("wasm", { ...rest, model, objective }, async (engine) => {
    let exports = 0;
    const counting: Engine = {
      ...engine,
      exportState: () => {
        exports++;
        return engine.exportState();
      },
    };
    const draws = await sampleExamples(counting, options);
    const mean = await engine.decode(options.latents);
    const scale = learnedScale(model, await engine.exportState());
    return { draws, expected: sampleLikelihood(model, { ...options, mean, scale }), exports };
  });
}

Deno.test("sampleExamples() asks for the state where a scale is learned, and nowhere else", async () => {
  const fixed = await sampled({ kind: "gaussian", scale: 0.5 });
  assert.deepEqual(fixed.draws, fixed.expected);
  assert.equal(fixed.exports, 0);
  const learned = await sampled({ kind: "gaussian", scale: "learned" });
  assert.deepEqual(learned.draws, learned.expected);
  assert.equal(learned.exports, 1);
});
