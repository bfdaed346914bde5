import assert from "node:assert/strict";
import { view } from "../../../lib/engine/reference/machine.ts";
import { generator } from "../../../lib/math/philox.ts";
import { TASKS } from "../plan/tasks.ts";
import { differentiate, gradientOf, machineFor, trainingLoss } from "./machines.ts";

/** Of the largest derivative in a tensor: central differences at this step have errors around 1e-9 of it. */
const TOLERANCE = 1e-6;
const STEP = 1e-5;

/** Of the largest derivative in all tensors: what rounding of the loss itself leaves where a gradient is 0. */
const FLOOR = 1e-4;

/** Elements of each tensor that are tried one by one. */
const TRIED = 2;

for (const [name, task] of Object.entries(TASKS)) {
  Deno.test(`execute() of ${name} has the gradients of central differences`, () => {
    const run = machineFor(task, 3);
    differentiate(run);
    const { plan, machine } = run;
    const gradients = plan.parameters.map((parameter) => view(machine, gradientOf(plan, parameter)).slice());
    const largest = (values: Float64Array) => values.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
    const floor = FLOOR * Math.max(...gradients.map(largest));
    const random = generator({ seed: 6, stream: "data" });

    plan.parameters.forEach((parameter, p) => {
      const values = view(machine, parameter);
      const start = values.slice();
      const gradient = gradients[p];
      const most = largest(gradient);
      const along = (direction: (i: number) => number): number => {
        const at = (t: number) => {
          values.set(start.map((value, i) => value + t * direction(i)));
          return trainingLoss(task, run);
        };
        const difference = (at(STEP) - at(-STEP)) / (2 * STEP);
        values.set(start);
        return difference;
      };
      const check = (expected: number, actual: number, what: string) =>
        // Not >, so that NaN fails.
        assert.ok(
          Math.abs(actual - expected) <= TOLERANCE * Math.max(most, floor),
          `${parameter.name}, ${what}: ${actual}, and by differences ${expected}`,
        );

      const top = gradient.findIndex((g) => Math.abs(g) === most);
      const tried = new Set([
        top,
        ...Array.from({ length: TRIED - 1 }, () => Math.floor(random() * gradient.length)),
      ]);
      for (const i of tried) check(along((j) => j === i ? 1 : 0), gradient[i], `element ${i}`);
      const direction = Float64Array.from(gradient, () => (random() - 0.5) / Math.sqrt(gradient.length));
      const expected = gradient.reduce((sum, g, i) => sum + g * direction[i], 0);
      check(along((i) => direction[i]), expected, "a random direction");
    });
  });
}
