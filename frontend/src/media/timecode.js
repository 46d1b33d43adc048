// Timecode over a rational rate, in whole frames (SMPTE ST 12-1 drop-frame: two labels skipped per minute at 29.97,
// four at 59.94, except every tenth minute). Rates of 1000 or more are sample rates: those read as a clock.

/** "30000/1001" -> {num, den, nominal}; nominal is the count of labels in a second. */
export function parseRate(text) {
  const [num, den] = text.split("/").map(Number);
  if (!(num > 0 && den > 0)) return null;
  return { num, den, nominal: Math.round(num / den) };
}

export const isClock = (rate) => rate.nominal >= 1000;

/** The frame shown at a presentation time that is exact (a frame's own time stamp). */
export const frameAtStamp = (seconds, rate) => Math.round((seconds * rate.num) / rate.den);

/** The frame on screen at any moment of the clock; a hair is added so that n/rate itself counts as frame n. */
export const frameAt = (seconds, rate) => Math.floor((seconds * rate.num) / rate.den + 1e-4);

/** A moment safely inside the frame: its middle. Seeking to its edge may show the one before. */
export const middleOf = (frame, rate) => ((2 * frame + 1) * rate.den) / (2 * rate.num);

const pad = (number) => String(number).padStart(2, "0");

/** The label of a frame number counted from 00:00:00:00. */
export function label(frame, rate, drop) {
  const second = rate.nominal;
  let number = frame;
  if (drop) {
    const skipped = second / 15;
    const inMinute = 60 * second - skipped;
    const inTen = 10 * inMinute + skipped;
    const tens = Math.floor(frame / inTen);
    const rest = frame % inTen;
    number += 9 * skipped * tens;
    if (rest >= 60 * second) number += skipped * (1 + Math.floor((rest - 60 * second) / inMinute));
  }
  number %= 24 * 3600 * second;
  const whole = Math.floor(number / second);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60].map(pad).join(":");
  return `${parts}${drop ? ";" : ":"}${pad(number % second)}`;
}

/** The frame number of a label; 0 where it is empty or not a timecode. */
export function parse(text, rate, drop) {
  const match = /^(\d\d):(\d\d):(\d\d)[:;.](\d\d)$/.exec(text || "");
  if (!match) return 0;
  const [hours, minutes, seconds, frames] = match.slice(1).map(Number);
  const total = 60 * hours + minutes;
  const skipped = drop ? (rate.nominal / 15) * (total - Math.floor(total / 10)) : 0;
  return (60 * total + seconds) * rate.nominal + frames - skipped;
}

/** 1:02:03.4, in whole tenths. */
export function clock(seconds) {
  const tenths = Math.floor(seconds * 10 + 1e-3);
  const whole = Math.floor(tenths / 10);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const head = hours ? `${hours}:${pad(minutes)}` : `${minutes}`;
  return `${head}:${pad(whole % 60)}.${tenths % 10}`;
}
