// Short answers of the page, read out politely. The words always come from the server or from a data attribute.

const READING_MS = 7000;

const region = () => document.getElementById("avisos");

/** Show one; `level` is that of Django's messages. Errors stay until closed. */
export function toast(text, level = "info") {
  const place = region();
  const note = place?.querySelector("template")?.content.firstElementChild.cloneNode(true);
  if (!note || !text) return;
  note.classList.replace("info", level);
  note.querySelector("span:not(.unseen)").textContent = text;
  place.append(note);
  if (level !== "error") setTimeout(() => note.remove(), READING_MS);
}

/** HX-Trigger: {"acervo:toast": {"text": "…", "level": "success"}}; and silence of the server. */
export function listen() {
  document.addEventListener("acervo:toast", ({ detail }) => toast(detail.text, detail.level));
  for (const name of ["htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(name, ({ target }) => {
      if (!target.closest?.("acervo-poll")) toast(region()?.dataset.failed, "error");
    });
  }
}
