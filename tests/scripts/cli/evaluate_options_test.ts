import assert from "node:assert/strict";
import { formatMessage } from "@optique/core/message";
import { parseSync } from "@optique/core/parser";
import {
  type EvaluateArguments,
  evaluateOptions,
  evaluateWords,
} from "../../../scripts/cli/evaluate_options.ts";

function parse(words: readonly string[]): EvaluateArguments {
  const result = parseSync(evaluateOptions, words);
  assert.ok(result.success, result.success ? "" : formatMessage(result.error));
  return result.value;
}

const EVERY_FLAG = [
  ...["--iwae", "500", "--against", "fashion-mnist", "--mmd", "100"],
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
});
