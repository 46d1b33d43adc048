// <acervo-scrub data-sprite="….vtt">: a tile's picture runs through the video under the pointer, and while focused.
import { cueAt, loadSprite, showCue } from "../media/sprite.js";

const STEP_MS = 450;

class AcervoScrub extends HTMLElement {
  connectedCallback() {
    if (this.owner) return;
    this.owner = this.closest("a") || this;
    this.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && this.open());
    this.addEventListener("pointermove", (event) => this.follow(event));
    this.addEventListener("pointerleave", () => this.close());
    this.owner.addEventListener("focus", () => this.owner.matches(":focus-visible") && this.run());
    this.owner.addEventListener("blur", () => this.close());
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  async open() {
    this.wanted = true;
    this.cues ??= await loadSprite(this.dataset.sprite);
    if (!this.wanted || !this.cues.length || this.frame) return;
    this.frame = document.createElement("span");
    this.frame.className = "scrub-frame";
    this.box = document.createElement("span");
    this.box.className = "scrub-box";
    this.image = new Image();
    this.image.alt = "";
    this.line = document.createElement("span");
    this.line.className = "scrub-line";
    this.box.append(this.image);
    this.frame.append(this.box);
    this.image.addEventListener("load", () => this.append(this.frame, this.line), { once: true });
    this.at(this.fraction ?? 0);
  }

  follow(event) {
    const box = this.getBoundingClientRect();
    this.fraction = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    if (this.frame) this.at(this.fraction);
  }

  at(fraction) {
    const end = this.cues.at(-1).end;
    const cue = cueAt(this.cues, fraction * end);
    const { clientWidth, clientHeight } = this;
    showCue(this.box, this.image, cue, Math.min(clientWidth, (clientHeight * cue.w) / cue.h));
    this.line.style.transform = `scaleX(${fraction})`;
  }

  async run() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.fraction = 0;
    await this.open();
    if (!this.frame) return;
    const end = this.cues.at(-1).end;
    let index = 0;
    clearInterval(this.timer);
    this.timer = setInterval(() => {
      index = (index + 1) % this.cues.length;
      this.at(this.cues[index].start / end);
    }, STEP_MS);
  }

  close() {
    this.wanted = false;
    this.fraction = undefined;
    clearInterval(this.timer);
    this.frame?.remove();
    this.line?.remove();
    this.frame = null;
  }
}

customElements.define("acervo-scrub", AcervoScrub);
