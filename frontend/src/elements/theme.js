// <acervo-theme>: its buttons (value "", light, dark) set data-theme and the cookie that base.html reads, so nothing flashes.

const YEAR = 31_536_000;

class AcervoTheme extends HTMLElement {
  connectedCallback() {
    if (this.wired) return;
    this.wired = true;
    this.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.choose(button.value);
    });
    this.show();
  }

  choose(theme) {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `acervo_theme=${theme}; Path=/; Max-Age=${theme ? YEAR : 0}; SameSite=Lax${secure}`;
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    this.show();
  }

  show() {
    const now = document.documentElement.dataset.theme || "";
    for (const button of this.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === now));
  }
}

customElements.define("acervo-theme", AcervoTheme);
