// <acervo-wave data-peaks="…">: a waveform as an SVG path in the current colour; fetched when it comes into sight.
import { envelope, loadPeaks, outline } from "../media/peaks.js";

const SVG = "http://www.w3.org/2000/svg";
const BUCKETS = 1200;

class AcervoWave extends HTMLElement {
  connectedCallback() {
    if (this.watcher || this.firstElementChild || !this.dataset.peaks) return;
    this.watcher = new IntersectionObserver(([entry]) => entry.isIntersecting && this.draw(), { rootMargin: "200px" });
    this.watcher.observe(this);
  }

  disconnectedCallback() {
    this.watcher?.disconnect();
    this.watcher = null;
  }

  async draw() {
    this.watcher?.disconnect();
    try {
      const shape = envelope(await loadPeaks(this.dataset.peaks), Number(this.dataset.buckets) || BUCKETS);
      const svg = document.createElementNS(SVG, "svg");
      const path = document.createElementNS(SVG, "path");
      svg.setAttribute("viewBox", `0 0 ${Math.max(1, shape.length - 1)} 200`);
      svg.setAttribute("preserveAspectRatio", "none");
      path.setAttribute("d", outline(shape));
      svg.append(path);
      this.replaceChildren(svg);
    } catch {
      this.dataset.missing = "";
    }
  }

  /** Show only the part up to a fraction (the played half of a pair of waves). */
  set until(fraction) {
    this.style.clipPath = `inset(0 ${(100 - 100 * fraction).toFixed(3)}% 0 0)`;
  }
}

customElements.get("acervo-wave") || customElements.define("acervo-wave", AcervoWave);
