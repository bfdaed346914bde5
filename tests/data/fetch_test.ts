import assert from "node:assert/strict";
import { join } from "node:path";
import { fetchDataset, type FetchEvent } from "../../lib/data/fetch.ts";
import { type Tiny, tinyDataset, withFolder, writeMirror } from "./files.ts";

const FILES = [
  "train-images-ubyte.gz",
  "train-labels-ubyte.gz",
  "test-images-ubyte.gz",
  "test-labels-ubyte.gz",
];

/** Impatient, so that failing sources do not hold up the tests. */
const IMPATIENT = { attempts: 2, backoffSeconds: 0.01, idleSeconds: 0.3 };

/** Nothing listens on the port of a closed server. */
async function deadHost(): Promise<string> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response());
  const host = `http://127.0.0.1:${server.addr.port}`;
  await server.shutdown();
  return host;
}

/** Runs something with a local server. */
async function withServer(
  handler: (path: string) => Response | Promise<Response>,
  run: (origin: string) => Promise<void>,
): Promise<void> {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => handler(new URL(request.url).pathname),
  );
  await run(`http://127.0.0.1:${server.addr.port}`);
}

/** Serves a tiny data set's files under any path. */
function serve({ files }: Tiny): (path: string) => Response {
  return (path) => {
    const body = files.get(path.split("/").at(-1)!);
    return body === undefined ? new Response("none", { status: 404 }) : new Response(body);
  };
}

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
}

/** The files are there, whole, and nothing else is but the manifest. */
async function assertWhole(dir: string, { files }: Tiny): Promise<void> {
  assert.deepEqual(await namesIn(join(dir, "tiny")), [...FILES, "manifest.json"].sort());
  for (const [name, bytes] of files) assert.deepEqual(await Deno.readFile(join(dir, "tiny", name)), bytes);
}

Deno.test("fetchDataset() copies from a mirror folder and writes a manifest", () =>
  withFolder(async (root) => {
    const tiny = await tinyDataset();
    const mirror = await writeMirror(root, tiny);
    const dir = join(root, "data");
    const files = await fetchDataset("tiny", { dir, mirror, registry: tiny.registry });
    assert.deepEqual(files.map(({ path }) => path), FILES.map((name) => join(dir, "tiny", name)));
    await assertWhole(dir, tiny);
    const manifest = JSON.parse(await Deno.readTextFile(join(dir, "tiny", "manifest.json")));
    assert.deepEqual(manifest, {
      dataset: "tiny",
      title: "Tiny",
      licence: "CC0",
      files: tiny.registry.tiny.files.map(({ name, bytes, sha256, contentSha256 }) => ({
        name,
        url: join(mirror, "tiny", name),
        bytes,
        sha256,
        contentSha256,
      })),
    });
  }));

Deno.test("fetchDataset() brings the files that a data set is made from", () =>
  withFolder(async (root) => {
    const tiny = await tinyDataset();
    const mirror = await writeMirror(root, tiny);
    const made = { ...tiny.registry.tiny, files: [], madeFrom: "tiny" };
    const dir = join(root, "data");
    const files = await fetchDataset("made", { dir, mirror, registry: { ...tiny.registry, made } });
    assert.deepEqual(files.map(({ path }) => path), FILES.map((name) => join(dir, "tiny", name)));
  }));

Deno.test("fetchDataset() reads a web mirror laid out like the folder, with progress to the last byte", () =>
  withFolder(async (root) => {
    const tiny = await tinyDataset();
    const paths: string[] = [];
    const answer = serve(tiny);
    await withServer((path) => (paths.push(path), answer(path)), async (origin) => {
      const events: FetchEvent[] = [];
      const onProgress = (event: FetchEvent) => events.push(event);
      await fetchDataset("tiny", { dir: root, mirror: origin + "/", registry: tiny.registry, onProgress });
      assert.deepEqual(paths.sort(), FILES.map((name) => `/tiny/${name}`).sort());
      for (const { name, bytes } of tiny.registry.tiny.files) {
        const own = events.filter(({ file }) => file === name);
        assert.ok(own.every(({ dataset, total }) => dataset === "tiny" && total === bytes));
        const last = own.filter((event) => event.kind === "progress").at(-1);
        assert.equal(last?.received, bytes);
        assert.equal(own.at(-1)?.kind, "fetched");
      }
    });
    await assertWhole(root, tiny);
  }));

