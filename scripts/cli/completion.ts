/**
 * Shell completion for commands whose name has spaces.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { bash, fish, nu, pwsh, type ShellCompletion, zsh } from "@optique/core/completion";
import config from "../../deno.json" with { type: "json" };

/**
 * Completion for every shell Optique knows.
 *
 * A shell completes by the first word of a line, which for `deno task train` is `deno`. So each script also defines
 * a short command, `tvae-train`, that stands for the task and can be completed. It runs the task's command in the
 * folder that it is called from, where `deno task` would go to the folder of deno.json, and completed paths mislead.
 *
 * @param task the task's name, such as `train`
 * @returns one generator per shell, by the shell's name
 */
export function taskCompletion(task: string): Record<string, ShellCompletion> {
  const command = shortCommand(task);
  const definitions: readonly [ShellCompletion, (line: string) => string][] = [
    [bash, (line) => `${command}() { ${line} "$@"; }`],
    [zsh, (line) => `${command}() { ${line} "$@"; }`],
    [fish, (line) => `function ${command}; ${line} $argv; end`],
    [nu, (line) => `def --wrapped ${command} [...args] { ^${line} ...$args }`],
    [pwsh, (line) => `function ${command} { & ${line} @args }`],
  ];
  return Object.fromEntries(definitions.map(([shell, definition]) => [shell.name, {
    name: shell.name,
    generateScript: (_program, args) =>
      `${shell.generateScript(command, args)}\n${definition(taskCommand(task).map(quote).join(" "))}\n`,
    encodeSuggestions: (suggestions) => shell.encodeSuggestions(suggestions),
  }]));
}

/** `deno run` with the task's permissions and whole paths, for any folder. */
function taskCommand(task: string): string[] {
  const [, run, ...flags] = (config.tasks as Record<string, { command: string }>)[task].command.split(" ");
  const script = flags.pop()!;
  const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
  return [Deno.execPath(), run, "--config", path("deno.json"), ...flags, path(script)];
}

/** The command that a completion script defines: `tvae-train`. */
export function shortCommand(task: string): string {
  return `tvae-${task}`;
}

/** Single quotes mean the same in all five shells, as long as there is none inside. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`;
}
