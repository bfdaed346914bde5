import assert from "node:assert/strict";
import { object, or } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional } from "@optique/core/modifiers";
import { argument, command as subcommand, option } from "@optique/core/primitives";
import { integer, string } from "@optique/core/valueparser";
import config from "../../../deno.json" with { type: "json" };
import { UsageError } from "../../../lib/run/usage_error.ts";
import { type Command, executeCommand, type Handler } from "../../../scripts/cli/command.ts";

interface Values {
  readonly run: string;
  readonly pages: number | undefined;
}

const command: Command<Values> = {
  name: "plot",
  brief: "Draws the figures of a run.",
  description: "Writes figures and a report into the run directory.",
  examples: ["deno task plot runs/a", "deno task plot runs/a --pages 2"],
  parser: object({
    run: argument(string({ metavar: "RUN" })),
    pages: optional(option("--pages", integer({ metavar: "N" }), { description: message`how many pages` })),
  }),
};

async function execute(
  args: readonly string[],
  handler: Handler<Values> = () => {},
): Promise<{ code: number; stdout: string; stderr: string[] }> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const code = await executeCommand(command, handler, {
    args,
    stdout: (lines) => void stdout.push(lines),
    stderr: (lines) => void stderr.push(lines),
  });
  return { code, stdout: stdout.join("\n"), stderr };
}

Deno.test("executeCommand() gives the parsed arguments to the handler and takes its exit code", async () => {
  let given: Values | undefined;
  const done = await execute(["--pages", "2", "runs/a"], (values) => void (given = values));
  assert.deepEqual(done, { code: 0, stdout: "", stderr: [] });
  assert.deepEqual(given, { run: "runs/a", pages: 2 });
  assert.equal((await execute(["runs/a"], () => 3)).code, 3);
  assert.equal((await execute(["runs/a"], () => Promise.resolve(4))).code, 4);
});

Deno.test("executeCommand() answers --help with usage, flags and examples, and does not call the handler", async () => {
  const { code, stdout, stderr } = await execute(["--help"], () => assert.fail("called"));
  assert.equal(code, 0);
  assert.deepEqual(stderr, []);
  assert.match(stdout, /^Draws the figures of a run\.$/m);
  assert.match(stdout, /^Usage: deno task plot \[--pages N\] RUN$/m);
  assert.match(stdout, /^ {2}--pages N +how many pages$/m);
  assert.match(stdout, /^Examples:\n {2}deno task plot runs\/a\n {2}deno task plot runs\/a --pages 2$/m);
  assert.match(stdout, /^ {2}--help +show this help$/m);
  assert.match(stdout, /source <\(deno task --quiet plot --completion/);
  assert.doesNotMatch(stdout, /\bARG\b/);
});

Deno.test("executeCommand() names a subcommand's flags in its usage where they are few", async () => {
  const given = (name: "a" | "b" | "c" | "d" | "e" | "f") => optional(option(`--${name}`, string()));
  const [a, b, c, d, e, f] = (["a", "b", "c", "d", "e", "f"] as const).map(given);
  const file = argument(string({ metavar: "FILE" }));
  const parser = or(
    subcommand("few", object({ file, pages: optional(option("--pages", integer({ metavar: "N" }))) })),
    subcommand("many", object({ file, a, b, c, d, e, f })),
  );
  const usage = async (...args: string[]): Promise<string> => {
    const shown: string[] = [];
    await executeCommand({ ...command, parser }, () => {}, {
      args,
      stdout: (lines) => void shown.push(lines),
    });
    return shown.join("\n");
  };
  assert.match(await usage("few", "--help"), /^Usage: deno task plot few \[--pages N\] FILE$/m);
  assert.match(await usage("many", "--help"), /^Usage: deno task plot many \[FLAGS\] FILE$/m);
  assert.match(
    await usage("--help"),
    /^Usage: deno task plot few \[--pages N\] FILE\n +deno task plot many \[FLAGS\] FILE\n\n/m,
  );
});

Deno.test("executeCommand() answers --version with the package's version", async () => {
  assert.deepEqual(await execute(["--version"]), { code: 0, stdout: config.version, stderr: [] });
});

Deno.test("executeCommand() turns every usage error into one line and exit code 2", async () => {
  const cases: readonly [string[], RegExp][] = [
    [["runs/a", "--page", "2"], /"--page"\. Did you mean `--pages`\?$/],
    [["runs/a", "--pages"], /`--pages` requires `N`/],
    [["runs/a", "--pages", "two"], /`--pages`: .*two/],
    [["runs/a", "--pages", "1", "--pages", "2"], /multiple times/],
    [["runs/a", "runs/b"], /"runs\/b"/],
    [[], /argument|RUN/],
    [["--completion", "tcsh"], /tcsh.*bash/],
  ];
  for (const [args, expected] of cases) {
    const { code, stdout, stderr } = await execute(args, () => assert.fail("called"));
    assert.equal(code, 2, args.join(" "));
    assert.equal(stdout, "");
    assert.equal(stderr.length, 1);
    assert.match(stderr[0], /^error: [^\n]+$/);
    assert.match(stderr[0], expected);
  }
});

Deno.test("executeCommand() tells a UsageError, a failure and an interruption apart", async () => {
  const fail = async (error: unknown): Promise<[number, string[]]> => {
    const { code, stderr } = await execute(["runs/a"], () => {
      throw error;
    });
    return [code, stderr];
  };
  assert.deepEqual(await fail(new UsageError("epochs must be >= 1")), [2, ["error: epochs must be >= 1"]]);
  assert.deepEqual(await fail(new Error("Cannot read x\nmore")), [1, ["error: Cannot read x"]]);
  assert.deepEqual(await fail("a string"), [1, ["error: a string"]]);
  assert.deepEqual(await fail(new DOMException("aborted", "AbortError")), [130, ["interrupted"]]);
  assert.deepEqual(await fail(AbortSignal.abort().reason), [130, ["interrupted"]]);
});

Deno.test("executeCommand() shows the stack when TVAE_DEBUG is 1", async () => {
  Deno.env.set("TVAE_DEBUG", "1");
  try {
    const { stderr } = await execute(["runs/a"], () => {
      throw new Error("Cannot read x");
    });
    assert.equal(stderr.length, 2);
    assert.match(stderr[1], /command_test\.ts:\d+/);
  } finally {
    Deno.env.delete("TVAE_DEBUG");
  }
});

Deno.test("executeCommand() completes flags and prints a script for every shell", async () => {
  assert.equal((await execute(["--completion", "bash", "--pa"])).stdout.trim(), "--pages");
  for (const shell of ["bash", "zsh", "fish", "nu", "pwsh"]) {
    const { code, stdout } = await execute(["--completion", shell]);
    assert.equal(code, 0);
    assert.match(stdout, /tvae-plot.*deno.* run --config \S*deno\.json .*--allow-read.* \S*plot\.ts /, shell);
  }
});
