// <acervo-copy data-done="…">: its button puts data-text on the clipboard and says so through the toasts.
import { toast } from "../toasts.js";

class AcervoCopy extends HTMLElement {
  connectedCallback() {
    if (this.wired) return;
    this.wired = true;
    const button = this.querySelector("button");
    if (!navigator.clipboard) {
      button.hidden = true; // Plain http on another host: browsers offer no clipboard there.
      return;
    }
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.text);
      toast(this.dataset.done, "success");
    });
  }
}

customElements.define("acervo-copy", AcervoCopy);
