import assert from "node:assert/strict";
import type { SurvivalRecords } from "../../../lib/plot/records.ts";
import { meanSurvival } from "../../../lib/plot/sweep/mean_survival.ts";
import type { Settings, SurvivalGroup } from "../../../lib/plot/sweep/records.ts";
import { survivalPanels } from "../../../lib/plot/sweep/survival_panels.ts";
import { tails } from "../survival_records.ts";

const KEYS = ["objective.kind", "latent.df", "latent.joint", "latent.size"];

function records(curves: Readonly<Record<string, readonly number[]>>, radius = [1, 2]): SurvivalRecords {
  return {
    radius: Float32Array.from(radius),
    curves: Object.entries(curves).map(([name, survival]) => ({
      name,
      role: name === "data" ? "data" : "source",
      survival: Float32Array.from(survival),
    })),
  };
}

function draw(settings: readonly Settings[], curves: (i: number) => SurvivalRecords = () => tails().x) {
  const groups = settings.map((settings, i): SurvivalGroup => ({ settings, ...curves(i) }));
  return survivalPanels(groups, { title: "Tails", quantity: "|x|", keys: KEYS });
}

function titles({ layout }: ReturnType<typeof draw>): string[] {
  return (layout.annotations as unknown as { text: string }[]).map(({ text }) => text);
}

Deno.test("meanSurvival() is the mean over cells between the least and the greatest", () => {
  const { radius, curves } = meanSurvival([
    records({ data: [0.5, 0.25], prior: [0.5, 0] }),
    records({ data: [0.5, 0.25], prior: [1, 0.25], posterior: [0.75, 0.5] }),
  ]);
  assert.deepEqual([...radius], [1, 2]);
  const seen = curves.map(({ name, role, survival, low, high }) => [
    name,
    role,
    ...[survival, low, high].map((values) => [...values!]),
  ]);
  assert.deepEqual(seen, [
    ["data", "data", [0.5, 0.25], [0.5, 0.25], [0.5, 0.25]],
    ["prior", "source", [0.75, 0.125], [0.5, 0], [1, 0.25]],
    ["posterior", "source", [0.75, 0.5], [0.75, 0.5], [0.75, 0.5]],
  ]);
});

Deno.test("meanSurvival() leaves out cells that were measured at other radii", () => {
  const { curves } = meanSurvival([records({ prior: [0.5, 0] }), records({ prior: [1, 1] }, [1, 3])]);
  assert.deepEqual([...curves[0].survival], [0.5, 0]);
});

Deno.test("survivalPanels() names each panel by the settings in which it differs", () => {
  const figure = draw([
    { "objective.kind": "t3", "latent.df": 9, "latent.size": 1 },
    { "objective.kind": "elbo", "latent.df": 9, "latent.joint": true, "latent.size": 1 },
    { "objective.kind": "elbo", "latent.df": "learned", "latent.size": 1 },
  ]);
  assert.deepEqual(titles(figure), [
    "objective.kind t3<br>latent.df 9",
    "objective.kind elbo<br>latent.df 9<br>latent.joint true",
    "objective.kind elbo<br>latent.df learned",
  ]);
  assert.deepEqual(titles(draw([{ "latent.df": 9, "latent.size": 1 }])), ["latent.df 9, latent.size 1"]);
  const long = { "latent.df": 9, "latent.joint": "a word as long as there are" };
  assert.deepEqual(titles(draw([long])), ["latent.df 9<br>latent.joint<br>a word as long as…"]);
});

Deno.test("survivalPanels() draws the first 16 configurations, each on axes of its own that move together", () => {
  const { data, layout } = draw(Array.from({ length: 20 }, (_, i) => ({ "latent.df": i })));
  const axes = (letter: string) => Object.keys(layout).filter((key) => key.startsWith(`${letter}axis`));
  assert.deepEqual([axes("x").length, axes("y").length], [16, 16]);
  assert.deepEqual(data.at(-1)!.xaxis, "x16");
  for (const key of [...axes("x"), ...axes("y")]) {
    const { matches, range } = layout[key] as { matches?: string; range: unknown };
    assert.equal(matches, key.length === "xaxis".length ? undefined : key[0]);
    assert.deepEqual(range, (layout[`${key[0]}axis`] as { range: unknown }).range);
  }
});

Deno.test("survivalPanels() has every curve in the legend once and in one order, whichever panels have it", () => {
  const { data } = draw([{ "latent.df": 3 }, { "latent.df": 5 }], (i) =>
    records({
      data: [0.5, 0.25],
      prior: [0.5, 0.1],
      ...(i === 1 && { "alternative-prior": [0.5, 0.2] }),
      posterior: [0.5, 0.2],
    }));
  const named = data.filter(({ showlegend }) => showlegend === true)
    .toSorted((a, b) => Number(a.legendrank) - Number(b.legendrank));
  assert.deepEqual(named.map(({ name, xaxis }) => [name, xaxis]), [
    ["data", "x"],
    ["prior", "x"],
    ["alternative-prior", "x2"],
    ["posterior", "x"],
  ]);
});
