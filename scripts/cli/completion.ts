/**
 * Shell completion for commands whose name has spaces.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { bash, fish, nu, pwsh, type ShellCompletion, zsh } from "@optique/core/completion";

/**
 * Completion for every shell Optique knows.
 *
 * A shell completes by the first word of a line, which for `deno task train` is `deno`. So each script also defines
 * a short command, `tvae-train`, that stands for the task and can be completed.
 *
 * @param task the task's name, such as `train`
 * @returns one generator per shell, by the shell's name
 */
export function taskCompletion(task: string): Record<string, ShellCompletion> {
  const command = shortCommand(task);
  const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
  const words = [Deno.execPath(), "task", "--quiet", "--config", config, task];
  const line = words.map(quote).join(" ");
  const definitions: readonly [ShellCompletion, string][] = [
    [bash, `${command}() { ${line} "$@"; }`],
    [zsh, `${command}() { ${line} "$@"; }`],
    [fish, `function ${command}; ${line} $argv; end`],
    [nu, `def --wrapped ${command} [...args] { ^${line} ...$args }`],
    [pwsh, `function ${command} { & ${line} @args }`],
  ];
  return Object.fromEntries(definitions.map(([shell, definition]) => [shell.name, {
    name: shell.name,
    generateScript: (_program, args) => `${shell.generateScript(command, args)}\n${definition}\n`,
    encodeSuggestions: (suggestions) => shell.encodeSuggestions(suggestions),
  }]));
}

/** The command that a completion script defines: `tvae-train`. */
export function shortCommand(task: string): string {
  return `tvae-${task}`;
}

/** Single quotes mean the same in all five shells, as long as there is none inside. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`;
}
