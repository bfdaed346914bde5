import assert from "node:assert/strict";
import {
  cnn,
  fc,
  type Model,
  ORIGINALS,
  parameterTable,
  PRESETS,
  type StudentTLatent,
} from "../../lib/model/mod.ts";
import { architecture } from "../../lib/plot/mod.ts";

const model = fc({
  input: [28, 28],
  hidden: [128, 32],
  latent: { family: "student-t", size: 3, df: { fixed: 5 }, kl: "exact" },
  likelihood: { kind: "gaussian", scale: 0.1 },
});

interface Annotation {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly showarrow: boolean;
}

/** What stands in each column, from top to bottom, as lines of text. */
function columns(model: Model): string[][] {
  const annotations = architecture(model).layout.annotations as unknown as readonly Annotation[];
  const texts = annotations.filter(({ showarrow }) => !showarrow);
  return [[0, 310], [310, 530], [530, Infinity]].map(([left, right]) => {
    const inside = texts.filter(({ x }) => x >= left && x < right);
    const rows = Map.groupBy(inside, ({ y }) => y);
    return [...rows].sort(([a], [b]) => b - a).map(([, row]) =>
      row.sort((a, b) => a.x - b.x).map(({ text }) => text).join(" ")
    );
  });
}

Deno.test("architecture() lists every layer with settings, shape and parameters, from x to p(x|z)", () => {
  assert.deepEqual(columns(model), [
    [
      "encoder shape of output, parameters",
      "<b>x</b> [28, 28]",
      ...["<b>dense</b> [128]", "units 128, relu 100,480"],
      ...["<b>dense</b> [32]", "units 32, relu 4,128"],
    ],
    [
      ...["<b>loc</b> [3]", "dense 99"],
      ...["<b>scale</b> [3]", "dense 99"],
      ...["<b>z</b> [3]", "student-t, df 5"],
    ],
    [
      "decoder shape of output, parameters",
      ...["<b>gaussian</b> [28, 28]", "scale 0.1"],
      ...["<b>dense</b> [784]", "units 784 101,136"],
      ...["<b>dense</b> [128]", "units 128, relu 4,224"],
      ...["<b>dense</b> [32]", "units 32, relu 128"],
    ],
  ]);
});

Deno.test("architecture() names the model and counts what is trained", () => {
  const total = parameterTable(model).reduce((sum, { size }) => sum + size, 0);
  assert.equal(architecture(model).layout.title.text, `fc: ${total.toLocaleString("en-US")} parameters`);
});

Deno.test("architecture() draws an encoder without layers and a Gaussian latent", () => {
  const bare: Model = { ...model, encoder: [], latent: { family: "gaussian", size: 2, kl: "closed" } };
  const [encoder, latent] = columns(bare);
  assert.deepEqual(encoder, ["encoder shape of output, parameters", "<b>x</b> [28, 28]"]);
  assert.deepEqual(latent.slice(-2), ["<b>z</b> [2]", "gaussian"]);
});

Deno.test("architecture() draws every kind of layer from its own fields", () => {
  const [encoder, , decoder] = columns(cnn(model));
  assert.deepEqual(encoder.slice(1, 7), [
    "<b>x</b> [28, 28]",
    ...["<b>conv</b> [14, 14, 32]", "filters 32, size 3, stride 2 288"],
    ...["<b>batch norm</b> [14, 14, 32]", "momentum 0.9, epsilon 0.001 64"],
    "<b>leaky relu</b> [14, 14, 32]",
  ]);
  assert.deepEqual(decoder.slice(3, 5), [
    "<b>conv transpose</b> [28, 28, 1]",
    "filters 1, size 3, stride 1, bias 289",
  ]);
  assert.deepEqual(decoder.slice(-4), [
    ...["<b>reshape</b> [7, 7, 64]", "shape [7, 7, 64]"],
    ...["<b>dense</b> [3136]", "units 3136 12,544"],
  ]);
});

Deno.test("architecture() shows the df that an encoder emits as a third head", () => {
  const latent = { family: "student-t", size: 3, ...ORIGINALS["original-fc"].studentT } as const;
  const [, middle] = columns(PRESETS["original-fc"]({ ...model, latent, name: undefined }));
  assert.deepEqual(middle, [
    ...["<b>loc</b> [3]", "dense 99"],
    ...["<b>scale</b> [3]", "dense 99"],
    ...["<b>df</b> [3]", "dense 99"],
    ...["<b>z</b> [3]", "student-t, df(x)"],
  ]);
});

const DF: readonly (readonly [what: string, latent: Partial<StudentTLatent>, lines: readonly string[]])[] = [
  ["learned df", { df: { learned: "global" } }, [
    "<b>df</b> [1]",
    "learned 1",
    "<b>z</b> [3]",
    "student-t, df",
  ]],
  ["df learned for each dimension", { df: { learned: "per-dimension" } }, [
    ...["<b>df</b> [3]", "learned 3"],
    ...["<b>z</b> [3]", "student-t, df"],
  ]],
  ["joint df that the encoder emits", { df: { amortised: true }, joint: true }, [
    ...["<b>df</b> [1]", "dense 33"],
    ...["<b>z</b> [3]", "student-t, joint, df(x)"],
  ]],
  ["a joint latent", { joint: true }, ["<b>z</b> [3]", "student-t, joint, df 5"]],
];

for (const [what, change, lines] of DF) {
  Deno.test(`architecture() shows ${what}`, () => {
    const latent = { ...model.latent, ...change } as StudentTLatent;
    const [, middle] = columns({ ...model, latent });
    assert.deepEqual(middle.slice(4), lines);
  });
}

Deno.test("architecture() shows a likelihood's df and counts its learned scale", () => {
  const learned: Model = { ...model, likelihood: { kind: "student-t", df: 5, scale: "learned" } };
  assert.deepEqual(columns(learned)[2].slice(1, 3), [
    "<b>student-t</b> [28, 28]",
    "df 5, scale learned 1",
  ]);
  const total = parameterTable(learned).reduce((sum, { size }) => sum + size, 0);
  assert.equal(architecture(learned).layout.title.text, `fc: ${total.toLocaleString("en-US")} parameters`);
});
