/**
 * Plans on the engine's device beside the same plans in float64.
 *
 * @module
 */

import { lower, type Task } from "../../../lib/engine/plan/lower.ts";
import type { Plan } from "../../../lib/engine/plan/plan.ts";
import type { Machine } from "../../../lib/engine/reference/machine.ts";
import { createDevice, type Device, type ProgramName } from "../../../lib/engine/wasm/device.ts";
import { findMachine } from "../../../lib/engine/wasm/start.ts";

/** Does something with a device on which a reference machine's arena, data and seed are. */
export async function withDevice<T>(
  { plan, machine, threads = 2 }: { readonly plan: Plan; readonly machine: Machine; readonly threads?: number },
  use: (device: Device, run: (program: ProgramName) => Promise<unknown>) => Promise<T>,
): Promise<T> {
  const device = await createDevice(plan, { machine: await findMachine(), threads, seed: machine.seed });
  try {
    device.view({ name: "arena", offset: 0, shape: [plan.size] }).set(machine.arena);
    const { data, indices, step } = machine;
    return await use(device, (program) => device.run(plan, program, { data: data as Float32Array, indices, step }));
  } finally {
    device.close();
  }
}

/** A plan whose training stops before parameters move. */
export function gradientPlan(task: Task, rows: number): Plan {
  const plan = lower(task, rows);
  return { ...plan, train: plan.train.filter(({ kind }) => kind !== "clip" && kind !== "adam") };
}

/** The largest difference, and the largest number expected. */
export function compare(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
): { readonly difference: number; readonly size: number } {
  let difference = 0, size = 0;
  for (let i = 0; i < expected.length; i++) {
    const d = Math.abs(actual[i] - expected[i]);
    difference = d <= difference ? difference : d;
    size = Math.max(size, Math.abs(expected[i]));
  }
  return { difference, size };
}
