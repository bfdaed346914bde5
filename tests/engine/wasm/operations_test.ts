import assert from "node:assert/strict";
import { writesOf } from "../../../lib/engine/plan/access.ts";
import type { Buffer, Op } from "../../../lib/engine/plan/op.ts";
import type { Plan } from "../../../lib/engine/plan/plan.ts";
import { execute } from "../../../lib/engine/reference/execute.ts";
import { type Machine, view } from "../../../lib/engine/reference/machine.ts";
import { machineFor } from "../reference/machines.ts";
import { TASKS } from "../plan/tasks.ts";
import { compare, largest, roundArena, withDevice } from "./devices.ts";

/** Of the largest number of a buffer: some roundings of float32, and what an exact divergence's nodes cost. */
const TOLERANCE = 1e-5;

/** Not a multiple of a tile's rows or of the lanes of a vector. */
const ROWS = 13;

/** Each operation from the numbers that the reference has at that point, so that errors do not add up. */
async function assertOperations(
  { plan, machine }: { readonly plan: Plan; readonly machine: Machine },
  program: readonly Op[],
): Promise<void> {
  roundArena(machine);
  await withDevice({ plan, machine, threads: 1 }, async (device) => {
    const whole: Buffer = { name: "arena", offset: 0, shape: [plan.size] };
    const { data, indices, step } = machine;
    for (const op of program) {
      // A sum that cancels is as good as its terms.
      const terms = op.kind === "sum-rows" ? largest(view(machine, op.x)) : 0;
      device.view(whole).set(machine.arena);
      await device.run({ ...plan, train: [op] }, "train", { data: data as Float32Array, indices, step });
      execute([op], machine);
      for (const buffer of writesOf(op)) {
        const { difference, size } = compare(device.view(buffer), view(machine, buffer));
        const limit = TOLERANCE * Math.max(size, terms);
        assert.ok(difference <= limit, `${op.kind}, ${buffer.name}: off by ${difference} of ${size}`);
      }
      roundArena(machine);
    }
  });
}

for (const [name, task] of Object.entries(TASKS)) {
  Deno.test(`wasm computes every operation of ${name} as the reference does`, async () => {
    for (const program of ["train", "measure", "decode"] as const) {
      const at = machineFor(task, ROWS);
      await assertOperations(at, at.plan[program]);
    }
  });
}
