// The editing room's keys, for the whole page while nothing else wants them. A later issue adds I and O here.

const SHUTTLE = [1, 2, 4];

const KEYS = {
  " ": (player) => player.toggle(),
  k: (player) => player.toggle(),
  l: (player) => player.shuttle(1),
  j: (player) => player.shuttle(-1),
  ",": (player) => player.step(-1),
  ".": (player) => player.step(1),
  ArrowLeft: (player, event) => player.skip(event.shiftKey ? -1 : -5),
  ArrowRight: (player, event) => player.skip(event.shiftKey ? 1 : 5),
  Home: (player) => player.seek(0),
  End: (player) => player.seek(player.duration),
  m: (player) => player.mute(),
  c: (player) => player.captions(),
  f: (player) => player.full(),
};

const TYPING = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const PRESSABLE = "button, a[href], summary, input, label";

/** Whether the key belongs to what is focused, not to the player. */
function taken(event, player) {
  const { target } = event;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !(target instanceof Element)) return true;
  if (target.closest(TYPING) || document.querySelector("dialog[open]")) return true;
  if (event.key === " ") return target.closest(PRESSABLE) !== null;
  if (event.key.startsWith("Arrow")) return target.matches("input") || (!player.contains(target) && target.closest("nav, [role], table, .cues") !== null);
  return ["Home", "End"].includes(event.key) && !player.contains(target);
}

/** Listen on the document; returns a function that stops. */
export function listen(player) {
  const pressed = (event) => {
    const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action || taken(event, player)) return;
    event.preventDefault();
    action(player, event);
  };
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}

/** The next speed of a shuttle key pressed again: 1, 2, 4, and no further. */
export function faster(speed) {
  return SHUTTLE[Math.min(SHUTTLE.indexOf(speed) + 1, SHUTTLE.length - 1)];
}
