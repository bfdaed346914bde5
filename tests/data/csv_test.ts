import assert from "node:assert/strict";
import fc from "fast-check";
import { parseCsv } from "../../lib/data/csv.ts";

const name = "rows.csv";

Deno.test("parseCsv() reads every finite double back exactly", () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(fc.property(fc.array(fc.tuple(finite, finite, finite), { minLength: 1 }), (rows) => {
    const { shape, values } = parseCsv(rows.map((row) => row.join(",")).join("\n"), { name });
    assert.deepEqual(shape, [rows.length, 3]);
    // −0 is written as 0.
    assert.deepEqual([...values], rows.flat().map((value) => value + 0));
  }));
});

Deno.test("parseCsv() accepts headers, spaces, Windows line ends, a byte-order mark and empty last lines", () => {
  for (
    const text of [
      "1,2\n3,4",
      "1,2\n3,4\n\n\n",
      "\uFEFFx,y\r\n1, 2\r\n 3 ,+4.\r\n",
      "1x1,höhe\n1e0,.2E1\n3,40e-1\n",
    ]
  ) {
    assert.deepEqual(parseCsv(text, { name }), { shape: [2, 2], values: Float64Array.of(1, 2, 3, 4) }, text);
  }
  assert.deepEqual(parseCsv("7", { name }).shape, [1, 1]);
});

Deno.test("parseCsv() names the line and column of what is no finite number", () => {
  const defects: [string, RegExp][] = [
    ["", /no rows of numbers/],
    ["\n\n", /no rows of numbers/],
    ["a,b\n", /no rows of numbers/],
    ["1,2\n3,x", /line 2, column 2: expected a finite number, got "x"/],
    ["a,b\n1,2\n3,", /line 3, column 2: expected a finite number, got ""/],
    ["1,2\n\n3,4", /line 2: 1 columns, expected 2 as in line 1/],
    ["1,2\n3,4,5", /line 2: 3 columns, expected 2 as in line 1/],
    ["id,0\n1,2", /line 1, column 1: expected a finite number, got "id"/],
    [",a\n0,1", /line 1, column 1: expected a finite number, got ""/],
    ["nan\n1", /line 1, column 1: expected a finite number, got "nan"/],
    ["1.2.3\n1", /line 1, column 1: expected a finite number, got "1\.2\.3"/],
    ["1\n-Infinity", /line 2, column 1/],
    ["1\n1e999", /line 2, column 1/],
    ["1\n0x10", /line 2, column 1/],
    ['1\n"2"', /line 2, column 1/],
    ["1;2\n3;4", /line 1, column 1: expected a finite number, got "1;2"/],
  ];
  for (const [text, message] of defects) {
    assert.throws(() => parseCsv(text, { name }), (error) => {
      assert.ok(error instanceof SyntaxError, text);
      assert.match(error.message, message);
      assert.match(error.message, /^Cannot read rows\.csv: /);
      return true;
    });
  }
});
