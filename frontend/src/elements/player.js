// <acervo-player>: video or sound with an exact timeline. Attributes: templates/components/player.html and sound.html.
import { frameAt, frameAtStamp, isClock, clock, label, middleOf, parse, parseRate } from "../media/timecode.js";
import { follow } from "../player/cues.js";
import { faster, listen } from "../player/keys.js";
import { attach } from "../player/source.js";
import { Timeline } from "../player/timeline.js";

const VOLUME = "acervo-volume";
const IDLE_MS = 2500;
const REVERSE_MS = 125;

class AcervoPlayer extends HTMLElement {
  connectedCallback() {
    if (this.media) return;
    this.media = this.querySelector("video, audio");
    this.parts = Object.fromEntries([...this.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    this.rate = parseRate(this.dataset.rate) || { num: 25, den: 1, nominal: 25 };
    this.drop = "drop" in this.dataset;
    this.origin = isClock(this.rate) ? 0 : parse(this.dataset.startTimecode, this.rate, this.drop);
    this.duration = (Number(this.dataset.ticks) * this.rate.den) / this.rate.num || 0;
    this.readyUntil = this.duration;
    this.timeline = new Timeline(this, this.parts, this.dataset.sprite);
    this.media.controls = false;
    this.wire();
    this.stopKeys = listen(this);
    this.begin();
  }

  disconnectedCallback() {
    this.stopKeys?.();
    this.detach?.();
    clearInterval(this.reversing);
    this.media = null;
  }

  async begin() {
    const wanted = Number(new URLSearchParams(location.search).get("t")) || 0;
    this.measured();
    this.timeline.show(wanted);
    const events = {
      ready: (seconds, growing) => this.ready(seconds, growing),
      waiting: (yes) => this.parts.waiting && (this.parts.waiting.hidden = !yes),
      failed: () => (this.parts.failed.hidden = false),
    };
    this.detach = await attach(this.media, this.dataset.hls, this.dataset.hlsModule, wanted, events);
    if (!this.media) this.detach();
  }

  wire() {
    const { media, parts } = this;
    const on = (name, action) => media.addEventListener(name, action);
    this.addEventListener("click", (event) => this.pressed(event));
    document.addEventListener("click", (event) => this.reached(event));
    for (const name of ["play", "pause", "ended"]) on(name, () => this.state());
    for (const name of ["timeupdate", "seeking", "seeked"]) on(name, () => this.tick(media.currentTime));
    on("loadedmetadata", () => this.measured());
    on("volumechange", () => this.sounded());
    on("ratechange", () => (parts.speed.value = String(media.playbackRate)));
    parts.start?.addEventListener("click", () => this.toggle());
    parts.stage?.addEventListener("click", (event) => event.target === media && this.toggle());
    parts.stage?.addEventListener("dblclick", () => this.full());
    parts.speed.addEventListener("change", () => (media.playbackRate = Number(parts.speed.value)));
    parts.volume.addEventListener("input", () => Object.assign(media, { volume: Number(parts.volume.value), muted: false }));
    media.volume = Number(localStorage.getItem(VOLUME) ?? 1);
    media.requestVideoFrameCallback?.((_now, frame) => this.shown(frame));
    this.addEventListener("pointermove", () => this.wake());
    new ResizeObserver(() => this.timeline.place()).observe(parts.track);
    this.state();
  }

  pressed(event) {
    const action = event.target.closest("[data-do]")?.dataset.do;
    const actions = {
      toggle: () => this.toggle(),
      back: () => this.step(-1),
      forward: () => this.step(1),
      mute: () => this.mute(),
      captions: () => this.captions(),
      full: () => this.full(),
    };
    actions[action]?.();
  }

  /** A link anywhere on the page to a moment of this material (data-seek-ms or data-seek-tick). */
  reached(event) {
    const link = event.target.closest?.("[data-seek-ms], [data-seek-tick]");
    if (!link || !this.media || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { seekMs, seekTick } = link.dataset;
    this.seek(seekTick ? (Number(seekTick) * this.rate.den) / this.rate.num : Number(seekMs) / 1000);
    const box = this.getBoundingClientRect();
    if (box.bottom < 80 || box.top > innerHeight - 80) this.scrollIntoView({ block: "start" });
  }

  /** The words for a moment: timecode of its frame, or a clock for sound. */
  words(seconds) {
    if (isClock(this.rate)) return clock(seconds);
    return label(this.origin + frameAt(seconds, this.rate), this.rate, this.drop);
  }

  measured() {
    if (!this.duration && Number.isFinite(this.media.duration)) this.duration = this.media.duration;
    this.parts.total.textContent = this.duration ? `/ ${this.words(this.lastMoment())}` : "";
    this.timeline.place();
    this.tick(this.media.currentTime);
  }

  lastMoment() {
    return isClock(this.rate) ? this.duration : Math.max(0, this.duration - this.rate.den / this.rate.num / 2);
  }

  ready(seconds, growing) {
    if (!this.duration) this.duration = growing ? 0 : seconds;
    this.readyUntil = growing ? seconds : Math.max(seconds, this.duration);
    this.timeline.ready(this.readyUntil, growing);
    if (this.parts.live) this.parts.live.hidden = !growing;
  }

  shown(frame) {
    if (!this.media) return;
    this.frame = frameAtStamp(frame.mediaTime, this.rate);
    this.tick(middleOf(this.frame, this.rate));
    this.media.requestVideoFrameCallback((_now, next) => this.shown(next));
  }

  tick(seconds) {
    this.parts.now.textContent = this.words(seconds);
    this.timeline.show(seconds);
    follow(this.media.currentTime * 1000);
  }

  seek(seconds) {
    const limit = Math.max(0, Math.min(this.lastMoment() || Infinity, this.readyUntil || Infinity));
    this.frame = null;
    this.media.currentTime = Math.min(Math.max(0, seconds), limit);
  }

  skip(seconds) {
    this.seek(this.media.currentTime + seconds);
  }

  step(frames) {
    this.media.pause();
    this.stopReverse();
    if (isClock(this.rate)) return this.skip(frames / 10);
    const frame = this.frame ?? frameAt(this.media.currentTime, this.rate);
    this.seek(middleOf(Math.max(0, frame + frames), this.rate));
    this.frame = Math.max(0, frame + frames);
    return undefined;
  }

  toggle() {
    const reversing = this.reversing;
    this.stopReverse();
    if (!this.media.paused || reversing) this.media.pause();
    else this.play(1);
  }

  play(speed) {
    this.media.playbackRate = speed;
    this.media.play().catch(() => this.state());
  }

  /** J and L: pressed again they go faster. Browsers do not play backwards, so backwards is a run of seeks. */
  shuttle(direction) {
    const { media } = this;
    if (direction > 0) {
      const running = !media.paused && !this.reversing;
      this.stopReverse();
      this.play(running ? faster(media.playbackRate) : 1);
      return;
    }
    media.pause();
    this.speed = this.reversing ? faster(this.speed) : 1;
    clearInterval(this.reversing);
    this.reversing = setInterval(() => {
      if (!media.seeking) this.seek(media.currentTime - (this.speed * REVERSE_MS) / 1000);
      if (media.currentTime <= 0) this.stopReverse();
    }, REVERSE_MS);
  }

  stopReverse() {
    clearInterval(this.reversing);
    this.reversing = null;
  }

  mute() {
    this.media.muted = !this.media.muted;
  }

  captions() {
    const [track] = this.media.textTracks;
    if (!track) return;
    track.mode = track.mode === "showing" ? "disabled" : "showing";
    this.parts.captions?.setAttribute("aria-pressed", String(track.mode === "showing"));
  }

  full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.requestFullscreen) this.requestFullscreen();
    else this.media.webkitEnterFullscreen?.();
  }

  sounded() {
    const { media, parts } = this;
    const silent = media.muted || media.volume === 0;
    parts.volume.value = String(media.muted ? 0 : media.volume);
    parts.mute.setAttribute("aria-pressed", String(silent));
    this.when(parts.mute, silent ? "muted" : "sounding");
    localStorage.setItem(VOLUME, String(media.volume));
  }

  when(part, state) {
    for (const side of part.querySelectorAll("[data-when]")) side.hidden = side.dataset.when !== state;
  }

  state() {
    const { media, parts } = this;
    this.when(parts.toggle, media.paused ? "paused" : "playing");
    if (parts.start) parts.start.hidden = !media.paused || media.currentTime > 0;
    this.wake();
  }

  /** In full screen the deck withdraws while nothing moves. */
  wake() {
    this.classList.remove("idle");
    clearTimeout(this.resting);
    if (!this.media?.paused) this.resting = setTimeout(() => this.classList.add("idle"), IDLE_MS);
  }
}

customElements.define("acervo-player", AcervoPlayer);
