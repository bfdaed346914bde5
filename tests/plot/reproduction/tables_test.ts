import assert from "node:assert/strict";
import type { NumberTable } from "../../../lib/plot/page.ts";
import { dfTables } from "../../../lib/plot/reproduction/df_tables.ts";
import { difference, pairs } from "../../../lib/plot/reproduction/groups.ts";
import { intervalText, verdict } from "../../../lib/plot/reproduction/interval_text.ts";
import { measuredTables, metricEntries } from "../../../lib/plot/reproduction/measured_tables.ts";
import { outlierTables } from "../../../lib/plot/reproduction/outlier_tables.ts";
import type { StudyCell, StudyName, StudyRecords } from "../../../lib/plot/reproduction/records.ts";
import { lossTables } from "../../../lib/plot/reproduction/loss_tables.ts";
import { studyTable } from "../../../lib/plot/reproduction/study_table.ts";
import type { Settings } from "../../../lib/plot/sweep/records.ts";

/** A model after two epochs. */
function cell(settings: Settings, loss: number, more: Partial<StudyCell> = {}): StudyCell {
  return {
    settings,
    seconds: 90,
    curve: {
      epoch: [1, 2],
      trainLoss: [loss + 60, loss - 1],
      testLoss: [loss + 50, loss],
      testReconstruction: [loss + 42, loss - 8],
      testKl: [8, 8],
    },
    metrics: {},
    ...more,
  };
}

function records(study: StudyName, cells: readonly StudyCell[]): StudyRecords {
  return {
    study,
    command: "",
    notes: [],
    keys: [],
    total: 12,
    cells,
    metrics: {},
    config: [["dataset", "mnist"]],
    provenance: [],
    images: [],
  };
}

/** Losses of three seeds of both families; the differences are -1, -2 and -3. */
const PAIRED = [
  ...[140, 142, 144].map((loss, seed) => cell({ "latent.family": "gaussian", seed }, loss)),
  ...[141, 140, 139].map((loss, i) => cell({ "latent.family": "student-t", seed: 2 - i }, loss)),
];

function texts(table: NumberTable): Record<string, readonly string[]> {
  return Object.fromEntries(table.rows.map(({ label, values }) => [label, values]));
}

Deno.test("intervalText() gives the half width two digits and the mean as many decimals", () => {
  assert.equal(intervalText({ mean: -132.456, halfWidth: 0.123, count: 3 }), "−132.46 ± 0.12");
  assert.equal(intervalText({ mean: 132.456, halfWidth: 12.6, count: 3 }), "132 ± 13");
  assert.equal(intervalText({ mean: 0.0301, halfWidth: 0.00126, count: 3 }), "0.0301 ± 0.0013");
  assert.equal(intervalText({ mean: 3, halfWidth: 0, count: 3 }), "3");
  assert.equal(intervalText({ mean: 132.456, count: 1 }), "132.46");
  assert.equal(intervalText({ mean: 0.71234, count: 1 }), "0.7123");
  assert.equal(intervalText({ mean: -0.4, halfWidth: 13, count: 3 }), "0 ± 13");
  assert.equal(intervalText({ mean: -0.04, halfWidth: 1, count: 3 }), "0.0 ± 1.0");
  assert.equal(intervalText({ mean: -0.4, halfWidth: 1, count: 3 }), "−0.4 ± 1.0");
  assert.equal(intervalText(undefined), "–");
});

Deno.test("verdict() counts intervals below 0, above it and around it, and no single values", () => {
  const intervals = [-3, -2, 0.5, 4].map((mean) => ({ mean, halfWidth: 1, count: 3 }));
  const single = { mean: -9, count: 1 };
  assert.deepEqual(verdict("t − Gaussian", [...intervals, single, undefined]), [
    "Of 4 intervals of t − Gaussian, 2 lie wholly below 0, 1 wholly above, and 1 hold 0.",
  ]);
  assert.deepEqual(verdict("t − Gaussian", [single, undefined]), []);
});

Deno.test("difference() pairs by seed, and leaves out seeds of one family alone", () => {
  const [pair] = pairs({ cells: PAIRED.filter((_, i) => i !== 1) });
  const { mean, count } = difference(pair, ({ curve }) => curve.testLoss[1])!;
  assert.deepEqual([mean, count], [((139 - 140) + (141 - 144)) / 2, 2]);
});

