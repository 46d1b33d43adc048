// <acervo-zoom data-large="…" data-module="…">: a photograph looked at closely, by OpenSeadragon once somebody asks for it.

const KEYS = { "+": "in", "=": "in", "-": "out", 0: "fit", 1: "one", f: "full" };

/**
 * OpenSeadragon 6 adds a <style> unless it finds its own, and the policy refuses it. An element of that name that is not
 * HTML's stands in for it; the rule itself is in stage.css.
 */
function keepStyleOut() {
  if (document.querySelector("style[data-openseadragon-mobile-css]")) return;
  const stand = document.createElementNS(null, "style");
  stand.setAttribute("data-openseadragon-mobile-css", "");
  document.head.append(stand);
}

class AcervoZoom extends HTMLElement {
  connectedCallback() {
    if (this.parts || !this.dataset.large) return;
    this.parts = Object.fromEntries([...this.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) this.act(button.dataset.do);
    });
    this.parts.picture.addEventListener("click", () => this.act("in"));
    this.pressed = (event) => {
      const action = KEYS[event.key.toLowerCase()];
      const { target } = event;
      if (!action || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      if (target.closest?.("input, textarea, select, [contenteditable]")) return;
      event.preventDefault();
      event.stopPropagation();
      this.act(action);
    };
    document.addEventListener("keydown", this.pressed, true);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.pressed, true);
    this.viewer?.destroy();
    this.viewer = null;
  }

  async act(action) {
    if (action === "full") {
      if (document.fullscreenElement) document.exitFullscreen();
      else this.requestFullscreen?.();
      return;
    }
    if (action === "fit" && !this.viewer) return;
    const { viewport } = (await this.open()) || {};
    if (!viewport) return;
    if (action === "in") viewport.zoomBy(1.5);
    if (action === "out") viewport.zoomBy(1 / 1.5);
    if (action === "one") viewport.zoomTo(viewport.imageToViewportZoom(1));
    if (action === "fit") viewport.goHome();
    viewport.applyConstraints();
  }

  /** The viewer, made once; it opens where the plain picture stands, so nothing jumps. */
  open() {
    this.opening ??= this.build().catch(() => {
      this.parts.failed.hidden = false;
      this.parts.view.hidden = true;
      this.opening = null;
      return null;
    });
    return this.opening;
  }

  async build() {
    const { view, scale, picture } = this.parts;
    const { default: OpenSeadragon } = await import(this.dataset.module);
    keepStyleOut();
    this.parts.stage.style.height = `${this.parts.stage.offsetHeight}px`;
    view.hidden = false;
    const viewer = OpenSeadragon({
      element: view,
      tileSources: { type: "image", url: this.dataset.large, ajaxWithCredentials: true },
      showNavigationControl: false,
      drawer: "canvas",
      maxZoomPixelRatio: 4,
      visibilityRatio: 1,
      constrainDuringPan: true,
      animationTime: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 0.4,
      gestureSettingsMouse: { clickToZoom: true, dblClickToZoom: false },
      preserveImageSizeOnResize: false,
    });
    await new Promise((resolve, reject) => {
      viewer.addOnceHandler("open", resolve);
      viewer.addOnceHandler("open-failed", reject);
    });
    this.viewer = viewer;
    viewer.canvas.setAttribute("aria-label", picture.alt);
    const say = () => {
      const share = viewer.viewport.viewportToImageZoom(viewer.viewport.getZoom(true));
      scale.textContent = share.toLocaleString(document.documentElement.lang, { style: "percent" });
    };
    viewer.addHandler("animation", say);
    viewer.addHandler("resize", say);
    say();
    return viewer;
  }
}

customElements.define("acervo-zoom", AcervoZoom);
