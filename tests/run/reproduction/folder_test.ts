import assert from "node:assert/strict";
import { checkReproductionFolder, missingData } from "../../../lib/run/reproduction/folder.ts";
import { UsageError } from "../../../lib/run/usage_error.ts";
import { temporaryFolder } from "../fixtures.ts";

Deno.test("checkReproductionFolder() accepts one that was begun, and nothing else that is not empty", async () => {
  await using folder = await temporaryFolder();
  const put = async (text: string, ...path: string[]) => {
    await Deno.mkdir(folder.in(...path.slice(0, -1)), { recursive: true });
    await Deno.writeTextFile(folder.in(...path), text);
  };
  await put("{}", "begun", "original-cnn", "sweep.json");
  await put("{}", "kept", "results", "fc.json");
  await put('{"missing": []}', "quick", "missing.json");
  await put("half", "killed", ".fc.8d2c.tmp", "sweep.json");
  await Deno.mkdir(folder.in("empty"));
  for (const name of ["begun", "kept", "quick", "killed", "empty", "new"]) {
    await checkReproductionFolder(folder.in(name));
  }
  await put("mine", "project", "results", "mine.csv");
  await put("mine", "data", "df", "mine.csv");
  for (const path of [folder.in("project"), folder.in("data"), folder.in("data", "df", "mine.csv")]) {
    await assert.rejects(checkReproductionFolder(path), (error) => {
      assert(error instanceof UsageError);
      return /it exists and holds other things; name another folder with --run$/.test(error.message);
    });
  }
});

Deno.test("missingData() looks once, and keeps to it", async () => {
  await using folder = await temporaryFolder();
  const path = folder.in("reproduction");
  assert.deepEqual(await missingData(path, () => Promise.resolve(["mnist"])), ["mnist"]);
  assert.deepEqual(await missingData(path, () => Promise.reject(new Error("must not look again"))), [
    "mnist",
  ]);
  await Deno.writeTextFile(folder.in("reproduction", "missing.json"), "{}");
  await assert.rejects(
    missingData(path, () => Promise.resolve([])),
    /missing\.json: missing is missing; put a good copy back/,
  );
});
