import assert from "node:assert/strict";
import type { Dataset, Split } from "../../lib/data/dataset.ts";
import { addOutliers, type OutlierOptions } from "../../lib/data/outliers.ts";

const COUNT = 400, SIZE = 100;

const images = (value: number): Split => ({
  values: new Uint8Array(COUNT * SIZE).fill(value),
  count: COUNT,
  labels: Uint8Array.from({ length: COUNT }, (_, i) => i % 10),
});
const gray: Dataset = {
  name: "gray",
  shape: [10, 10],
  train: images(100),
  test: images(100),
  sha256: { a: "b" },
};

/** Column j has values from −j to j in equal steps, in both parts. */
const numbers = (unit: number): Dataset => {
  const split = {
    values: Float32Array.from(
      { length: COUNT * 3 },
      (_, i) =>
        unit === 1 ? Math.floor(i / 3) / (COUNT - 1) : (i % 3) * (2 * Math.floor(i / 3) / (COUNT - 1) - 1),
    ),
    count: COUNT,
  };
  return { name: "numbers", shape: [3], train: split, test: split, sha256: {} };
};

/** Rows whose values differ. */
function changed(before: Split, after: Split): number[] {
  const size = before.values.length / before.count;
  return Array.from({ length: before.count }, (_, row) => row).filter((row) =>
    before.values.subarray(row * size, (row + 1) * size).some((value, i) =>
      value !== after.values[row * size + i]
    )
  );
}

/** The elements of the rows that were replaced. */
function outlying(dataset: Dataset, options: Omit<OutlierOptions, "part" | "seed">): number[] {
  const { train } = addOutliers(dataset, { ...options, part: "train", seed: 3 });
  const size = train.values.length / train.count;
  return changed(dataset.train, train).flatMap((
    row,
  ) => [...train.values.subarray(row * size, (row + 1) * size)]);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

Deno.test("addOutliers() replaces as many rows as asked for, the same ones for every kind, and nothing else", () => {
  const source = { ...gray, train: images(9), test: images(9) };
  const rows = (options: Partial<OutlierOptions>) => {
    const dataset = addOutliers(gray, { part: "train", fraction: 0.1, kind: "uniform", seed: 3, ...options });
    const part = options.part ?? "train", other = part === "train" ? "test" : "train";
    assert.equal(dataset[other], gray[other]);
    assert.deepEqual([dataset.sha256, dataset[part].labels], [gray.sha256, gray[part].labels]);
    return changed(gray[part], dataset[part]);
  };
  const replaced = rows({});
  assert.equal(replaced.length, 40);
  for (const kind of ["heavy", "salt", "other-dataset"] as const) {
    assert.deepEqual(rows({ kind, source }), replaced);
  }
  const more = rows({ fraction: 0.2 });
  assert.equal(more.length, 80);
  assert.ok(replaced.every((row) => more.includes(row)));
  assert.notDeepEqual(rows({ seed: 4 }), replaced);
  assert.notDeepEqual(rows({ part: "test" }), replaced);
  assert.deepEqual(rows({ fraction: 0 }), []);
  assert.equal(rows({ fraction: 1 }).length, COUNT);
});

Deno.test("addOutliers() gives a row the same values whatever rows are outliers beside it", () => {
  const make = (fraction: number) =>
    addOutliers(gray, { part: "train", fraction, kind: "heavy", seed: 3 }).train;
  const [few, many] = [make(0.1), make(0.5)];
  for (const row of changed(gray.train, few)) {
    assert.deepEqual(
      few.values.subarray(row * SIZE, row * SIZE + SIZE),
      many.values.subarray(row * SIZE, row * SIZE + SIZE),
    );
  }
  assert.deepEqual(make(0.1).values, few.values);
  assert.ok(gray.train.values.every((value) => value === 100), "the original is left alone");
});

Deno.test("addOutliers() of images: gray levels uniform, moved by a heavy t and cut, or a quarter of them black or white", () => {
  const uniform = outlying(gray, { fraction: 0.5, kind: "uniform" });
  // 20,000 levels: a standard error of 0.52.
  assert.ok(Math.abs(mean(uniform) - 127.5) < 2.1, `${mean(uniform)}`);
  assert.equal(new Set(uniform).size, 256);

  const heavy = outlying(gray, { fraction: 0.5, kind: "heavy" });
  // P(|t₂| < 1/√3 = 0.577) = 0.378, and 0.577 · 64 = 36.95; one share of 20,000 has a standard error of 0.0034.
  const near = heavy.filter((value) => Math.abs(value - 100) < 36.95).length / heavy.length;
  assert.ok(Math.abs(near - 0.378) < 0.0137, `${near}`);
  assert.ok(heavy.includes(0) && heavy.includes(255));

  const salt = outlying(gray, { fraction: 0.5, kind: "salt" });
  const share = (value: number) => salt.filter((x) => x === value).length / salt.length;
  for (const value of [0, 255]) assert.ok(Math.abs(share(value) - 0.125) < 0.01, `${value}: ${share(value)}`);
  assert.equal(share(0) + share(100) + share(255), 1);
});

Deno.test("addOutliers() of numbers goes by each column of the training set, and leaves [0, 1] to no number in it", () => {
  const wide = numbers(2);
  const uniform = outlying(wide, { fraction: 0.5, kind: "uniform" });
  uniform.forEach((value, i) => assert.ok(Math.abs(value) <= i % 3, `column ${i % 3}: ${value}`));
  assert.ok(uniform.some((value) => value > 1.9) && uniform.some((value) => value < -1.9));
  const heavy = outlying(wide, { fraction: 0.5, kind: "heavy" });
  assert.ok(heavy.every((value, i) => i % 3 !== 0 || value === 0), "a constant column stays");
  assert.ok(heavy.some((value) => Math.abs(value) > 6), "tails go far beyond the data");
  const salt = outlying(wide, { fraction: 0.5, kind: "salt" });
  assert.ok(salt.filter((value, i) => i % 3 === 2 && Math.abs(value) === 2).length > 20);

  for (const kind of ["uniform", "heavy", "salt"] as const) {
    assert.ok(outlying(numbers(1), { fraction: 0.5, kind }).every((value) => value >= 0 && value <= 1), kind);
  }
});

Deno.test("addOutliers() takes the same part's rows of another data set, none twice", () => {
  const rows = (from: number): Split => ({
    values: Uint8Array.from({ length: 30 * SIZE }, (_, i) => from + Math.floor(i / SIZE)),
    count: 30,
  });
  const source = { ...gray, name: "source", train: rows(150), test: rows(200) };
  const values = outlying(gray, { fraction: 0.05, kind: "other-dataset", source });
  assert.equal(new Set(values).size, 20);
  assert.ok(values.every((value) => value >= 150 && value < 180));
  const many = outlying(gray, { fraction: 0.5, kind: "other-dataset", source });
  assert.equal(new Set(many).size, 30);
});

Deno.test("addOutliers() refuses shares beyond 1 and sources that do not fit", () => {
  const add = (options: Partial<OutlierOptions>) => () =>
    addOutliers(gray, { part: "train", fraction: 0.1, kind: "other-dataset", seed: 0, ...options });
  for (const fraction of [-0.1, 1.1, NaN]) {
    assert.throws(add({ fraction }), { name: "RangeError", message: /fraction must be from 0 to 1, got/ });
  }
  assert.throws(add({}), { name: "TypeError", message: /8-bit \[10, 10\] too, got none/ });
  assert.throws(add({ source: numbers(1) }), { name: "TypeError", message: /got numbers, 32-bit \[3\]/ });
});
