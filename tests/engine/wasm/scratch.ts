import { differentiate, gradientOf, machineFor } from "../reference/machines.ts";
import { view } from "../../../lib/engine/reference/machine.ts";
import { TASKS } from "../plan/tasks.ts";
import { compare, gradientPlan, withDevice } from "./devices.ts";
for (const [name, task] of Object.entries(TASKS)) {
  if (Deno.args[0] && !name.includes(Deno.args[0])) continue;
  const rows = Number(Deno.args[1] ?? 7);
  const { machine } = machineFor(task, rows);
  machine.arena.forEach((v, i) => machine.arena[i] = Math.fround(v));
  const plan = gradientPlan(task, rows);
  try {
    await withDevice({ plan, machine, threads: Number(Deno.args[2] ?? 2) }, async (device, run) => {
      differentiate({ plan, machine });
      await run("train");
      let worst = 0, where = "";
      for (const p of plan.parameters) {
        const g = gradientOf(plan, p);
        const { difference, size } = compare(device.view(g), view(machine, g));
        const rel = difference / size;
        if (!(rel <= worst)) { worst = rel; where = p.name; }
      }
      const io = (["reconstruction", "kl", "z", "loc", "bound"] as const).map((k) => { const b = plan.io[k]; if (!b) return ""; const c = compare(device.view(b), view(machine, b)); return `${k} ${(c.difference / c.size).toExponential(1)}`; }).join(" ");
      console.log(worst > 1e-5 || Number.isNaN(worst) ? "BAD" : "ok ", name.padEnd(45), worst.toExponential(1), where.padEnd(30), io);
    });
  } catch (e) { console.log("ERR", name, (e as Error).message.slice(0, 300)); }
}
