import assert from "node:assert/strict";
import { checkReproductionFolder } from "../../../lib/run/reproduction/folder.ts";
import { UsageError } from "../../../lib/run/usage_error.ts";
import { temporaryFolder } from "../fixtures.ts";

Deno.test("checkReproductionFolder() accepts one that was begun, and nothing else that is not empty", async () => {
  await using folder = await temporaryFolder();
  const [begun, other] = [folder.in("begun"), folder.in("other")];
  await Deno.mkdir(folder.in("begun", "original-cnn"), { recursive: true });
  await Deno.mkdir(folder.in("other", "mnist"), { recursive: true });
  await Deno.writeTextFile(folder.in("other", "results"), "a file");
  for (const path of [begun, folder.in("new"), folder.in("other", "mnist")]) {
    await checkReproductionFolder(path);
  }
  for (const path of [other, folder.in("other", "results")]) {
    await assert.rejects(checkReproductionFolder(path), (error) => {
      assert(error instanceof UsageError);
      return /it exists and holds other things; name another folder with --run$/.test(error.message);
    });
  }
});
