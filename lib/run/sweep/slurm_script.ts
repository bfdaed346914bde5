/**
 * What Slurm is given to run for a sweep, as text.
 *
 * @module
 */

/** Seconds before a time limit at which Slurm is to say so; it may say so up to a minute and a half earlier. */
export const NOTICE_SECONDS = 90;

/** Seconds that a cell then has to save its state, before it is put back into the queue all the same. */
const SAVING_SECONDS = 45;

/**
 * Cells of one job array. Slurm's indices end at 1000 unless its administrator allows more; a larger sweep takes
 * several arrays.
 */
export const ARRAY_SIZE = 1000;

/** What a cell's script needs to know. */
export interface CellScript {
  /** The sweep's folder, absolute. */
  readonly folder: string;
  /** The command that trains, without the arguments that tell cells apart; its program by its absolute path. */
  readonly train: readonly string[];
}

/**
 * The script of a job array that trains a sweep's cells. Its argument is the cell that has index 0 in the array.
 *
 * Whatever stopped a cell (a time limit, a requeue, a lost node), the script goes on from its last checkpoint when Slurm
 * starts it again. Of a time limit it must be told by USR1: training saves its state then, and the cell goes back into
 * the queue, unless it has not written one checkpoint since it started, because then it never would. TERM means that
 * Slurm has decided already; it is passed on, and no more.
 *
 * @param script the folder and the command
 * @returns a script for bash; it expects `--cpus-per-task`
 *
 * @example
 * ```ts
 * import { cellScript } from "./slurm_script.ts";
 * import assert from "node:assert/strict";
 *
 * const script = cellScript({ folder: "/home/me/it's", train: ["/opt/deno", "run", "train.ts"] });
 * assert.ok(script.includes(`sweep='/home/me/it'\\''s'\n`));
 * ```
 */
export function cellScript({ folder, train }: CellScript): string {
  return `#!/bin/bash
#
# Trains one cell of a sweep; written and submitted by \`deno task sweep run --on slurm\`.

sweep=${quote(folder)}
train=(${train.map(quote).join(" ")})

printf -v index %04d $(($1 + SLURM_ARRAY_TASK_ID))
task=\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
cell=("$sweep/cells/$index"-*.json)
name=$(basename "\${cell[0]}" .json)
run=$sweep/$name
exec >>"$sweep/logs/$name.log" 2>&1
echo "== Slurm job $task on $(hostname), start $((\${SLURM_RESTART_COUNT:-0} + 1))"

finished() { grep -qs '"state": "done"' "$run/status.json"; }
checkpoint() { stat -c '%i %Y' "$run/checkpoints/last.safetensors" 2>/dev/null; }

# A node that was given up for lost may take until now to end its process, or its file system to let go of the lock.
if [[ -e $run/lock ]]; then flock --timeout 120 "$run/lock" true; fi

if finished; then exit; fi
if [[ -e $run/config.json ]]; then
  arguments=(--run "$run" --resume)
else
  arguments=(--config "\${cell[0]}" --run "$run")
fi
before=$(checkpoint)

stop() { kill -TERM "$process" 2>/dev/null; }

limit() {
  stop
  for ((second = 0; second < ${SAVING_SECONDS}; second++)); do
    kill -0 "$process" 2>/dev/null || break
    sleep 1
  done
  if finished; then return; fi
  if [[ $(checkpoint) == "$before" ]]; then
    echo 'error: Cannot train: the time limit came before the first checkpoint; give more with --time'
  else
    echo 'time limit: back into the queue'
    scontrol requeue "$task"
  fi
}

# Training may start its program again, by its name.
export PATH=\${train[0]%/*}:$PATH DENO_NO_UPDATE_CHECK=1 NO_COLOR=1
trap stop TERM
trap limit USR1
"\${train[@]}" "\${arguments[@]}" --threads "$SLURM_CPUS_PER_TASK" </dev/null &
process=$!
# A signal ends the first wait; the second goes on, or is told the exit code once more.
wait "$process"
wait "$process"
`;
}

/**
 * A word for a shell.
 *
 * @param word any text without NUL
 * @returns it, in quotes
 */
export function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * Indices as Slurm writes them.
 *
 * @param indices ascending, each once
 * @returns such as `0-3,7`
 *
 * @example
 * ```ts
 * import { indexList } from "./slurm_script.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(indexList([0, 1, 2, 3, 7]), "0-3,7");
 * ```
 */
export function indexList(indices: readonly number[]): string {
  const firsts = indices.filter((index, i) => index !== indices[i - 1] + 1);
  const lasts = indices.filter((index, i) => index !== indices[i + 1] - 1);
  return firsts.map((first, i) => first === lasts[i] ? `${first}` : `${first}-${lasts[i]}`).join(",");
}

/**
 * The name of one file, where Slurm takes `%` for the beginning of a pattern.
 *
 * @param path the file, absolute
 * @returns a pattern of that file alone
 */
export function outputPattern(path: string): string {
  return path.replaceAll("%", "%%");
}
