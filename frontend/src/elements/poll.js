// <acervo-poll data-url="…" data-every="4">: asks again for its own content while the page is looked at. The answer is the
// whole element anew; without data-url (nothing is under way any more) it stops.
import htmx from "htmx.org/dist/htmx.esm.js";

const SLOWEST_S = 60;

class AcervoPoll extends HTMLElement {
  connectedCallback() {
    this.wait = Number(this.dataset.every) || 4;
    this.seen = () => document.visibilityState === "visible" && this.plan(0.2);
    document.addEventListener("visibilitychange", this.seen);
    this.plan(this.wait);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.seen);
  }

  plan(seconds) {
    clearTimeout(this.timer);
    if (this.dataset.url) this.timer = setTimeout(() => this.ask(), seconds * 1000);
  }

  /** Whether the person is in the middle of something here that a swap would take away. */
  get busy() {
    return this.querySelector("details[open].menu, :popover-open, dialog[open], input:focus, textarea:focus, select:focus") !== null;
  }

  async ask() {
    if (document.visibilityState !== "visible" || this.busy) {
      this.plan(this.wait);
      return;
    }
    const open = [...this.querySelectorAll("details[open][id]")].map(({ id }) => id);
    const focused = this.contains(document.activeElement) ? document.activeElement.id : "";
    const { parentNode } = this;
    try {
      await htmx.ajax("GET", this.dataset.url, { source: this, target: this, swap: "outerHTML" });
    } catch {
      this.wait = Math.min(this.wait * 2, SLOWEST_S);
    }
    if (this.isConnected) this.plan((this.wait = Math.min(this.wait * 2, SLOWEST_S)));
    for (const id of open) parentNode?.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }
}

customElements.define("acervo-poll", AcervoPoll);