Deno.test("fetchDataset() asks for nothing that is intact, and fetches again what is corrupt or gone", () =>
  withFolder(async (root) => {
    const asked: string[] = [];
    let answer = (_: string) => new Response();
    await withServer((path) => (asked.push(path), answer(path)), async (origin) => {
      const tiny = await tinyDataset(origin);
      answer = serve(tiny);
      const options = { dir: root, registry: tiny.registry };
      await fetchDataset("tiny", options);
      const manifest = await Deno.readTextFile(join(root, "tiny", "manifest.json"));
      asked.length = 0;

      const kinds: string[] = [];
      const again = await fetchDataset("tiny", { ...options, onProgress: ({ kind }) => kinds.push(kind) });
      assert.deepEqual(asked, []);
      assert.deepEqual(kinds, ["intact", "intact", "intact", "intact"]);
      assert.ok(again.every(({ source }) => source === undefined));

      const path = join(root, "tiny", FILES[0]);
      const damaged = await Deno.readFile(path);
      damaged[20] ^= 1;
      await Deno.writeFile(path, damaged);
      await Deno.remove(join(root, "tiny", FILES[3]));
      await fetchDataset("tiny", options);
      assert.deepEqual(asked.sort(), [FILES[0], FILES[3]].map((name) => `/${name}`).sort());
      await assertWhole(root, tiny);
      assert.equal(await Deno.readTextFile(join(root, "tiny", "manifest.json")), manifest);
    });
  }));

Deno.test("fetchDataset() moves on from mirrors that are dead, corrupt, short, long, silent or lack a file", () =>
  withFolder(async (root) => {
    let files: Tiny["files"] = new Map();
    const answer = async (path: string): Promise<Response> => {
      const [, mirror, name] = path.split("/");
      const body = files.get(name)!;
      switch (mirror) {
        case "corrupt":
          return new Response(body.with(20, body[20] ^ 1));
        case "short":
          return new Response(body.subarray(0, 10));
        case "long":
          return new Response(Uint8Array.of(...body, 0));
        case "busy":
          return new Response("busy", { status: 503 });
        case "silent":
          return await new Promise((resolve) => setTimeout(() => resolve(new Response("late")), 600));
        case "good":
          return new Response(body);
        default:
          return new Response("none", { status: 404 });
      }
    };
    await withServer(answer, async (origin) => {
      const bad = ["missing", "corrupt", "short", "long", "busy", "silent"].map((name) =>
        `${origin}/${name}`
      );
      const tiny = await tinyDataset(await deadHost(), ...bad, `${origin}/good`);
      files = tiny.files;
      const failures = new Map<string, string>();
      const onProgress = (event: FetchEvent) => {
        if (event.kind === "failed" && event.file === FILES[0]) {
          failures.set(new URL(event.source).pathname.split("/")[1], event.reason);
        }
      };
      await fetchDataset("tiny", { dir: root, registry: tiny.registry, onProgress, ...IMPATIENT });
      await assertWhole(root, tiny);
      assert.match(failures.get(FILES[0])!, /refused/i);
      assert.match(failures.get("missing")!, /HTTP status 404/);
      assert.match(failures.get("corrupt")!, /corrupt: \d+ bytes with SHA-256 [0-9a-f]{64}, expected/);
      assert.match(failures.get("short")!, /corrupt: 10 bytes/);
      assert.match(failures.get("long")!, /more than the \d+ bytes expected/);
      assert.match(failures.get("busy")!, /HTTP status 503/);
      assert.match(failures.get("silent")!, /no bytes for 0\.3 s/);
      assert.equal(failures.size, 7);
    });
  }));

Deno.test("fetchDataset() tries again a server that was busy, not one that has no such file", () =>
  withFolder(async (root) => {
    const asked = new Map<string, number>();
    let good = (_: string) => new Response();
    const answer = (path: string) => {
      const times = (asked.get(path) ?? 0) + 1;
      asked.set(path, times);
      if (path.startsWith("/none/")) return new Response("none", { status: 404 });
      return times < 3 ? new Response("busy", { status: 503 }) : good(path);
    };
    await withServer(answer, async (origin) => {
      const tiny = await tinyDataset(`${origin}/none`, `${origin}/busy`);
      good = serve(tiny);
      await fetchDataset("tiny", { dir: root, registry: tiny.registry, ...IMPATIENT, attempts: 3 });
      await assertWhole(root, tiny);
      for (const name of FILES) {
        assert.equal(asked.get(`/busy/${name}`), 3);
        assert.equal(asked.get(`/none/${name}`), 1);
      }
    });
  }));

