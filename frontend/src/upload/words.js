// Sizes, speeds and times left as people write them, in the language of the page; every other word comes from templates.

const language = document.documentElement.lang || "es-MX";
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

/** 15.2 MB (powers of 1024, as Django's filesizeformat, which the server side of the page uses). */
export function size(bytes, perSecond = false) {
  const step = bytes > 0 ? Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10)) : 0;
  const unit = perSecond ? `${UNITS[step]}-per-second` : UNITS[step];
  const digits = step > 1 ? 1 : 0;
  return (bytes / 1024 ** step).toLocaleString(language, { style: "unit", unit, unitDisplay: step || perSecond ? "short" : "long", minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** "faltan 4 min", from the templates left-seconds, left-minutes, left-hours; empty where nothing can be said. */
export function left(seconds, say) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 55) return say("left-seconds", Math.max(1, Math.ceil(seconds)));
  if (seconds < 3300) return say("left-minutes", Math.ceil(seconds / 60));
  return say("left-hours", Math.ceil(seconds / 360) / 10);
}

/** Bytes per second, smoothed over about five seconds. */
export class Speed {
  constructor() {
    this.reset(0);
  }

  reset(sent) {
    this.sent = sent;
    this.time = performance.now();
    this.value = 0;
  }

  note(sent) {
    const now = performance.now();
    const elapsed = (now - this.time) / 1000;
    if (elapsed < 0.25) return this.value;
    const weight = 1 - Math.exp(-elapsed / 5);
    const here = Math.max(0, sent - this.sent) / elapsed;
    this.value = this.value ? this.value + weight * (here - this.value) : here;
    this.sent = sent;
    this.time = now;
    return this.value;
  }
}