Deno.test("lossTables() shows means with 95 % intervals, and differences paired by seed", () => {
  const [table] = lossTables([records("fc", PAIRED)]);
  // The 97.5 % quantile of t with 2 degrees of freedom is 4.303: 4.303 · 2/√3 = 4.97 and 4.303 · 1/√3 = 2.48.
  assert.deepEqual(texts(table), {
    "MNIST, fc, Gaussian": ["2", "3", "142.0 ± 5.0", "134.0 ± 5.0", "8"],
    "MNIST, fc, Student's t": ["2", "3", "140.0 ± 2.5", "132.0 ± 2.5", "8"],
    "MNIST, fc, t − Gaussian": ["2", "3", "−2.0 ± 2.5", "−2.0 ± 2.5", "0"],
  });
  assert.match(
    table.caption!,
    /Of 1 interval of t − Gaussian, loss in fc, 0 lie wholly below 0, 0 wholly above, and 1 hold 0\./,
  );
});

Deno.test("lossTables() shows a single seed without an interval", () => {
  const [table] = lossTables([records("fc", PAIRED.filter(({ settings }) => settings.seed === 0))]);
  assert.deepEqual(texts(table)["MNIST, fc, Student's t"].slice(1, 3), ["1", "139.00"]);
  assert.deepEqual(texts(table)["MNIST, fc, t − Gaussian"].slice(1, 3), ["1", "−1"]);
  assert.ok(!table.caption!.includes("Of "));
});

Deno.test("lossTables() shows the original's losses, and those of its dense network in its unit", () => {
  const dense = ["mnist", "fashion-mnist"].map((dataset) =>
    cell({ dataset, "latent.family": "student-t", seed: 0 }, 138.25, { metrics: { penalty: 1 } })
  );
  const [table] = lossTables([records("original-fc", dense), records("original-cnn", PAIRED)]);
  assert.deepEqual(Object.values(texts(table)).map((values) => values.slice(2, 4)), [
    ["92.98", "88.3"],
    ["92.98", "163.3"],
    ["142.0 ± 5.0", "132.0"],
    ["140.0 ± 2.5", "133.4"],
    ["−2.0 ± 2.5", "–"],
  ]);
  assert.match(table.caption!, /505\.5\/784.*after 500 epochs, read off its figures/);
});

Deno.test("lossTables() shows losses on batch statistics where there are any", () => {
  const [table] = lossTables([records(
    "cnn",
    PAIRED.map(({ curve, ...cell }) => {
      return {
        ...cell,
        curve: { ...curve, testLossOnBatchStatistics: curve.testLoss.map((loss) => loss - 10) },
      };
    }),
  )]);
  assert.equal(table.header[3], "on batch statistics");
  assert.deepEqual(texts(table)["MNIST, cnn, Student's t"].slice(2, 4), ["140.0 ± 2.5", "130.0 ± 2.5"]);
  assert.match(
    table.caption!,
    /On batch statistics is the loss with batch norm by each batch's own statistics/,
  );
});

Deno.test("studyTable() has a row for each study, finished, begun or absent", () => {
  const { rows } = studyTable([records("fc", PAIRED), records("df", [])]);
  assert.deepEqual(rows.map(({ label, values }) => [label, ...values].join(" ")), [
    "fc 6 of 12 2 3 MNIST 9.0 min",
    "cnn – – – – –",
    "original-fc – – – – –",
    "original-cnn – – – – –",
    "df 0 of 12 – – – 0 s",
    "outliers – – – – –",
  ]);
});

Deno.test("measuredTables() has what is a single number, and not what the table of losses has", () => {
  const metrics = { elbo: -140, reconstruction: 132, kl: 8, tailIndex: [8, 9], mmd: 0.03 };
  const [gaussian, studentT] = [PAIRED[0], PAIRED[3]];
  const [table] = measuredTables([records("fc", [{ ...gaussian, metrics }, studentT])]);
  assert.deepEqual(table.header, ["ELBO", "MMD²"]);
  assert.deepEqual(texts(table), { "MNIST, fc, Gaussian": ["−140.00", "0.03"] });
  assert.deepEqual(measuredTables([records("fc", PAIRED)]), []);
});

