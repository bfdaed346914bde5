import assert from "node:assert/strict";
import { formatMessage } from "@optique/core/message";
import { parseSync } from "@optique/core/parser";
import {
  askedSources,
  checkMeasures,
  type EvaluateArguments,
  evaluateOptions,
  evaluateWords,
  type Measures,
} from "../../../scripts/cli/evaluate_options.ts";

function parse(words: readonly string[]): EvaluateArguments {
  const result = parseSync(evaluateOptions, words);
  assert.ok(result.success, result.success ? "" : formatMessage(result.error));
  return result.value;
}

const EVERY_FLAG = [
  ...["--iwae", "500", "--against", "fashion-mnist", "--mmd", "100"],
  ...["--tails", "6.5", "--draws", "1000", "--latents", "prior", "--latents", "ex-post-t"],
  ...["--checkpoint", "last", "--backend", "wasm", "--wide-simd", "--mirror", "https://example.org"],
  ...["--outliers", "0.05", "--outlier-kind", "other-dataset", "--outlier-dataset", "glyphs"],
];

Deno.test("evaluateWords() gives the flags that evaluateOptions read, every one of them", () => {
  assert.deepEqual(evaluateWords(parse(EVERY_FLAG)), EVERY_FLAG);
  assert.deepEqual(parse(evaluateWords(parse(EVERY_FLAG))), parse(EVERY_FLAG));
  const nothing = parse([]);
  assert.deepEqual(evaluateWords({ ...nothing, mirror: undefined }), []);
});

Deno.test("evaluateOptions gives those measures alone that were asked for", () => {
  assert.deepEqual(parse([]).measures, {});
  assert.deepEqual(parse(["--mmd", "10", "--checkpoint", "best"]).measures, { mmd: 10 });
  assert.deepEqual(parse(["--tails", "6"]).measures, { tails: 6, draws: 100_000 });
  const twice = ["--latents", "ex-post-t", "--latents", "prior", "--latents", "prior"];
  assert.deepEqual(parse(twice).measures, { latents: ["prior", "ex-post-t"] });
});

const NUMBERS = {
  likelihood: { kind: "gaussian", scale: 1 },
  objective: { kind: "elbo", beta: 1 },
} as const;

Deno.test("checkMeasures() refuses flags that have no meaning alone, or none for the run", () => {
  checkMeasures({}, NUMBERS);
  checkMeasures({ tails: 6, draws: 10, latents: ["all"] }, NUMBERS);
  checkMeasures({ mmd: 10, latents: ["alternative-prior"] }, { ...NUMBERS, objective: { kind: "t3" } });
  const refused: [Measures, RegExp][] = [
    [{ draws: 10 }, /Cannot use --draws alone/],
    [{ tails: 0, draws: 10 }, /--tails must be > 0, got 0/],
    [
      { mmd: 10, latents: ["all", "alternative-prior"] },
      /must be t3, got elbo; use prior, ex-post-t, /,
    ],
  ];
  for (const [measures, message] of refused) assert.throws(() => checkMeasures(measures, NUMBERS), message);
  assert.throws(
    () => checkMeasures({ tails: 6, draws: 10 }, { ...NUMBERS, likelihood: { kind: "bernoulli" } }),
    /likelihood must be gaussian or student-t, got bernoulli/,
  );
});

Deno.test("askedSources() has each source once, and all of them by the objective", () => {
  const t3 = { objective: { kind: "t3" } } as const;
  assert.deepEqual(askedSources({}, NUMBERS), ["prior"]);
  assert.deepEqual(askedSources({}, t3), ["alternative-prior"]);
  assert.deepEqual(askedSources({ latents: ["posterior", "prior", "prior"] }, t3), ["prior", "posterior"]);
  const fitted = ["ex-post-t", "ex-post-mixture", "posterior"];
  assert.deepEqual(askedSources({ latents: ["all"] }, NUMBERS), ["prior", ...fitted]);
  assert.deepEqual(askedSources({ latents: ["all"] }, t3), ["prior", "alternative-prior", ...fitted]);
});
