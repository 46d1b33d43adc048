import assert from "node:assert/strict";
import { test } from "node:test";
import { envelope, loadPeaks, outline } from "../src/media/peaks.js";
import { cueAt, parseSprite } from "../src/media/sprite.js";

const VTT = `WEBVTT

00:00.000 --> 00:01.000
sprite.jpg#xywh=0,0,160,90

2
00:01.000 --> 00:02.500
sprite.jpg#xywh=160,0,160,90

NOTE nothing here

01:00:02.500 --> 01:00:04.000
../other.jpg#xywh=0,90,160,90
`;

test("a sprite's cues: times, parts, addresses against the file's own", () => {
  for (const text of [VTT, VTT.replaceAll("\n", "\r\n")]) {
    const cues = parseSprite(text, "http://h/bytes/v/X/sprite/sprite.vtt");
    assert.equal(cues.length, 3);
    assert.deepEqual(cues[1], { start: 1, end: 2.5, url: "http://h/bytes/v/X/sprite/sprite.jpg", x: 160, y: 0, w: 160, h: 90 });
    assert.equal(cues[2].start, 3602.5);
    assert.equal(cues[2].url, "http://h/bytes/v/X/other.jpg");
  }
});

test("what is no sprite gives no cues", () => {
  assert.deepEqual(parseSprite("", "http://h/"), []);
  assert.deepEqual(parseSprite("WEBVTT\n\n00:00.000 --> 00:01.000\nHola", "http://h/"), []);
});

test("the cue of a moment is the last that has begun", () => {
  const cues = parseSprite(VTT, "http://h/");
  assert.equal(cueAt(cues, 0), cues[0]);
  assert.equal(cueAt(cues, 0.999), cues[0]);
  assert.equal(cueAt(cues, 1), cues[1]);
  assert.equal(cueAt(cues, 99999), cues[2]);
  assert.equal(cueAt([], 1), null);
});

test("an envelope keeps the loudest of each stretch, over all channels", () => {
  const peaks = { bits: 8, data: [-64, 32, -128, 0, 0, 127, -1, 1] };
  assert.deepEqual(envelope(peaks, 2), [[-1, 0.25], [-1 / 128, 127 / 128]]);
  assert.deepEqual(envelope({ ...peaks, channels: 2 }, 9), [[-1, 0.25], [-1 / 128, 127 / 128]]);
  assert.equal(envelope(peaks, 100).length, 4);
  assert.deepEqual(envelope({ bits: 16, data: [-32768, 16384] }, 4), [[-1, 0.5]]);
  assert.deepEqual(envelope({ bits: 8, data: [] }, 4), [[0, 0]]);
});

test("an outline goes out along the tops and back along the bottoms, never thinner than a hairline", () => {
  assert.equal(outline([[-1, 1], [0, 0]]), "M0 0.0L1 99.4L1 100.6L0 200.0Z");
});

test("peaks are fetched once, and again after a failure", async () => {
  let asked = 0;
  globalThis.fetch = async (url) => {
    asked += 1;
    return { ok: url !== "/bad" || asked > 2, status: 404, json: async () => ({ url }) };
  };
  await Promise.all([loadPeaks("/a"), loadPeaks("/a")]);
  assert.equal(asked, 1);
  await assert.rejects(loadPeaks("/bad"), /404/);
  assert.deepEqual(await loadPeaks("/bad"), { url: "/bad" });
});
