// <acervo-upload>: files and folders dropped anywhere on the page travel by tus, three at a time, each in its row until the
// server says that it is safe. Attributes and words: templates/components/upload.html.
import { fromDrop, fromField } from "../upload/gather.js";
import { Row } from "../upload/row.js";
import { transfer, unfinished } from "../upload/transfer.js";
import { Watch } from "../upload/watch.js";
import { Speed, left, size } from "../upload/words.js";

const AT_ONCE = 3;
const SUM_MS = 100;
const UNDER_WAY = new Set(["waiting", "receiving", "paused", "offline"]);
const SAFE = new Set(["safe", "accepted", "duplicate"]);
const BAD = new Set(["rejected", "failed", "expired", "too-large", "empty"]);
const STATUS_STATES = { 404: "expired", 410: "expired", 413: "too-large" };

class AcervoUpload extends HTMLElement {
  connectedCallback() {
    if (this.rows) return;
    this.rows = [];
    this.parts = Object.fromEntries([...this.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    this.watch = new Watch(this.dataset.statusUrl, (row, upload) => {
      row.heard(upload);
      this.sum();
    });
    this.speed = new Speed();
    this.aborter = new AbortController();
    this.wire({ signal: this.aborter.signal });
    this.remember();
  }

  disconnectedCallback() {
    this.aborter.abort();
    for (const row of this.rows) row.transfer?.pause();
  }

  wire(options) {
    for (const field of [this.parts.files, this.parts.folder]) {
      field.addEventListener("change", () => {
        for (const found of fromField(field)) this.add(found);
        field.value = "";
      });
    }
    this.addEventListener("click", (event) => this.pressed(event));
    this.wireDrop(options);
    addEventListener("online", () => this.rows.filter((row) => row.state === "failed" && !row.fromServer).forEach((row) => this.resume(row)), options);
    addEventListener("beforeunload", (event) => {
      if (this.rows.some((row) => UNDER_WAY.has(row.state))) event.preventDefault();
    }, options);
  }

  wireDrop(options) {
    let depth = 0;
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    const veil = (change) => {
      depth = Math.max(0, depth + change);
      this.parts.veil.hidden = depth === 0;
    };
    document.addEventListener("dragenter", (event) => carries(event) && veil(1), options);
    document.addEventListener("dragleave", (event) => carries(event) && veil(-1), options);
    document.addEventListener("dragover", (event) => carries(event) && event.preventDefault(), options);
    document.addEventListener("drop", async (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      veil(-depth);
      for await (const found of fromDrop(event.dataTransfer)) this.add(found);
    }, options);
  }

  /** Uploads left half-way in this browser: the person is told which files to choose again. */
  async remember() {
    const names = (await unfinished()).map(({ name }) => name).filter(Boolean);
    if (!names.length) return;
    this.parts["left-names"].textContent = names.slice(0, 6).join(", ") + (names.length > 6 ? "…" : "");
    this.parts.left.hidden = false;
  }

  words(state) {
    return this.parts.words.content.querySelector(`[data-state="${state}"]`).cloneNode(true);
  }

  say(name, number) {
    const words = this.parts.words.content.querySelector(`[data-words="${name}"]`).textContent;
    return number === undefined ? words : words.replace("#", number.toLocaleString(document.documentElement.lang));
  }

  add(found) {
    const row = new Row(this.parts.row, found, (state) => this.words(state), (name, number) => this.say(name, number));
    row.element.row = row;
    this.rows.push(row);
    this.parts.rows.append(row.element);
    this.parts.left.hidden = true;
    this.classList.add("busy");
    const limit = Number(this.dataset.maxBytes);
    if (!found.file.size) row.become("empty");
    else if (limit && found.file.size > limit) row.become("too-large");
    this.next();
  }

  next() {
    const running = this.rows.filter((row) => ["receiving", "offline"].includes(row.state) || row.starting).length;
    for (const row of this.rows.filter(({ state, starting }) => state === "waiting" && !starting).slice(0, Math.max(0, AT_ONCE - running))) {
      row.starting = true;
      row.transfer ??= transfer(row.file, row.path, this.to(), this.events(row));
      row.transfer.start();
    }
    this.sum();
  }

  to() {
    const metadata = Object.fromEntries([...this.querySelectorAll("[data-meta]")].map((item) => [item.dataset.meta, item.value]));
    if (this.dataset.batch) metadata.batch = this.dataset.batch;
    return { endpoint: this.dataset.endpoint, checksum: "checksum" in this.dataset, metadata };
  }

  events(row) {
    const settle = (state) => {
      row.starting = false;
      row.become(state);
      this.next();
    };
    return {
      progress: (sent) => {
        if (!["waiting", "receiving", "offline"].includes(row.state)) return;
        row.starting = false;
        row.progress(sent);
        this.sum();
      },
      stalled: () => row.become("offline"),
      failed: (status) => {
        row.transfer = null;
        settle(STATUS_STATES[status] || "failed");
      },
      done: (id) => {
        row.sent = row.file.size;
        settle("complete");
        this.watch.add(id, row);
      },
    };
  }

  pressed(event) {
    const action = event.target.closest("[data-do]")?.dataset.do;
    const row = event.target.closest("li")?.row;
    if (action === "pause-all") this.rows.filter(({ state }) => ["waiting", "receiving", "offline"].includes(state)).forEach((other) => this.pause(other));
    if (action === "resume-all") this.rows.filter(({ state }) => state === "paused").forEach((other) => this.resume(other));
    if (row && action === "pause") this.pause(row);
    if (row && (action === "resume" || action === "retry")) this.resume(row);
    if (row && action === "cancel") this.cancel(row);
    if (action) this.next();
  }

  pause(row) {
    row.transfer?.pause();
    row.starting = false;
    row.become("paused");
  }

  resume(row) {
    row.starting = false;
    row.become("waiting");
    this.next();
  }

  cancel(row) {
    row.transfer?.cancel().catch(() => {}); // What stays on the server expires by itself.
    row.starting = false;
    row.become("cancelled");
  }

  /** Sums at most ten times a second, however many files report. */
  sum() {
    this.summing ??= setTimeout(() => {
      this.summing = null;
      this.total();
    }, SUM_MS);
  }

  /** The line above the rows: how many, how far, how long still; and at the end the one sentence that matters. */
  total() {
    const live = this.rows.filter(({ state }) => state !== "cancelled");
    const total = live.reduce((bytes, { file }) => bytes + file.size, 0);
    const sent = live.reduce((bytes, row) => bytes + row.sent, 0);
    const safe = live.filter(({ state }) => SAFE.has(state)).length;
    const bad = live.filter(({ state }) => BAD.has(state)).length;
    const moving = live.some(({ state }) => UNDER_WAY.has(state));
    const counts = [live.length === 1 ? this.say("sum-one") : this.say("sum-many", live.length)];
    if (safe) counts.push(this.say("sum-safe", safe));
    if (bad) counts.push(this.say("sum-bad", bad));
    const words = live.length && safe === live.length ? this.say("all-safe") : counts.join(" · ");
    if (this.parts["sum-words"].textContent !== words) this.parts["sum-words"].textContent = words;
    this.parts.sum.hidden = !live.length;
    this.parts["sum-bar"].value = total ? sent / total : 0;
    this.parts["sum-bar"].hidden = !moving;
    const speed = this.speed.note(sent);
    const flowing = live.some(({ state }) => state === "receiving");
    const pace = flowing && speed ? [size(speed, true), left((total - sent) / speed, (name, number) => this.say(name, number))] : [];
    this.parts["sum-rate"].textContent = [`${size(sent)} / ${size(total)}`, ...pace].filter(Boolean).join(" · ");
    this.parts["sum-rate"].hidden = !moving;
    const pausable = live.some(({ state }) => ["waiting", "receiving", "offline"].includes(state));
    this.querySelector("[data-do=pause-all]").hidden = !pausable;
    this.querySelector("[data-do=resume-all]").hidden = pausable || !live.some(({ state }) => state === "paused");
  }
}

customElements.define("acervo-upload", AcervoUpload);
