// What became of the files that arrived: asks data-status-url?id=…&id=… while any is not settled.
// Answer: {"uploads": [{"id", "state", "text", "url", "label", "thumb"}]}; states: templates/components/upload_words.html.

const FIRST_MS = 800;
const SLOWEST_MS = 5000;
const TOGETHER = 50;

/** States after which the server has no more to say. */
export const SETTLED = new Set(["accepted", "duplicate", "rejected", "failed", "expired"]);

export class Watch {
  constructor(url, heard) {
    this.url = url;
    this.heard = heard;
    this.rows = new Map();
    this.wait = FIRST_MS;
  }

  add(id, row) {
    this.rows.set(id, row);
    this.wait = FIRST_MS;
    this.plan();
  }

  plan() {
    clearTimeout(this.timer);
    if (this.rows.size) this.timer = setTimeout(() => this.ask(), this.wait);
  }

  async ask() {
    const ids = [...this.rows.keys()];
    try {
      for (let from = 0; from < ids.length; from += TOGETHER) await this.askFor(ids.slice(from, from + TOGETHER));
    } catch {
      this.wait = SLOWEST_MS; // The files are on the server; that it does not answer now changes nothing.
    }
    this.wait = Math.min(this.wait * 1.3, SLOWEST_MS);
    this.plan();
  }

  async askFor(ids) {
    const url = new URL(this.url, location.href);
    for (const id of ids) url.searchParams.append("id", id);
    const response = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!response.ok) throw new Error(String(response.status));
    for (const upload of (await response.json()).uploads) {
      const row = this.rows.get(upload.id);
      if (!row) continue;
      if (row.state !== upload.state) this.wait = FIRST_MS;
      if (SETTLED.has(upload.state)) this.rows.delete(upload.id);
      this.heard(row, upload);
    }
  }
}
