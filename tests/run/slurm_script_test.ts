/** What Slurm is given to run. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { cellScript, indexList, outputPattern, quote } from "../../lib/run/slurm_script.ts";

Deno.test("indexList() names every index once, in as few ranges as there are", () => {
  assert.equal(indexList([]), "");
  assert.equal(indexList([4]), "4");
  assert.equal(indexList([0, 1, 2, 5, 7, 8]), "0-2,5,7-8");
  fc.assert(fc.property(fc.uniqueArray(fc.nat(50)), (some) => {
    const indices = some.sort((a, b) => a - b);
    const named = indexList(indices).split(",").filter(Boolean).flatMap((range) => {
      const [first, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
    assert.deepEqual(named, indices);
  }));
});

Deno.test("outputPattern() leaves nothing for Slurm to replace", () => {
  assert.equal(outputPattern("/runs/100%j/log"), "/runs/100%%j/log");
});

Deno.test({
  name: "cellScript() is a script that bash accepts, and its words reach bash as they are",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const odd = `it's $HOME "and" \`more\` \\ * é\n`;
    const bash = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await new Deno.Command("bash", { args }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout);
    };
    assert.equal(await bash("-c", `printf %s ${quote(odd)}`), odd);
    assert.equal(await bash("-n", "-c", cellScript({ folder: odd, train: ["/opt/deno", "run", odd] })), "");
  },
});
