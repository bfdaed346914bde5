import assert from "node:assert/strict";
import { parseConfig } from "../../lib/run/config.ts";
import { assignKey, FLAGS, parseAssignment } from "../../lib/run/flags.ts";
import { UsageError } from "../../lib/run/usage_error.ts";

Deno.test("FLAGS name keys that the schema knows, each once", () => {
  for (const { flag, key } of FLAGS) {
    assert.throws(
      () => parseConfig(assignKey({}, [key, ["no value of any key"]])),
      (error: Error) => !error.message.startsWith("Unknown key"),
      flag,
    );
  }
  assert.equal(new Set(FLAGS.map(({ flag }) => flag)).size, FLAGS.length);
});

Deno.test("FLAGS state the defaults that the schema has", () => {
  const defaults: unknown = parseConfig({});
  const unset: Readonly<Record<string, string>> = {
    "--joint": "off",
    "--prior-df": "as --df",
    "--outliers": "0",
    "--outlier-kind": "uniform",
    "--outlier-dataset": "none",
  };
  for (const { flag, key, description } of FLAGS) {
    const value = key.split(".").reduce(
      (value, name) => (value as Record<string, unknown>)?.[name],
      defaults,
    );
    const [short] = typeof value === "object" ? Object.values(value as object) : [value ?? unset[flag]];
    assert(description.endsWith(`(default: ${short})`), `${flag} says ${description}; it is ${short}`);
  }
});

Deno.test("assignKey() keeps a short form's meaning and leaves its argument alone", () => {
  const config = { model: "fc", likelihood: "gaussian", latent: { df: 5 }, seed: 1 };
  const changed = [["model.hidden", [8]], ["likelihood.scale", 2], ["latent.size", 4]] as const;
  assert.deepEqual(assignKey({ objective: "iwae" }, ["objective.samples", 3]), {
    objective: { kind: "iwae", samples: 3 },
  });
  assert.deepEqual(assignKey({ latent: { df: "amortised" } }, ["latent.df.l2", 0.1]), {
    latent: { df: { amortised: true, l2: 0.1 } },
  });
  assert.deepEqual(assignKey({ latent: "gaussian" }, ["latent.size", 2]), {
    latent: { family: "gaussian", size: 2 },
  });
  assert.deepEqual(changed.reduce(assignKey, config), {
    model: { preset: "fc", hidden: [8] },
    likelihood: { kind: "gaussian", scale: 2 },
    latent: { df: 5, size: 4 },
    seed: 1,
  });
  assert.deepEqual(config, { model: "fc", likelihood: "gaussian", latent: { df: 5 }, seed: 1 });
});

Deno.test("assignKey() cannot reach a prototype", () => {
  const config = assignKey({}, ["__proto__.polluted", true]);
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
  assert.throws(() => parseConfig(config), UsageError);
});

Deno.test("parseAssignment() reads JSON where it is JSON, else text", () => {
  assert.deepEqual(parseAssignment("latent.size=8"), ["latent.size", 8]);
  assert.deepEqual(parseAssignment("model.hidden=[64,32]"), ["model.hidden", [64, 32]]);
  assert.deepEqual(parseAssignment("latent.family = gaussian"), ["latent.family", "gaussian"]);
  assert.deepEqual(parseAssignment("dataset=a=b.csv"), ["dataset", "a=b.csv"]);
  for (const text of ["seed", "=3", ""]) assert.throws(() => parseAssignment(text), UsageError);
});

Deno.test("an unknown --set key names the nearest", () => {
  assert.throws(
    () => parseConfig(assignKey({}, parseAssignment("optimizer.learningrat=1"))),
    /^UsageError: Unknown key optimizer.learningrat; .*; did you mean learningRate\?$/,
  );
});
