import assert from "node:assert/strict";
import { encodeNpy, parseNpy } from "../../lib/data/npy.ts";
import { npy } from "./files.ts";

const name = "x.npy";

/** Big-endian bytes of 64-bit floats. */
function bigEndian(...values: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((value, i) => view.setFloat64(8 * i, value));
  return new Uint8Array(view.buffer);
}

// numpy 2.4.6: np.save(file, np.array([[1.5, -2], [3, 4]], dtype="<f4"))
const NUMPY_F4 = Uint8Array.fromBase64(
  "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDIpLCB9ICAgICAg" +
    "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAMA/AAAAwAAAQEAAAIBA",
);

Deno.test("parseNpy() reads a file that numpy wrote", () => {
  const { shape, values } = parseNpy(NUMPY_F4, { name });
  assert.deepEqual(shape, [2, 2]);
  assert.deepEqual(values, Float64Array.of(1.5, -2, 3, 4));
});

Deno.test("parseNpy() reads booleans, integers and floats of either byte order", () => {
  const shape = "2, 1";
  const read = (file: Uint8Array) => [...parseNpy(file, { name }).values];
  assert.deepEqual(read(npy(Uint8Array.of(0, 255), { type: "|u1", shape })), [0, 255]);
  assert.deepEqual(read(npy(Uint8Array.of(0, 1), { type: "|b1", shape })), [0, 1]);
  assert.deepEqual(read(npy(Int8Array.of(-128, 127), { type: "|i1", shape })), [-128, 127]);
  assert.deepEqual(read(npy(Uint16Array.of(1, 65535), { type: "<u2", shape })), [1, 65535]);
  assert.deepEqual(read(npy(BigInt64Array.of(-7n, 7n), { type: "<i8", shape })), [-7, 7]);
  assert.deepEqual(read(npy(Float64Array.of(0.1, -1e300), { type: "<f8", shape })), [0.1, -1e300]);
  assert.deepEqual(read(npy(bigEndian(0.1, -1e300), { type: ">f8", shape })), [0.1, -1e300]);
});

Deno.test("parseNpy() gives 8-bit values as bytes, everything else as numbers", () => {
  const options = { shape: "3,", type: "|u1" };
  assert.ok(parseNpy(npy(Uint8Array.of(1, 2, 3), options), { name }).values instanceof Uint8Array);
  assert.ok(
    parseNpy(npy(Uint8Array.of(1, 0, 1), { ...options, type: "|b1" }), { name }).values instanceof
      Float64Array,
  );
});

Deno.test("parseNpy() rejects what it cannot read, by name", () => {
  const good = npy(Float64Array.of(1, 2, 3, 4), { type: "<f8", shape: "2, 2" });
  const defects: [Uint8Array, RegExp][] = [
    [new Uint8Array(), /not a \.npy file/],
    [new TextEncoder().encode("1,2,3\n4,5,6\n"), /not a \.npy file/],
    [good.with(6, 9), /format version 9, expected 1, 2 or 3/],
    [good.subarray(0, 50), /truncated inside its header/],
    [good.subarray(0, good.length - 1), /truncated: 31 bytes of values, expected 32 for shape \[2, 2\]/],
    [Uint8Array.of(...good, 0), /1 trailing bytes/],
    [npy(Uint16Array.of(0), { type: "<f2", shape: "1, 1" }), /values of type <f2, expected one of b1, u1/],
    [npy(Float64Array.of(1), { type: "<c8", shape: "1, 1" }), /values of type <c8/],
    [npy(Float64Array.of(1, 2), { type: "<f8", shape: "1, 2", fortran: true }), /Fortran order/],
    [npy(Float64Array.of(1), { type: "<f8", shape: "1, x" }), /cannot understand its header/],
  ];
  for (const [bytes, message] of defects) {
    assert.throws(() => parseNpy(bytes, { name }), (error) => {
      assert.ok(error instanceof SyntaxError);
      assert.match(error.message, /^Cannot read x\.npy: /);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("encodeNpy() writes what parseNpy() reads, its values aligned to 64 bytes", () => {
  for (const shape of [[6], [2, 3], [1, 2, 3]]) {
    const values = Float32Array.of(0, -1.5, 3e38, 1e-45, NaN, 2);
    const bytes = encodeNpy(values, shape);
    assert.equal((bytes.length - 24) % 64, 0);
    const read = parseNpy(bytes, { name: "x.npy" });
    assert.deepEqual(read.shape, shape);
    assert.deepEqual(Float32Array.from(read.values), values);
  }
  assert.throws(() => encodeNpy(new Float32Array(5), [2, 3]), TypeError);
});
