/**
 * Plans on the engine's device beside the same plans in float64.
 *
 * @module
 */

import type { Plan, ProgramName } from "../../../lib/engine/plan/plan.ts";
import type { Machine } from "../../../lib/engine/reference/machine.ts";
import { createDevice, type Device } from "../../../lib/engine/wasm/device.ts";
import { findMachine } from "../../../lib/engine/wasm/start.ts";

/** Does something with a device on which a reference machine's arena, data and seed are. */
export async function withDevice<T>(
  { plan, machine, threads = 2 }: {
    readonly plan: Plan;
    readonly machine: Machine;
    readonly threads?: number;
  },
  use: (device: Device, run: (program: ProgramName) => Promise<unknown>) => Promise<T>,
): Promise<T> {
  const device = await createDevice(plan, { machine: await findMachine(), threads, seed: machine.seed });
  try {
    device.view({ name: "arena", offset: 0, shape: [plan.size] }).set(machine.arena);
    const { data, indices, step } = machine;
    return await use(
      device,
      (program) => device.run(plan, program, { data: data as Float32Array, indices, step }),
    );
  } finally {
    device.close();
  }
}

/** The largest difference, NaN where there is one, and the largest number expected. */
export function compare(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
): { readonly difference: number; readonly size: number } {
  const differences = Float64Array.from({ length: expected.length }, (_, i) => actual[i] - expected[i]);
  return { difference: largest(differences), size: largest(expected) };
}

/** Rounds a reference machine's numbers to those that the device has. */
export function roundArena({ arena }: Machine): void {
  arena.forEach((value, i) => arena[i] = Math.fround(value));
}

/** The largest absolute value. */
export function largest(values: ArrayLike<number>): number {
  let size = 0;
  for (let i = 0; i < values.length; i++) size = Math.max(size, Math.abs(values[i]));
  return size;
}