Deno.test("measuredTables() has differences by seed of all but p values", () => {
  const measured = (i: number, elbo: number) => ({ ...PAIRED[i], metrics: { elbo, mmdPValue: 0.005 } });
  // Seeds 0, 1 and 2 of the Gaussian, then 2 and 1 of Student's t: the differences are 4 and 2.
  const cells = [
    measured(0, -140),
    measured(1, -142),
    measured(2, -144),
    measured(3, -140),
    measured(4, -140),
  ];
  const [table] = measuredTables([records("fc", cells)]);
  const [elbo, pValue] = texts(table)["MNIST, fc, t − Gaussian"];
  // The 97.5 % quantile of t with 1 degree of freedom is 12.71, and so is 12.71 · √2/√2.
  assert.deepEqual([elbo, pValue], ["3 ± 13", "–"]);
});

Deno.test("metricEntries() says of each metric once what it is, as the first study does", () => {
  const metrics = (definition: string) => ({ mmd: { unit: "MMD²", definition } });
  const studies = [
    { ...records("fc", []), metrics: metrics("of fc") },
    { ...records("cnn", []), metrics: metrics("of cnn") },
  ];
  assert.deepEqual(metricEntries(studies), [["MMD²", "MMD²: of fc"]]);
});

Deno.test("dfTables() has the Gaussian, then df independent and joint, without columns of nothing", () => {
  const t = (df: number | string, joint: boolean) => ({
    "latent.family": "student-t",
    "latent.df": df,
    "latent.joint": joint,
    seed: 0,
  });
  const learned = cell(t("learned", true), 138, { metrics: { tailIndex: [8, 10] } });
  const [table] = dfTables(records("df", [
    cell({ "latent.family": "gaussian", seed: 0 }, 140, { metrics: { logLikelihood: -138 } }),
    cell(t(2.5, false), 139, { metrics: { logLikelihood: -137.5 } }),
    { ...learned, curve: { ...learned.curve, df: [5, 7.5] } },
  ]));
  assert.deepEqual(table.header, [
    "seeds",
    "test loss",
    "t − Gaussian, test loss",
    "log-likelihood",
    "t − Gaussian, log-likelihood",
    "KL",
    "t − Gaussian, KL",
    "tail index of z",
    "learned df",
  ]);
  assert.deepEqual(texts(table), {
    "Gaussian": ["1", "140.00", "–", "−138.00", "–", "8", "–", "–", "–"],
    "Student's t, df 2.5, independent": ["1", "139.00", "−1", "−137.50", "0.5", "8", "0", "–", "–"],
    "Student's t, df learned, joint": ["1", "138.00", "−2", "–", "–", "8", "0", "9", "7.5"],
  });
  assert.match(table.caption!, /; the prior's stay 5\.$/);
});

Deno.test("outlierTables() has each kind and share, with differences of all that was measured", () => {
  const outliers: readonly Settings[] = [
    {},
    { "outliers.fraction": 0.02, "outliers.kind": "uniform" },
    { "outliers.fraction": 0.1, "outliers.kind": "other-dataset", "outliers.dataset": "fashion-mnist" },
  ];
  const cells = outliers.flatMap((settings, i) =>
    PAIRED.map(({ settings: { "latent.family": family, seed } }) => {
      const t = family === "student-t";
      const loss = 140 + 2 * i - (t ? i : 0) + 0.1 * Number(seed);
      return cell({ ...settings, "latent.family": family, seed }, loss, {
        metrics: { logLikelihood: t ? -137 : -138, mmd: t ? 0.02 : 0.03 },
      });
    })
  );
  const [table] = outlierTables(records("outliers", cells));
  assert.deepEqual(
    table.header.slice(3),
    ["test loss", "log-likelihood", "MMD²"].map((name) => `t − Gaussian, ${name}`),
  );
  assert.deepEqual(texts(table), {
    "no outliers": ["3", "140.10 ± 0.25", "140.10 ± 0.25", "0", "1", "−0.01"],
    "uniform, 2 %": ["3", "142.10 ± 0.25", "141.10 ± 0.25", "−1", "1", "−0.01"],
    "from Fashion-MNIST, 10 %": ["3", "144.10 ± 0.25", "142.10 ± 0.25", "−2", "1", "−0.01"],
  });
  assert.match(
    table.caption!,
    /Of 3 intervals of t − Gaussian, test loss, 2 lie wholly below 0, 0 wholly above, and 1 hold 0\./,
  );
});
