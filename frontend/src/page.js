// Small manners of every page: menus, dialogs, forms that submit on a change, and the keys "/" and "?".

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

function openDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
}

function closeMenusOutside({ target }) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
}

function click(event) {
  closeMenusOutside(event);
  const opener = event.target.closest?.("[data-dialog]");
  if (opener) {
    opener.closest("details[data-menu]")?.removeAttribute("open");
    openDialog(opener.dataset.dialog);
  }
  if (event.target instanceof HTMLDialogElement) event.target.close(); // The veil around it.
  event.target.closest?.("[data-close-note]")?.closest(".note").remove();
}

function walkMenu(menu, event) {
  const items = [...menu.querySelectorAll(".menu-items :is(a, button)")].filter((item) => item.offsetParent);
  const here = items.indexOf(document.activeElement);
  const next = { ArrowDown: here + 1, ArrowUp: here < 0 ? items.length - 1 : here - 1, Home: 0, End: items.length - 1 }[event.key];
  if (next === undefined || !items.length) return;
  event.preventDefault();
  menu.open = true;
  items[(next + items.length) % items.length].focus();
}

function keydown(event) {
  const menu = event.target.closest?.("details[data-menu]");
  if (menu && event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
    return;
  }
  if (menu) walkMenu(menu, event);
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "/") {
    const field = document.getElementById("buscar");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  } else if (event.key === "?") {
    event.preventDefault();
    openDialog("atajos");
  }
}

/** Wire the document once; everything is delegated, so that swapped content needs nothing. */
export function listen() {
  document.addEventListener("click", click);
  document.addEventListener("keydown", keydown);
  document.addEventListener("focusin", closeMenusOutside);
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-submit]")) target.form?.requestSubmit();
  });
}
