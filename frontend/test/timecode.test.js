import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, frameAt, frameAtStamp, isClock, label, middleOf, parse, parseRate } from "../src/media/timecode.js";

const NTSC = parseRate("30000/1001");
const DOUBLE = parseRate("60000/1001");
const PAL = parseRate("25/1");

test("a rate keeps its terms and knows its labels per second", () => {
  assert.deepEqual(NTSC, { num: 30000, den: 1001, nominal: 30 });
  assert.equal(parseRate("24000/1001").nominal, 24);
  assert.equal(parseRate("0/1"), null);
  assert.equal(isClock(parseRate("48000/1")), true);
  assert.equal(isClock(DOUBLE), false);
});

test("drop-frame labels at 29.97", () => {
  const expected = { 0: "00:00:00;00", 1799: "00:00:59;29", 1800: "00:01:00;02", 17981: "00:09:59;29", 17982: "00:10:00;00", 107892: "01:00:00;00" };
  for (const [frame, words] of Object.entries(expected)) assert.equal(label(Number(frame), NTSC, true), words);
});

test("drop-frame labels at 59.94", () => {
  const expected = { 3599: "00:00:59;59", 3600: "00:01:00;04", 35963: "00:09:59;59", 35964: "00:10:00;00", 215784: "01:00:00;00" };
  for (const [frame, words] of Object.entries(expected)) assert.equal(label(Number(frame), DOUBLE, true), words);
});

test("labels without drop", () => {
  assert.equal(label(90000, PAL, false), "01:00:00:00");
  assert.equal(label(107892, NTSC, false), "00:59:56:12");
  assert.equal(label(25 * 86400, PAL, false), "00:00:00:00");
});

test("every frame of half an hour survives label and parse, and no label is given twice", () => {
  for (const [rate, drop] of [[NTSC, true], [NTSC, false], [DOUBLE, true], [PAL, false]]) {
    let before = "";
    for (let frame = 0; frame < 1800 * rate.nominal; frame += 1) {
      const words = label(frame, rate, drop);
      assert.ok(words > before);
      assert.equal(parse(words, rate, drop), frame);
      before = words;
    }
  }
});

test("what is no timecode counts as the beginning", () => {
  for (const words of ["", null, "1:2:3", "00:00:00"]) assert.equal(parse(words, NTSC, true), 0);
  assert.equal(parse("01:00:00;00", NTSC, true), 107892);
});

test("the middle of a frame is on that frame, a thousand hours in", () => {
  for (const rate of [NTSC, DOUBLE, PAL, parseRate("24000/1001")]) {
    for (const frame of [0, 1, 2, 899, 17982, 107892, 107_892_000]) {
      assert.equal(frameAt(middleOf(frame, rate), rate), frame);
      assert.equal(frameAtStamp((frame * rate.den) / rate.num, rate), frame);
      assert.equal(frameAt((frame * rate.den) / rate.num, rate), frame);
    }
  }
});

test("a clock in whole tenths", () => {
  assert.equal(clock(0), "0:00.0");
  assert.equal(clock(29.999), "0:29.9");
  assert.equal(clock(0.3), "0:00.3");
  assert.equal(clock(3725.5), "1:02:05.5");
});
