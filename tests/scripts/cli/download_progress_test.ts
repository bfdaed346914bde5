import assert from "node:assert/strict";
import type { FetchEvent } from "../../../lib/data/fetch.ts";
import { downloadProgress } from "../../../scripts/cli/download_progress.ts";
import { stream } from "./stream.ts";

const IMAGES = { dataset: "mnist", file: "images.gz", total: 9_912_422 };
const LABELS = { dataset: "mnist", file: "labels.gz", total: 28_881 };
const EVENTS: readonly FetchEvent[] = [
  { ...IMAGES, kind: "progress", source: "https://a.example/images.gz", received: 5_000_000 },
  { ...LABELS, kind: "intact" },
  { ...IMAGES, kind: "failed", source: "https://a.example/images.gz", reason: "HTTP 503" },
  { ...IMAGES, kind: "failed", source: "https://a.example/images.gz", reason: "HTTP 503" },
  { ...IMAGES, kind: "fetched", source: "https://b.example/images.gz" },
];

function shown(columns?: number): ReturnType<typeof stream> {
  const out = stream({ columns });
  using progress = downloadProgress({ stream: out });
  EVENTS.forEach((event) => progress.show(event));
  return out;
}

Deno.test("downloadProgress() logs what arrived and what failed, and nothing about files already here", () => {
  assert.equal(
    shown().text(),
    "no mnist/images.gz from https://a.example/images.gz: HTTP 503\n" +
      "fetched mnist/images.gz  9.9 MB  from b.example\n",
  );
});

Deno.test("downloadProgress() leaves a terminal with one finished line per file, within its width", () => {
  for (const columns of [100, 40]) {
    const frames = shown(columns).frames();
    assert.match(frames.at(-1) ?? "", /^mnist\/images\.gz ━+ 9\.9 MB$/);
    for (const frame of frames) assert.ok(frame.length <= columns, frame);
  }
});

Deno.test("downloadProgress() writes nothing when there was nothing to fetch", () => {
  for (const columns of [undefined, 80]) {
    const out = stream({ columns });
    {
      using progress = downloadProgress({ stream: out });
      progress.show({ ...LABELS, kind: "intact" });
    }
    assert.equal(out.text(), "");
  }
});
