// The page's list of spoken words follows the player: the line being said is marked and kept in sight.

/** Mark the line at `milliseconds` in every [data-cues] list; scrolls only inside the list. */
export function follow(milliseconds) {
  for (const list of document.querySelectorAll("[data-cues]")) {
    const now = [...list.children].find(({ dataset }) => Number(dataset.startMs) <= milliseconds && milliseconds < Number(dataset.endMs));
    const before = list.querySelector("[aria-current]");
    if (before === (now || null)) continue;
    before?.removeAttribute("aria-current");
    if (!now) continue;
    now.setAttribute("aria-current", "true");
    if (!list.matches(":hover, :focus-within")) list.scrollTop = now.offsetTop - list.offsetTop - list.clientHeight / 3;
  }
}
