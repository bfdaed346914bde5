import assert from "node:assert/strict";
import { formatMessage } from "@optique/core/message";
import { parseSync } from "@optique/core/parser";
import type { Flag } from "../../../lib/run/flags.ts";
import { type ConfigArguments, configOptions } from "../../../scripts/cli/config_options.ts";

const FLAGS: readonly Flag[] = [
  { flag: "--dataset", key: "dataset", metavar: "NAME", kind: "string", description: "what to train on" },
  {
    flag: "--latent-size",
    key: "latent.size",
    metavar: "N",
    kind: "number",
    description: "latent dimensions",
  },
  {
    flag: "--df",
    key: "latent.df",
    metavar: "DF",
    kind: "number-or-word",
    description: "degrees of freedom",
  },
  { flag: "--joint", key: "latent.joint", kind: "switch", description: "one t for all dimensions" },
];

function parse(...args: string[]): ConfigArguments | string {
  const result = parseSync(configOptions(FLAGS), args);
  return result.success ? result.value : formatMessage(result.error);
}

function values(...args: string[]): ConfigArguments["values"] {
  const result = parse(...args);
  assert.ok(typeof result !== "string", `${args.join(" ")}: ${result}`);
  return result.values;
}

Deno.test("configOptions() gives the flags that were given, by key, and nothing else", () => {
  assert.deepEqual(parse(), { values: {}, set: [], config: undefined });
  assert.deepEqual(values("--df", "learned", "--latent-size=3"), {
    "latent.size": 3,
    "latent.df": "learned",
  });
  assert.deepEqual(values("--dataset", "8"), { dataset: "8" });
  assert.deepEqual(values("--df", "5"), { "latent.df": 5 });
  assert.deepEqual(values("--joint", "--df", "5"), { "latent.joint": true, "latent.df": 5 });
});

Deno.test("configOptions() passes on every number, for the configuration's rules to judge", () => {
  for (
    const [typed, number] of [["-3", -3], ["1.5", 1.5], ["5e-4", 5e-4], ["+.5", 0.5], [
      "-1E3",
      -1000,
    ]] as const
  ) {
    assert.deepEqual(values("--latent-size", typed), { "latent.size": number });
    assert.deepEqual(values(`--df=${typed}`), { "latent.df": number });
  }
  assert.deepEqual(values("--df", "NaN"), { "latent.df": NaN });
  assert.deepEqual(values("--df", "-Infinity"), { "latent.df": -Infinity });
});

Deno.test("configOptions() rejects what is not spelt as a number, naming the flag", () => {
  for (const typed of ["abc", "", " 3", "3x", "0x10", "1_000", "1,5", "--df"]) {
    assert.equal(
      parse("--latent-size", typed),
      `\`--latent-size\`: must be a number, got ${JSON.stringify(typed)}`,
    );
  }
  assert.equal(parse("--dataset", "--df"), '`--dataset`: must be a word, got "--df"');
});

Deno.test("configOptions() collects --set in order and takes a --config that exists", () => {
  const file = new URL("../../../deno.json", import.meta.url).pathname;
  const result = parse("--set", "epochs=3", "--config", file, '--set=latent.df={"fixed": 5}');
  assert.deepEqual(result, { values: {}, set: ["epochs=3", 'latent.df={"fixed": 5}'], config: file });
  assert.match(String(parse("--config", "absent.json")), /absent\.json does not exist/);
});
