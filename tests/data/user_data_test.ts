import assert from "node:assert/strict";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { isUserDataPath, readUserData, type UserDataOptions } from "../../lib/data/user_data.ts";
import { idx, npy, withFolder } from "./files.ts";

async function read(file: string, bytes: Uint8Array | string, options?: UserDataOptions) {
  let result: Awaited<ReturnType<typeof readUserData>> | undefined;
  await withFolder(async (folder) => {
    const path = join(folder, file);
    await Deno.writeFile(path, typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes);
    result = await readUserData(path, options);
  });
  return result!;
}

/** Rows 0 … n − 1 as CSV: the row's number and its negative half. */
function rows(n: number): string {
  return Array.from({ length: n }, (_, i) => `${i},${-i / 2}\n`).join("");
}

Deno.test("readUserData() splits one file: a fixed tenth, at least one row, tests", async () => {
  for (const [count, test] of [[2, 1], [9, 1], [29, 2], [100, 10]]) {
    const dataset = await read("r.csv", rows(count), { likelihood: "gaussian" });
    assert.deepEqual([dataset.train.count, dataset.test.count], [count - test, test]);
    const numbers = [...dataset.train.values, ...dataset.test.values].filter((_, i) => i % 2 === 0);
    assert.deepEqual(numbers.sort((a, b) => a - b), Array.from({ length: count }, (_, i) => i));
    assert.deepEqual(dataset, await read("r.csv", rows(count), { likelihood: "gaussian" }));
  }
});

Deno.test("readUserData() keeps numbers beside each other in their rows", async () => {
  const { train } = await read("r.csv", rows(50), { likelihood: "gaussian" });
  for (let row = 0; row < train.count; row++) {
    assert.equal(train.values[2 * row + 1], -train.values[2 * row] / 2 + 0);
  }
});

Deno.test("readUserData() maps columns to [0, 1] by the training rows for Bernoulli", async () => {
  const dataset = await read("r.csv", rows(100).replaceAll("\n", ",7\n"));
  const { train, test, scaling } = dataset;
  const raw = await read("r.csv", rows(100).replaceAll("\n", ",7\n"), { likelihood: "gaussian" });
  assert.deepEqual(dataset.shape, [3]);
  const low = Math.min(...raw.train.values.filter((_, i) => i % 3 === 0));
  const high = Math.max(...raw.train.values.filter((_, i) => i % 3 === 0));
  assert.deepEqual(scaling, {
    offset: [low, -high / 2, 7],
    factor: [1 / (high - low), 2 / (high - low), 0],
  });
  for (const column of [0, 1]) {
    const values = train.values.filter((_, i) => i % 3 === column);
    assert.deepEqual([Math.min(...values), Math.max(...values)], [0, 1]);
  }
  assert.ok(
    [...train.values, ...test.values].every((value, i) => value >= 0 && value <= (i % 3 === 2 ? 0 : 1)),
  );
});

Deno.test("readUserData() cuts test values beyond the training range to [0, 1]", async () => {
  // Whichever row tests, all others are 0 or 1 and it is not: put an outlier at the row that tests.
  const plain = await read("r.csv", "0\n1\n2\n3\n", { likelihood: "gaussian" });
  const tested = plain.test.values[0];
  for (const [outlier, expected] of [[99, 1], [-99, 0]]) {
    const text = [0, 1, 2, 3].map((i) => i === tested ? outlier : i).join("\n");
    assert.deepEqual([...(await read("r.csv", text)).test.values], [expected]);
  }
});

Deno.test("readUserData() leaves numbers within [0, 1], and all numbers but for Bernoulli, as they are", async () => {
  const unit = await read("u.csv", "0,0.25\n1,0.5\n0.5,0.75\n");
  assert.equal(unit.scaling, undefined);
  assert.ok([...unit.train.values, ...unit.test.values].every((value) => value * 4 % 1 === 0));
  for (const likelihood of ["gaussian", "student-t"] as const) {
    const free = await read("r.csv", rows(10), { likelihood });
    assert.equal(free.scaling, undefined);
    assert.ok(free.train.values instanceof Float32Array);
  }
});

