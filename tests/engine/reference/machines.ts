/**
 * Plans with everything that they need to be run.
 *
 * @module
 */

import { writesOf } from "../../../lib/engine/plan/access.ts";
import type { Buffer } from "../../../lib/engine/plan/op.ts";
import { lower, type Task } from "../../../lib/engine/plan/lower.ts";
import type { Plan } from "../../../lib/engine/plan/plan.ts";
import { execute } from "../../../lib/engine/reference/execute.ts";
import { type Machine, view } from "../../../lib/engine/reference/machine.ts";
import { generator } from "../../../lib/math/philox.ts";
import { freeNats, lossWeights } from "../../../lib/model/loss_weights.ts";
import { initialParameters, initialStatistics, parameterTable } from "../../../lib/model/parameters.ts";
import { sizeOf } from "../../../lib/model/record.ts";

/** Examples within (0, 1), the same for all tasks of one input size. */
export function examples({ model: { input } }: Task, count: number): Float32Array {
  const random = generator({ seed: 2, stream: "data" });
  return Float32Array.from({ length: count * sizeOf(input) }, random);
}

/** Row ids 0 … count − 1. */
export function rows(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i);
}

/** A plan and a machine with initial parameters, moved a little: gamma and beta start where all channels are alike. */
export function machineFor(task: Task, count: number): { readonly plan: Plan; readonly machine: Machine } {
  const plan = lower(task, count);
  const machine: Machine = {
    arena: new Float64Array(plan.size),
    data: examples(task, count),
    indices: rows(count),
    seed: 5,
    step: 3,
  };
  const random = generator({ seed: 3, stream: "data" });
  const initial = new Map([...initialParameters(task.model, { seed: 4 }), ...initialStatistics(task.model)]);
  for (const buffer of plan.parameters) {
    view(machine, buffer).set(initial.get(buffer.name)!.map((value) => value + 0.2 * (random() - 0.5)));
  }
  for (const buffer of plan.statistics) view(machine, buffer).set(initial.get(buffer.name)!);
  for (const { buffer, values } of plan.constants) view(machine, buffer).set(values);
  return { plan, machine };
}

/** Computes the gradient of a training step, as it is before clipping, and leaves all parameters alone. */
export function differentiate({ plan, machine }: ReturnType<typeof machineFor>): void {
  execute(plan.train.filter(({ kind }) => kind !== "clip" && kind !== "adam"), machine);
}

/** What a training step minimises, from its definition and the parts that the plan leaves behind. */
export function trainingLoss(task: Task, { plan, machine }: ReturnType<typeof machineFor>): number {
  const { model, objective, optimizer } = task;
  const { rows, io } = plan;
  const parts: readonly (Buffer | undefined)[] = [io.reconstruction, io.kl, io.bound];
  const last = plan.train.findLastIndex((op) => writesOf(op).some((buffer) => parts.includes(buffer)));
  execute(plan.train.slice(0, last + 1), machine);
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const penalty = parameterTable(model).reduce(
    (total, { l2 = 0 }, i) =>
      total + (l2 + (optimizer.l2 ?? 0)) * sum(view(machine, plan.parameters[i]).map((value) => value ** 2)),
    0,
  );
  if (objective.kind !== "elbo") return penalty + sum(view(machine, io.bound!)) / rows;
  const weights = lossWeights(objective, { rows, elements: sizeOf(model.input) });
  const columns = io.kl.shape[1];
  const kl = view(machine, io.kl);
  const free = freeNats(objective, model.latent);
  let divergence = 0;
  for (let column = 0; column < columns; column++) {
    const mean = sum(kl.filter((_, i) => i % columns === column)) / rows;
    divergence += free === 0 ? mean : Math.max(free, mean);
  }
  const reconstruction = sum(view(machine, io.reconstruction)) / rows;
  return penalty + weights.reconstruction * reconstruction + weights.kl * divergence;
}

/** The gradient of a parameter. */
export function gradientOf({ all }: Plan, { name, offset, shape }: Buffer): Buffer {
  return { name, offset: all.gradient.offset + offset - all.value.offset, shape };
}
