import assert from "node:assert/strict";
import { type BuildName, BUILDS } from "../../../lib/engine/wasm/builds.js";
import { createDevice } from "../../../lib/engine/wasm/device.ts";
import { findMachine } from "../../../lib/engine/wasm/start.ts";
import { gradientOf, machineFor } from "../reference/machines.ts";
import { images } from "./images.ts";
import { compare, roundArena } from "./devices.ts";

/** Of a parameter's largest gradient: the builds round differently only in whether products are rounded before sums. */
const TOLERANCE = 1e-4;

/** Of the largest of all, for gradients that cancel. */
const CANCELLED = 1e-6;

const { plan, machine } = machineFor(images("cnn"), 41);
roundArena(machine);

/** The gradients of a training step. */
async function gradients(name: BuildName): Promise<readonly Float32Array[]> {
  const threaded = name.startsWith("threads");
  const on = { ...await findMachine(), module: await BUILDS[name](), threaded };
  const device = await createDevice(plan, { machine: on, threads: threaded ? 2 : 1, seed: machine.seed });
  device.view({ name: "arena", offset: 0, shape: [plan.size] }).set(machine.arena);
  const { data, indices, step } = machine;
  await device.run(plan, "train", { data: data as Float32Array, indices, step });
  const copies = plan.parameters.map((parameter) => device.view(gradientOf(plan, parameter)).slice());
  device.close();
  return copies;
}

const EXPECTED = await gradients("threads, relaxed SIMD");

for (const name of ["threads, relaxed SIMD, wide", "relaxed SIMD"] as const) {
  Deno.test(`the build for ${name} has the same bits as the one for threads, relaxed SIMD`, async () => {
    assert.deepEqual(await gradients(name), EXPECTED);
  });
}

for (const name of ["threads, SIMD", "SIMD"] as const) {
  Deno.test(`the build for ${name} has the same gradients to 1e-4 of the largest`, async () => {
    const all = Math.max(...EXPECTED.map((gradient) => compare(gradient, gradient).size));
    (await gradients(name)).forEach((gradient, i) => {
      const { difference, size } = compare(gradient, EXPECTED[i]);
      const limit = Math.max(TOLERANCE * size, CANCELLED * all);
      assert.ok(difference <= limit, `${plan.parameters[i].name}: off by ${difference} of ${size}`);
    });
  });
}