Deno.test("readUserData() takes integers of a .csv for numbers, 8-bit .npy and .idx for gray levels", async () => {
  const csv = await read("g.csv", "0\n128\n255\n");
  assert.ok(csv.train.values instanceof Float32Array && csv.scaling !== undefined);
  const pixels = Uint8Array.from({ length: 24 }, (_, i) => i);
  const expected = { name: "faces", shape: [2, 3], train: 3, test: 1 };
  const files: [string, Uint8Array][] = [
    ["faces.idx", idx([4, 2, 3], pixels)],
    ["faces.idx.gz", new Uint8Array(gzipSync(idx([4, 2, 3], pixels)))],
    ["faces.npy", npy(pixels, { type: "|u1", shape: "4, 2, 3" })],
  ];
  for (const [file, bytes] of files) {
    const { name, shape, train, test, scaling } = await read(file, bytes);
    assert.deepEqual({ name, shape, train: train.count, test: test.count }, expected);
    assert.ok(train.values instanceof Uint8Array && scaling === undefined);
  }
});

Deno.test("readUserData() hashes the file", async () => {
  const { sha256 } = await read("a.csv", "1\n2\n"); // printf '1\n2\n' | sha256sum
  assert.deepEqual(sha256, { "a.csv": "a6e2b7a040683432de03a18fd8a1939a2fdf82585b364bfc874bdd4095c4cae1" });
});

Deno.test("readUserData() says what is wrong with a file", async () => {
  const nan = npy(Float64Array.of(1, 2, 3, NaN), { type: "<f8", shape: "2, 2" });
  const defects: [string, Uint8Array | string, { name: string; message: RegExp }][] = [
    ["x.npy", nan, { name: "SyntaxError", message: /row 2, column 2 .*got NaN/ }],
    ["x.csv", "1\n1e39\n", {
      name: "SyntaxError",
      message: /row 2, column 1 .* finite 32-bit number, got 1e\+39/,
    }],
    ["x.csv", "1,2\n", { name: "TypeError", message: /at least 2 rows, got \[1, 2\]/ }],
    ["x.npy", npy(Float64Array.of(1, 2), { type: "<f8", shape: "2," }), {
      name: "TypeError",
      message: /must be \[rows, columns\].*got \[2\]/,
    }],
    ["x.npy", npy(Float64Array.of(), { type: "<f8", shape: "2, 0" }), {
      name: "TypeError",
      message: /\[2, 0\]/,
    }],
    ["x.npy", npy(Uint8Array.of(0, 1, 1), { type: "|u1", shape: "3, 1" }), {
      name: "RangeError",
      message: /none of these is above 1; save zeros and ones as bool or float32/,
    }],
    ["x.csv", Uint8Array.of(0xff, 0xfe, 0x31, 0), { name: "SyntaxError", message: /not UTF-8/ }],
    ["x.idx.gz", idx([2, 2], [1, 2, 3, 4]), { name: "SyntaxError", message: /corrupt gzip/ }],
    ["labels-idx1-ubyte", idx([3], [1, 2, 3]), { name: "SyntaxError", message: /wrong magic 0x00000801/ }],
  ];
  for (const [file, bytes, error] of defects) {
    await assert.rejects(read(file, bytes), (thrown) => {
      assert.ok(thrown instanceof Error);
      assert.equal(thrown.name, error.name);
      assert.match(thrown.message, error.message);
      assert.match(thrown.message, new RegExp(`^Cannot (read|use) .*${file}: [^\n]*$`));
      return true;
    });
  }
  await assert.rejects(readUserData("no/such.csv"), {
    message: "Cannot read no/such.csv: there is no such file",
  });
});

Deno.test("isUserDataPath() tells files from names", () => {
  for (const path of ["a.csv", "x/A.NPY", "t10k-images-idx3-ubyte", "q-ubyte.gz", "b.idx", "b.idx.gz"]) {
    assert.ok(isUserDataPath(path), path);
  }
  for (const name of ["mnist", "fashion-mnist", "a.gz", "csv", "a.txt", ""]) {
    assert.ok(!isUserDataPath(name), name);
  }
});
