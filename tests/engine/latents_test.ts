import assert from "node:assert/strict";
import type { EngineState } from "../../lib/engine/engine.ts";
import { klNormal, klStudentT } from "../../lib/math/divergence.ts";
import { dfFloor } from "../../lib/model/degrees_of_freedom.ts";
import type { StudentTLatent } from "../../lib/model/record.ts";
import { type Choice, choice, FACTORS, isValid, optionsOf } from "./combinations.ts";
import { engineTest, rows, tinyPixels, trainersOf, withEngine } from "./engines.ts";

/** Of a divergence of some nats: what float32 parameters and a float32 quadrature are off by. */
const KL_TOLERANCE = 2e-5;

/** An element of a posterior that another batch computes anew. */
const BATCH_TOLERANCE = 1e-5;

const LEARNED = ["t, one learned df", "t, learned df of dimensions", "joint t, learned df"];
const AMORTISED = ["t, amortised df", "joint t, amortised df"];

const latentOf = (name: string) => optionsOf(choice({ latent: name })).model.latent as StudentTLatent;

for (const latent of Object.keys(FACTORS.latent)) {
  const choices: Choice[] = Object.keys(FACTORS.prior)
    .map((prior) => choice({ latent, prior })).filter(isValid);
  engineTest(
    `the divergence of ${latent} is lib/math's of the posterior that encode() gives`,
    async (name) => {
      for (const chosen of choices) {
        const options = optionsOf(chosen);
        const { size } = options.model.latent;
        await withEngine(name, options, async (engine) => {
          const parts = await engine.objectiveParts(tinyPixels(), rows(10));
          const { loc, scale, df } = await engine.encode(tinyPixels(), rows(10));
          const learned = await engine.learnedDf();
          let expected = 0;
          for (let row = 0; row < 10; row++) {
            const of = (values: Float32Array) =>
              values.subarray(values.length / 10 * row, values.length / 10 * (row + 1));
            expected += divergence(chosen, { loc: of(loc), scale: of(scale), df: df ? of(df) : learned });
          }
          assert.ok(Math.abs(parts.kl - expected) < 10 * KL_TOLERANCE, `${parts.kl} against ${expected}`);
          assert.equal(parts.klPerDimension?.length, latent.startsWith("joint") ? undefined : size);
          assert.equal(loc.length, 10 * size);
        });
      }
    },
    ["wasm", "tfjs-cpu", "tfjs-wasm"],
  );
}

function divergence(
  { latent, prior }: Choice,
  { loc, scale, df }: { loc: Float32Array; scale: Float32Array; df?: Float32Array },
): number {
  const record = latentOf(latent);
  if (record.family !== "student-t") return klNormal({ loc, scale });
  const fixed = "fixed" in record.df ? record.df.fixed : undefined;
  const own = fixed ?? (df!.length === 1 ? df![0] : df!);
  const q = { df: own, loc, scale, joint: record.joint };
  return prior === "tied prior"
    ? klStudentT(q, { df: own })
    : klStudentT(q, { df: prior === "prior df 7" ? 7 : fixed ?? 5 });
}

for (const latent of LEARNED) {
  engineTest(`learned df start where they are to, move, and return exactly: ${latent}`, async (name) => {
    const options = optionsOf(choice({ latent, likelihood: "normal of learned scale" }));
    const start = latentOf(latent).dfInitial ?? 5;
    const [state, trained] = await withEngine(name, options, async (engine) => {
      const first = await engine.learnedDf();
      assert.equal(first!.length, latent === "t, learned df of dimensions" ? 2 : 1);
      first!.forEach((df) => assert.ok(Math.abs(df - start) < 1e-5, `${df}`));
      for (let epoch = 0; epoch < 3; epoch++) await engine.trainSteps(tinyPixels(), rows(10));
      return [await engine.exportState(), (await engine.learnedDf())!];
    });
    trained.forEach((df) => assert.ok(Math.abs(df - start) > 0.01, `${df}`));
    assert.deepEqual(state.tensors.get("latent/df")!.shape, [trained.length]);
    assert.notDeepEqual(state.tensors.get("likelihood/scale")!.data, new Float32Array(1));
    await withEngine(name, { ...options, seed: 8 }, async (engine) => {
      await engine.importState(state);
      assert.deepEqual(await engine.learnedDf(), trained);
      assert.deepEqual(await engine.exportState(), state);
    });
  });
}

