import assert from "node:assert/strict";

const SCRIPT = new URL("./fixtures/interruptible.ts", import.meta.url);
const options = { ignore: Deno.build.os === "windows" };

/** Starts the waiting command and sends it some signals after each line it writes. */
async function interrupt(
  args: string[],
  signals: Deno.Signal[][],
): Promise<{ code: number; stderr: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", SCRIPT.href, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  for (const group of signals) {
    await lines.read();
    group.forEach((signal) => child.kill(signal));
  }
  while (!(await lines.read()).done);
  const stderr = await new Response(child.stderr).text();
  return { code: (await child.status).code, stderr };
}

Deno.test("interruptSignal() lets a command end tidily with exit code 130", options, async () => {
  for (const signals of [["SIGINT"], ["SIGTERM"], ["SIGINT", "SIGTERM"]] as Deno.Signal[][]) {
    const { code, stderr } = await interrupt([], [signals]);
    assert.equal(code, 130, signals.join());
    assert.equal(
      stderr,
      "interrupted: finishing the step under way; again to stop at once\ninterrupted\n",
      signals.join(),
    );
  }
});

Deno.test("interruptSignal() ends the process at the second Ctrl-C", options, async () => {
  const { code, stderr } = await interrupt(["--deaf"], [["SIGINT"], ["SIGINT"]]);
  assert.equal(code, 130);
  assert.equal(stderr, "interrupted: finishing the step under way; again to stop at once\n");
});
