import assert from "node:assert/strict";
import {
  checkObjective,
  fc,
  type Likelihood,
  type Model,
  type Objective,
  type StudentTLatent,
} from "../../lib/model/mod.ts";

const LATENT: StudentTLatent = { family: "student-t", size: 2, joint: true, df: { fixed: 5 }, kl: "exact" };

const model = (latent: Model["latent"], likelihood: Likelihood): Model =>
  fc({ input: [7], hidden: [4], latent, likelihood });

const GAUSSIAN = { kind: "gaussian", scale: 0.5 } as const;
const T3_MODEL = model(LATENT, GAUSSIAN);

Deno.test("checkObjective() accepts each objective with what it is defined for", () => {
  const good: readonly (readonly [Model, Objective])[] = [
    [T3_MODEL, { kind: "t3" }],
    [T3_MODEL, { kind: "elbo", beta: 0, freeBits: 0.5 }],
    [T3_MODEL, { kind: "iwae", samples: 1 }],
    [model({ family: "gaussian", size: 2, kl: "closed" }, { kind: "bernoulli" }), {
      kind: "iwae",
      samples: 50,
    }],
    [model({ ...LATENT, kl: "monte-carlo", klSample: "second" }, GAUSSIAN), { kind: "elbo", beta: 1 }],
  ];
  for (const [model, objective] of good) checkObjective(model, objective);
});

const t3 = (latent: Partial<StudentTLatent>, likelihood: Likelihood = GAUSSIAN) =>
  [model({ ...LATENT, ...latent }, likelihood), { kind: "t3" }] as const;

const BAD: readonly (readonly [what: string, on: readonly [Model, Objective], message: RegExp])[] = [
  [
    "a negative beta",
    [T3_MODEL, { kind: "elbo", beta: -1 }],
    /objective\.beta must be finite and >= 0, got -1/,
  ],
  [
    "free bits that are not finite",
    [T3_MODEL, { kind: "elbo", beta: 1, freeBits: Infinity }],
    /objective\.freeBits must be finite and >= 0, got Infinity/,
  ],
  [
    "no samples",
    [T3_MODEL, { kind: "iwae", samples: 0 }],
    /objective\.samples must be a positive integer, got 0/,
  ],
  ["half a sample", [T3_MODEL, { kind: "iwae", samples: 0.5 }], /objective\.samples .* got 0\.5/],
  ...(["iwae", "t3"] as const).map((kind) =>
    [
      `a second sample for ${kind}`,
      [
        model({ ...LATENT, kl: "monte-carlo", klSample: "second" }, GAUSSIAN),
        kind === "iwae" ? { kind, samples: 5 } : { kind },
      ],
      new RegExp(`latent\\.klSample must be left out for the objective ${kind}, .*got second`),
    ] as const
  ),
  [
    "t3 of a Gaussian latent",
    [model({ family: "gaussian", size: 2, kl: "closed" }, GAUSSIAN), { kind: "t3" }],
    /latent\.family must be student-t .* got gaussian/,
  ],
  ["t3 of independent coordinates", t3({ joint: undefined }), /latent\.joint must be true .* got false/],
  ["t3 of learned df", t3({ df: { learned: "global" } }), /latent\.df must be a number > 2 .* got learned/],
  ["t3 of amortised df", t3({ df: { amortised: true } }), /latent\.df must be a number > 2 .* got amortised/],
  [
    "t3 of infinite variance",
    t3({ df: { fixed: 2 } }),
    /latent\.df must be > 2 for the objective t3, .* got 2/,
  ],
  ["t3 with a prior of its own", t3({ priorDf: 5 }), /latent\.priorDf must be left out .* got 5/],
  ["t3 with df to generate from", t3({ generationDf: 5 }), /latent\.generationDf must be left out .* got 5/],
  [
    "t3 of a Bernoulli",
    t3({}, { kind: "bernoulli" }),
    /likelihood\.kind must be gaussian for the objective t3, .* got bernoulli/,
  ],
  [
    "t3 of a Student's t around each element",
    t3({}, { kind: "student-t", df: 5, scale: 1 }),
    /likelihood\.kind must be gaussian .* got student-t/,
  ],
  [
    "t3 of a learned scale",
    t3({}, { kind: "gaussian", scale: "learned" }),
    /likelihood\.scale must be a number .* got learned/,
  ],
];

for (const [what, [model, objective], message] of BAD) {
  Deno.test(`checkObjective() rejects ${what}, with the reason`, () => {
    assert.throws(() => checkObjective(model, objective), (thrown) => {
      assert(thrown instanceof RangeError);
      assert(thrown.message.startsWith("Cannot train model fc: "));
      assert.match(thrown.message, message);
      return true;
    });
  });
}
