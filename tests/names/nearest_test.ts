import assert from "node:assert/strict";
import { didYouMean, nearest } from "../../lib/names/nearest.ts";

Deno.test("nearest() ignores case and punctuation, and guesses nothing far", () => {
  assert.equal(nearest("Fashion_MNIST", ["mnist", "fashion-mnist"]), "fashion-mnist");
  assert.equal(nearest("x", ["mnist", "fashion-mnist"]), undefined);
  assert.equal(nearest("", ["mnist", ""]), undefined);
  assert.equal(nearest("mnist", []), undefined);
  assert.equal(didYouMean(7, ["7"]), "");
});
