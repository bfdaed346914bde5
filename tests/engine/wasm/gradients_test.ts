import assert from "node:assert/strict";
import { view } from "../../../lib/engine/reference/machine.ts";
import { differentiate, gradientOf, machineFor } from "../reference/machines.ts";
import { TASKS } from "../plan/tasks.ts";
import { compare, largest, roundArena, withDevice } from "./devices.ts";

/** Of the largest element of a parameter's gradient. */
const TOLERANCE = 1e-5;

/** Of the largest of all, for gradients that cancel, as those of a bias before batch norm do. */
const CANCELLED = 1e-7;

/** Enough for gradients through three batch norms to keep their digits; odd, so that every kind of rest is there. */
const ROWS = 129;

for (const [name, task] of Object.entries(TASKS)) {
  Deno.test(`wasm has the reference's gradients of ${name}, to 1e-5 of the largest element`, async () => {
    const { plan, machine } = machineFor(task, ROWS);
    roundArena(machine);
    const train = plan.train.filter(({ kind }) => kind !== "clip" && kind !== "adam");
    await withDevice({ plan: { ...plan, train }, machine, threads: 2 }, async (device, run) => {
      await run("train");
      differentiate({ plan, machine });
      const all = largest(view(machine, plan.all.gradient));
      for (const parameter of plan.parameters) {
        const gradient = gradientOf(plan, parameter);
        const { difference, size } = compare(device.view(gradient), view(machine, gradient));
        const limit = Math.max(TOLERANCE * size, CANCELLED * all);
        assert.ok(difference <= limit, `${parameter.name}: off by ${difference} of ${size}`);
      }
    });
  });
}
