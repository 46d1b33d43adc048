// <acervo-selection>: around a <form> of tiles or rows with checkboxes and a selection bar. Shift chooses a stretch, "x" the
// focused one, Escape none. Without script it is the same form with its bar always there.

class AcervoSelection extends HTMLElement {
  connectedCallback() {
    if (this.bar) return;
    this.bar = this.querySelector("[data-part=bar]");
    this.counter = this.querySelector("[data-part=count]");
    this.addEventListener("click", (event) => this.clicked(event));
    this.addEventListener("change", () => this.show());
    this.addEventListener("keydown", (event) => this.pressed(event));
    this.querySelector("[data-part=all]").addEventListener("click", () => this.all(true));
    this.querySelector("[data-part=none]").addEventListener("click", () => this.all(false));
    addEventListener("pageshow", () => this.show());
    this.show();
  }

  get boxes() {
    return [...this.querySelectorAll("input[type=checkbox][name=asset]")];
  }

  clicked(event) {
    const box = event.target.closest("input[type=checkbox][name=asset]");
    if (!box) return;
    const { boxes } = this;
    const here = boxes.indexOf(box);
    const from = boxes.indexOf(this.last);
    if (event.shiftKey && from >= 0) {
      for (const other of boxes.slice(Math.min(from, here), Math.max(from, here) + 1)) other.checked = box.checked;
    }
    this.last = box;
    this.show();
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && this.boxes.some((box) => box.checked)) {
      this.all(false);
    } else if (event.key === "x" && !event.target.closest("input:not([type=checkbox]), textarea, select")) {
      event.target.closest("li, tr")?.querySelector("input[type=checkbox][name=asset]")?.click();
    }
  }

  all(checked) {
    for (const box of this.boxes) box.checked = checked;
    this.show();
  }

  show() {
    const chosen = this.boxes.filter((box) => box.checked).length;
    const { one, many } = this.counter.dataset;
    this.bar.hidden = chosen === 0;
    this.classList.toggle("picking", chosen > 0);
    this.counter.textContent = chosen === 1 ? one : many.replace("#", chosen.toLocaleString(document.documentElement.lang));
  }
}

customElements.define("acervo-selection", AcervoSelection);
