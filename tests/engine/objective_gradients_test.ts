import assert from "node:assert/strict";
import { parameterTable, statisticsTable } from "../../lib/model/parameters.ts";
import { type Choice, choice, FACTORS, isValid, optionsOf, smooth } from "./combinations.ts";
import { engineTest } from "./engines.ts";
import { assertClose, assertDirectionalDerivative, lossGradients } from "./gradients.ts";

/** Of the largest gradient in a tensor: float32 sums in another order, and other logarithms. */
const GRADIENT_TOLERANCE = 5e-5;

/** All valid choices of some factors' values, one kind of the others. */
function all(given: Partial<Choice>, ...factors: (keyof Choice)[]): Choice[] {
  return factors.reduce<Choice[]>(
    (choices, factor) =>
      choices.flatMap((rest) => Object.keys(FACTORS[factor]).map((value) => ({ ...rest, [factor]: value }))),
    [choice(given)],
  ).filter(isValid);
}

const JOINT = { latent: "joint t, fixed df" };

for (
  const chosen of [
    ...all({}, "latent", "prior", "kl"),
    ...all(JOINT, "objective", "likelihood"),
    choice({ latent: "t, learned df of dimensions", objective: "elbo with free bits" }),
  ]
) {
  const { model, objective } = optionsOf(chosen);
  const given = { model: smooth(model), objective, rows: 10 };
  Deno.test(`trainingLoss() of ${Object.values(chosen).join(", ")} has the gradient of its differences`, async () => {
    await assertDirectionalDerivative(given);
    // By themselves too, as all other weights together outweigh them.
    const few = parameterTable(model).map(({ name }) => name).filter((name) =>
      /^(latent.df|likelihood)/.test(name)
    );
    if (few.length > 0) await assertDirectionalDerivative(given, { h: 0.1, along: few });
  });
}

const COMPARED: readonly Choice[] = [
  choice({
    latent: "t, learned df of dimensions",
    prior: "prior df 7",
    likelihood: "normal of learned scale",
  }),
  choice({ latent: "t, amortised df", kl: "sampled KL", objective: "iwae", likelihood: "t likelihood" }),
  choice({ latent: "joint t, learned df", prior: "prior df 7", objective: "elbo with free bits" }),
  choice({ latent: "joint t, amortised df", prior: "tied prior", objective: "iwae" }),
  choice({ ...JOINT, objective: "t3", likelihood: "normal" }),
];

for (const chosen of COMPARED) {
  const { model, objective } = optionsOf(chosen);
  const given = { model, objective, rows: 10 };
  let expected: ReturnType<typeof lossGradients> | undefined;
  engineTest(`gradients of ${Object.values(chosen).join(", ")} are the cpu backend's`, async (engine) => {
    expected ??= lossGradients("tfjs-cpu", given);
    const [on, actual] = [await expected, await lossGradients(engine, given)];
    const names = [...parameterTable(model), ...statisticsTable(model)].map(({ name }) => name);
    assert.deepEqual([...actual.keys()], names);
    for (const [name, gradient] of on) {
      assertClose(actual.get(name)!, gradient, { tolerance: GRADIENT_TOLERANCE, what: name });
    }
  }, ["tfjs-wasm", "tfjs-webgpu"]);
}