Deno.test("fetchDataset() says in one line which hosts failed and what to do instead", () =>
  withFolder(async (root) => {
    const [first, second] = [await deadHost(), await deadHost()];
    const tiny = await tinyDataset(first, second);
    await assert.rejects(
      fetchDataset("tiny", { dir: root, registry: tiny.registry, ...IMPATIENT }),
      (error) => {
        assert.ok(error instanceof Error);
        assert.match(error.message, /^Cannot fetch tiny: no whole [^\n]+$/);
        for (const host of [first, second]) assert.ok(error.message.includes(`${new URL(host).host} (`));
        for (const way of ["--mirror DIR|URL", "TVAE_MIRROR", "needs no network is glyphs"]) {
          assert.ok(error.message.includes(way), error.message);
        }
        return true;
      },
    );
    assert.deepEqual(await namesIn(root), []);
  }));

Deno.test("fetchDataset() takes a corrupt named mirror for an error, and never asks the published ones", () =>
  withFolder(async (root) => {
    let asked = 0;
    await withServer(() => (asked++, new Response()), async (origin) => {
      const tiny = await tinyDataset(origin);
      const mirror = await writeMirror(root, tiny);
      const path = join(mirror, "tiny", FILES[1]);
      const damaged = await Deno.readFile(path);
      damaged[15] ^= 1;
      await Deno.writeFile(path, damaged);
      const dir = join(root, "data");
      const options = { dir, mirror, registry: tiny.registry };
      await assert.rejects(fetchDataset("tiny", options), (error) => {
        assert.ok(error instanceof Error);
        const expected = tiny.registry.tiny.files[1].sha256;
        assert.ok(
          error.message.startsWith(`Cannot fetch tiny: no whole ${FILES[1]} from ${path} (corrupt: `),
        );
        assert.match(error.message, new RegExp(`SHA-256 [0-9a-f]{64}, expected \\d+ with ${expected}`));
        return true;
      });
      await Deno.remove(path);
      await assert.rejects(fetchDataset("tiny", options), { message: /\(no such file\)/ });
      await assert.rejects(Deno.stat(join(dir, "tiny", FILES[1])), Deno.errors.NotFound);
      assert.equal(asked, 0);
    });
  }));

Deno.test("fetchDataset() stops when aborted, with the signal's reason and no half file", () =>
  withFolder(async (root) => {
    const trickle = () => {
      let timer: ReturnType<typeof setInterval>;
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => void (timer = setInterval(() => controller.enqueue(Uint8Array.of(0)), 5)),
        cancel: () => clearInterval(timer),
      });
      return new Response(body);
    };
    await withServer(trickle, async (origin) => {
      const tiny = await tinyDataset(origin);
      const controller = new AbortController();
      const reason = new Error("enough");
      const onProgress = ({ kind }: FetchEvent) => void (kind === "progress" && controller.abort(reason));
      await assert.rejects(
        fetchDataset("tiny", { dir: root, registry: tiny.registry, onProgress, signal: controller.signal }),
        reason,
      );
      assert.deepEqual(await namesIn(root), []);
    });
  }));

Deno.test("fetchDataset() stops waiting for the next attempt when aborted, with the signal's reason", () =>
  withFolder(async (root) => {
    const tiny = await tinyDataset(await deadHost());
    const controller = new AbortController();
    const reason = new Error("enough");
    const onProgress = () => void setTimeout(() => controller.abort(reason), 20);
    const options = { dir: root, registry: tiny.registry, onProgress, backoffSeconds: 3600 };
    await assert.rejects(fetchDataset("tiny", { ...options, signal: controller.signal }), reason);
  }));

Deno.test("fetchDataset() may run several times at once in one folder", () =>
  withFolder(async (root) => {
    const tiny = await tinyDataset();
    const mirror = await writeMirror(root, tiny);
    const dir = join(root, "data");
    const runs = Array.from({ length: 8 }, () =>
      fetchDataset("tiny", { dir, mirror, registry: tiny.registry }));
    await Promise.all(runs);
    await assertWhole(dir, tiny);
  }));

Deno.test("fetchDataset() names a folder that it cannot use and a data set that it does not know", () =>
  withFolder(async (root) => {
    const tiny = await tinyDataset();
    const file = join(root, "file");
    await Deno.writeTextFile(file, "");
    await assert.rejects(fetchDataset("tiny", { dir: file, registry: tiny.registry }), {
      name: "Error",
      message: /^Cannot read .*file[/\\]tiny[/\\][^\n]+$/,
    });
    await assert.rejects(fetchDataset("mnits"), {
      name: "RangeError",
      message:
        "Unknown data set mnits; valid: glyphs, mnist, binarized-mnist, fashion-mnist, heavy-tail-1d, heavy-tail-2d; did you mean mnist?",
    });
    assert.deepEqual(await fetchDataset("glyphs", { dir: file }), []);
  }));
