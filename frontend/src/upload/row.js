// The row of one file: name, size, state in words, bar, speed and time left, and what can be done with it.
import { Speed, left, size } from "./words.js";

const PREVIEWED = /^image\/(jpeg|png|webp|gif|avif)$/;
const PREVIEW_LIMIT = 40 * 1024 * 1024;

/** Which buttons each state offers. */
const ACTIONS = {
  waiting: ["pause", "cancel"],
  receiving: ["pause", "cancel"],
  offline: ["pause", "cancel"],
  paused: ["resume", "cancel"],
  failed: ["retry", "cancel"],
  expired: ["retry"],
};

/** States in which the bar still means something. */
const MOVING = new Set(["waiting", "receiving", "paused", "offline", "failed"]);

export class Row {
  /** `words(state)` gives the sentence's element; `say(name, number)` the small words. */
  constructor(template, { file, path }, words, say) {
    this.element = template.content.firstElementChild.cloneNode(true);
    this.parts = Object.fromEntries([...this.element.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    Object.assign(this, { file, path, words, say, sent: 0, speed: new Speed() });
    this.parts.name.textContent = path;
    this.parts.name.title = path;
    this.parts.size.textContent = size(file.size);
    this.parts.bar.setAttribute("aria-label", path);
    for (const button of this.element.querySelectorAll("[data-do] .unseen")) button.textContent += ` ${path}`;
    this.preview();
    this.become("waiting");
  }

  preview() {
    if (!PREVIEWED.test(this.file.type) || this.file.size > PREVIEW_LIMIT) return;
    const address = URL.createObjectURL(this.file);
    this.picture(address).addEventListener("load", () => URL.revokeObjectURL(address), { once: true });
  }

  picture(address) {
    const image = new Image();
    image.alt = "";
    image.addEventListener("load", () => this.parts.thumb.replaceChildren(image), { once: true });
    image.src = address;
    return image;
  }

  /** Show a state; `text` (from the server) replaces its usual sentence. */
  become(state, text = "") {
    if (this.state === state && this.text === text) return;
    Object.assign(this, { state, text });
    const sentence = this.words(state);
    if (text) sentence.querySelector(".state").lastChild.textContent = text;
    this.parts.words.replaceChildren(...sentence.childNodes);
    this.element.dataset.state = state;
    this.parts.bar.hidden = !MOVING.has(state);
    const offered = this.fromServer && state === "failed" ? [] : ACTIONS[state] || [];
    for (const button of this.element.querySelectorAll("[data-do]")) button.hidden = !offered.includes(button.dataset.do);
    if (state !== "receiving") this.parts.rate.textContent = "";
    this.speed.reset(this.sent);
  }

  progress(sent) {
    this.become("receiving");
    this.sent = sent;
    this.parts.bar.value = this.file.size ? sent / this.file.size : 1;
    const speed = this.speed.note(sent);
    if (speed) this.parts.rate.textContent = [size(speed, true), left((this.file.size - sent) / speed, this.say)].filter(Boolean).join(" · ");
  }

  /** What the server says of it: {state, text, url, label, thumb}. */
  heard({ state, text, url, label, thumb }) {
    this.fromServer = true;
    this.become(state, text || "");
    if (thumb && this.thumb !== thumb) {
      this.thumb = thumb;
      this.picture(thumb);
    }
    if (url) {
      this.parts.open.href = url;
      this.parts.open.hidden = false;
      this.parts["open-name"].textContent = ` ${label || this.path}`;
    }
  }
}
