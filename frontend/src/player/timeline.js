// The player's timeline: how far it is ready, the head, the wave, the marks in their lane, the peek under the pointer.
import { cueAt, loadSprite, showCue } from "../media/sprite.js";

const PEEK_WIDTH = 160;

export class Timeline {
  /** `player`: duration (seconds), now(), seek(seconds), words(seconds). `parts`: the elements by name. */
  constructor(player, parts, spriteUrl) {
    this.player = player;
    this.parts = parts;
    this.spriteUrl = spriteUrl;
    const { track } = parts;
    track.addEventListener("pointerdown", (event) => this.grab(event));
    track.addEventListener("pointermove", (event) => this.peek(event));
    track.addEventListener("pointerleave", () => (parts.peek.hidden = true));
  }

  momentAt(event) {
    const box = this.parts.track.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * this.player.duration;
  }

  grab(event) {
    if (event.button) return;
    const { track } = this.parts;
    const move = (moved) => this.player.seek(this.momentAt(moved));
    track.setPointerCapture(event.pointerId);
    track.addEventListener("pointermove", move);
    track.addEventListener("lostpointercapture", () => track.removeEventListener("pointermove", move), { once: true });
    move(event);
  }

  async peek(event) {
    if (event.pointerType === "touch" && !event.buttons) return;
    const { peek, track } = this.parts;
    const moment = this.momentAt(event);
    const [frame, words] = peek.children;
    words.textContent = this.player.words(moment);
    if (this.spriteUrl) this.cues ??= loadSprite(this.spriteUrl);
    peek.hidden = false;
    const cue = cueAt((await this.cues) || [], moment);
    frame.hidden = !cue;
    if (cue) showCue(frame, frame.firstElementChild, cue, PEEK_WIDTH);
    const room = track.clientWidth - peek.offsetWidth;
    const left = (moment / this.player.duration) * track.clientWidth - peek.offsetWidth / 2;
    peek.style.left = `${Math.min(room, Math.max(0, left))}px`;
  }

  /** Draw the moment; called on every frame shown. */
  show(seconds) {
    const { duration } = this.player;
    const fraction = duration ? Math.min(1, seconds / duration) : 0;
    const { head, wave, played, track } = this.parts;
    head.style.left = `${fraction * 100}%`;
    if (wave) wave.until = fraction;
    if (played) played.style.transform = `scaleX(${fraction})`;
    const second = Math.floor(seconds);
    if (track.ariaValueNow === String(second)) return;
    track.ariaValueMax = String(Math.floor(duration));
    track.ariaValueNow = String(second);
    track.ariaValueText = this.player.words(seconds);
  }

  /** Draw how far the material can be watched; only worth showing while it still grows. */
  ready(seconds, growing) {
    const { duration } = this.player;
    this.parts.ready.toggleAttribute("data-growing", growing);
    this.parts.ready.style.transform = `scaleX(${duration ? Math.min(1, seconds / duration) : 0})`;
  }

  /** Place the marks, and the stretch of those that last. */
  place() {
    const whole = this.player.duration * 1000;
    if (!whole) return;
    for (const mark of this.parts.marks.children) {
      const { startMs, endMs } = mark.dataset;
      mark.style.left = `${Math.min(100, (startMs / whole) * 100)}%`;
      mark.querySelector(".span")?.remove();
      const width = ((endMs - startMs) / whole) * this.parts.track.clientWidth;
      if (width < 2) continue;
      const span = document.createElement("span");
      span.className = "span";
      span.style.width = `${width}px`;
      mark.append(span);
    }
  }
}
