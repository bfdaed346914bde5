/**
 * A Slurm cluster of one node, for tests, apart from any that the machine may have.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";

/** Programs that are needed, as Debian's packages slurm-wlm and munge bring them. */
const PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel"];

/** What anything takes at most, in milliseconds: far more than it does, because machines that test are busy. */
const PATIENCE = 180_000;

/** A cluster; `await using` it ends it and all its jobs. */
export interface Cluster extends AsyncDisposable {
  /** What Slurm's programs need to find it. */
  readonly env: Readonly<Record<string, string>>;
  /** The name of its node. */
  readonly node: string;
  /** Runs one of Slurm's programs, which must succeed. */
  slurm(program: string, ...args: string[]): Promise<string>;
}

/**
 * Why there can be no cluster here; undefined if there can.
 *
 * Whoever starts the daemons is Slurm's administrator, and jobs run as the one who submits them: without being root
 * that would have to be the same person, which `slurmd` does not take.
 */
export async function clusterObstacle(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "Slurm runs on Linux";
  const absent: string[] = [];
  for (const program of PROGRAMS) if (await findProgram(program) === undefined) absent.push(program);
  if (absent.length > 0) return `not installed: ${absent.join(", ")}`;
  return Deno.uid() === 0 ? undefined : "Slurm's daemons need root";
}

/**
 * Starts a cluster whose daemons listen on free ports and write into a folder of their own.
 *
 * @param cpus of the node; there may be more than the machine has
 * @returns the cluster, its node idle
 */
export async function startCluster({ cpus }: { readonly cpus: number }): Promise<Cluster> {
  const path = await Deno.makeTempDir({ prefix: "tvae-slurm-" });
  // Clients of other users must reach the socket; munged insists.
  await Deno.chmod(path, 0o755);
  for (const name of ["state", "spool"]) await Deno.mkdir(join(path, name), { mode: 0o755 });
  await Deno.writeFile(join(path, "munge.key"), crypto.getRandomValues(new Uint8Array(128)), { mode: 0o600 });
  const node = Deno.hostname().split(".")[0];
  const conf = join(path, "slurm.conf");
  await Deno.writeTextFile(conf, configuration({ path, node, cpus }));
  const env = { SLURM_CONF: conf };

  const daemons: Deno.ChildProcess[] = [];
  const start = async (program: string, ...args: string[]): Promise<void> => {
    const command = (await findProgram(program))!;
    daemons.push(
      new Deno.Command(command, { args, env, stdin: "null", stdout: "null", stderr: "null" }).spawn(),
    );
  };
  const slurm = async (program: string, ...args: string[]): Promise<string> => {
    const { success, stdout, stderr } = await new Deno.Command(program, { args, env }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assert.ok(success, `${program}: ${text(stderr)}`);
    return text(stdout);
  };
  const stop = async (): Promise<void> => {
    await slurm("scancel", "--user=root").catch(() => {});
    await settled(async () => (await slurm("squeue", "--noheader")) === "").catch(() => {});
    for (const daemon of daemons.reverse()) {
      daemon.kill("SIGTERM");
      await daemon.status;
    }
    // Those who watched the jobs may still be writing.
    await settled(async () => (await Deno.remove(path, { recursive: true }), true));
  };

  try {
    await start(
      "munged",
      "--foreground",
      ...["key", "socket", "log", "pid", "seed"].map((name) =>
        name === "socket"
          ? `--socket=${join(path, "munge.socket")}`
          : `--${name}-file=${join(path, `munge.${name}`)}`
      ),
    );
    await settled(async () => (await Deno.stat(join(path, "munge.socket"))).isSocket === true);
    await start("slurmctld", "-D");
    await start("slurmd", "-D");
    await settled(async () => (await slurm("sinfo", "--noheader", "--format=%T")).trim() === "idle");
  } catch (error) {
    await stop();
    throw error;
  }
  return { env, node, slurm, [Symbol.asyncDispose]: stop };
}

/**
 * Waits until something holds; what throws does not hold yet.
 *
 * @param holds is asked ten times a second
 */
export async function settled(holds: () => Promise<boolean>): Promise<void> {
  const begun = performance.now();
  for (let error: unknown; !await holds().catch((e) => (error = e, false));) {
    assert.ok(performance.now() - begun < PATIENCE, `waited in vain: ${error ?? holds}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Nothing here limits or binds jobs, because containers may not; and a requeued job waits seconds, not minutes. */
function configuration({ path, node, cpus }: { path: string; node: string; cpus: number }): string {
  const [controller, daemon] = freePorts(2);
  const settings = {
    ClusterName: "test",
    SlurmctldHost: `${node}(127.0.0.1)`,
    SlurmctldPort: controller,
    SlurmdPort: daemon,
    SlurmUser: "root",
    SlurmdUser: "root",
    AuthType: "auth/munge",
    AuthInfo: `socket=${join(path, "munge.socket")},cred_expire=5`,
    StateSaveLocation: join(path, "state"),
    SlurmdSpoolDir: join(path, "spool"),
    SlurmctldPidFile: join(path, "slurmctld.pid"),
    SlurmdPidFile: join(path, "slurmd.pid"),
    SlurmctldLogFile: join(path, "slurmctld.log"),
    SlurmdLogFile: join(path, "slurmd.log"),
    ProctrackType: "proctrack/linuxproc",
    TaskPlugin: "task/none",
    JobAcctGatherType: "jobacct_gather/none",
    AccountingStorageType: "accounting_storage/none",
    SelectType: "select/cons_tres",
    SelectTypeParameters: "CR_CPU",
    SwitchType: "switch/none",
    MpiDefault: "none",
    MailProg: "/bin/true",
    ReturnToService: 2,
    SchedulerType: "sched/backfill",
    SchedulerParameters: "batch_sched_delay=0,sched_interval=1,bf_interval=1",
    SlurmdParameters: "config_overrides",
    KillWait: 5,
  };
  return [
    ...Object.entries(settings).map(([key, value]) => `${key}=${value}`),
    `NodeName=${node} NodeAddr=127.0.0.1 CPUs=${cpus} State=UNKNOWN`,
    "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP",
    "",
  ].join("\n");
}

function freePorts(count: number): number[] {
  const listeners = Array.from({ length: count }, () => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const ports = listeners.map(({ addr }) => addr.port);
  listeners.forEach((listener) => listener.close());
  return ports;
}

/** Daemons are in /usr/sbin, which is not in everyone's PATH. */
async function findProgram(name: string): Promise<string | undefined> {
  for (const folder of [...Deno.env.get("PATH")!.split(":"), "/usr/sbin", "/sbin"]) {
    const path = join(folder, name);
    if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
  }
}
