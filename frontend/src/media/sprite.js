// A scrub sprite: a WebVTT file whose cues name a part of a picture (sprite.jpg#xywh=0,0,160,90).

const STAMP = /(?:(\d+):)?(\d\d):(\d\d)[.,](\d{3})/;

function seconds(text) {
  const [, hours, minutes, whole, thousandths] = STAMP.exec(text) || [];
  return (Number(hours) || 0) * 3600 + Number(minutes) * 60 + Number(whole) + Number(thousandths) / 1000;
}

/** -> [{start, end, url, x, y, w, h}] in order; addresses resolved against the file's own. */
export function parseSprite(text, base) {
  const cues = [];
  for (const block of text.replaceAll("\r", "").split("\n\n")) {
    const lines = block.trim().split("\n");
    const timing = lines.findIndex((line) => line.includes("-->"));
    const target = timing < 0 ? null : /^(.*)#xywh=(\d+),(\d+),(\d+),(\d+)$/.exec(lines[timing + 1] || "");
    if (!target) continue;
    const [start, end] = lines[timing].split("-->").map(seconds);
    const [x, y, w, h] = target.slice(2).map(Number);
    cues.push({ start, end, url: new URL(target[1], base).href, x, y, w, h });
  }
  return cues;
}

/** The cue at a moment: the last that has begun. */
export function cueAt(cues, moment) {
  let low = 0;
  let high = cues.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (cues[middle].start <= moment) low = middle;
    else high = middle - 1;
  }
  return cues[low] || null;
}

/** Fetch and read one; an empty list where there is none (a tile then simply does not scrub). */
export async function loadSprite(url) {
  try {
    const response = await fetch(url, { credentials: "same-origin" });
    return response.ok ? parseSprite(await response.text(), response.url) : [];
  } catch {
    return [];
  }
}

/** Show a cue in a box of the given width: the box cuts its part out of the whole sprite. -> height in px. */
export function showCue(box, image, cue, width) {
  const scale = width / cue.w;
  if (image.src !== cue.url) image.src = cue.url;
  image.style.transform = `translate(${-cue.x * scale}px, ${-cue.y * scale}px) scale(${scale})`;
  box.style.width = `${width}px`;
  box.style.height = `${cue.h * scale}px`;
  return cue.h * scale;
}