engineTest(
  "learned df stay above their floor where softplus has rounded to 0",
  async (name) => {
    const options = optionsOf(choice({ latent: "t, one learned df", likelihood: "normal" }));
    await withEngine(name, options, async (engine) => {
      const { step, tensors } = await engine.exportState();
      const low = new Map(tensors).set("latent/df", { shape: [1], data: Float32Array.of(-40) });
      await engine.importState({ step, tensors: low } satisfies EngineState);
      const [df] = (await engine.learnedDf())!;
      assert.ok(df > 2 && df < 2.00001, `${df}`);
      const [first] = await engine.trainSteps(tinyPixels(), rows(4));
      assert.ok(Number.isFinite(first.loss));
      const moved = (await engine.exportState()).tensors.get("latent/df")!.data[0];
      assert.ok(Number.isFinite(moved), `${moved}`);
    });
  },
);

engineTest("df that are not learned are not told", async (name) => {
  for (const latent of ["gaussian", "t, fixed df", ...AMORTISED]) {
    await withEngine(name, optionsOf(choice({ latent })), async (engine) => {
      assert.equal(await engine.learnedDf(), undefined);
    });
  }
}, ["wasm", "tfjs-cpu"]);

engineTest(
  "encode() gives amortised df, one for each row where they are joint, and no other",
  async (name) => {
    for (const latent of Object.keys(FACTORS.latent)) {
      const record = latentOf(latent);
      await withEngine(name, optionsOf(choice({ latent })), async (engine) => {
        const { df } = await engine.encode(tinyPixels(), rows(10));
        assert.equal(df?.length, AMORTISED.includes(latent) ? (record.joint ? 10 : 20) : undefined);
        assert.ok(df === undefined || df.every((value) => value > dfFloor(record)), `${df}`);
      });
    }
  },
  ["wasm", "tfjs-cpu", "tfjs-wasm"],
);

for (const latent of ["joint t, fixed df", "joint t, amortised df"]) {
  engineTest(`the noise of ${latent} belongs to the example, not to its place in the batch`, async (name) => {
    for (const objective of ["elbo", "iwae"]) {
      const options = optionsOf(choice({ latent, objective }));
      if (trainersOf(options.objective, [name]).length === 0) continue;
      await withEngine(name, options, async (engine) => {
        const all = await engine.sampleLatent(tinyPixels(), rows(10));
        const last = await engine.sampleLatent(tinyPixels(), Uint32Array.of(9));
        last.forEach((value, i) => assert.ok(Math.abs(value - all[27 + i]) < BATCH_TOLERANCE));
        const parts = await engine.objectiveParts(tinyPixels(), rows(10));
        const apart = await Promise.all(
          [0, 1, 2].map((i) => engine.objectiveParts(tinyPixels(), rows(10).subarray(4 * i, 4 * i + 4))),
        );
        const sum = apart.reduce((sum, { loss }) => sum + loss, 0);
        assert.ok(Math.abs(sum / parts.loss - 1) < BATCH_TOLERANCE, `${sum} against ${parts.loss}`);
      });
    }
  }, ["wasm", "tfjs-cpu", "tfjs-wasm"]);
}

const RESUMED: readonly Choice[] = [
  choice({ latent: "joint t, amortised df", objective: "iwae", likelihood: "t likelihood of learned scale" }),
  choice({ latent: "joint t, fixed df", objective: "t3", likelihood: "normal" }),
  choice({ latent: "joint t, learned df", kl: "KL of a second sample", objective: "elbo with free bits" }),
];

for (const chosen of RESUMED) {
  const options = optionsOf(chosen);
  engineTest(
    `importState() continues ${Object.values(chosen).join(", ")} with the same bits`,
    async (name) => {
      const [half, expected] = await withEngine(name, options, async (engine) => {
        await engine.trainSteps(tinyPixels(), rows(10));
        const half = await engine.exportState();
        return [half, [await engine.trainSteps(tinyPixels(), rows(10)), await engine.exportState()]];
      });
      await withEngine(name, options, async (engine) => {
        await engine.importState(half);
        const resumed = [await engine.trainSteps(tinyPixels(), rows(10)), await engine.exportState()];
        assert.deepEqual(resumed, expected);
      });
    },
    trainersOf(options.objective, ["wasm", "tfjs-cpu", "tfjs-wasm"]),
  );
}
