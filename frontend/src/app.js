// What every page loads: htmx under the strict CSP, the page's manners, and the small elements.
import htmx from "htmx.org/dist/htmx.esm.js";
import "./elements/copy.js";
import "./elements/poll.js";
import "./elements/scrub.js";
import "./elements/selection.js";
import "./elements/theme.js";
import "./elements/wave.js";
import { listen as manners } from "./page.js";
import { listen as toasts } from "./toasts.js";

// No evaluated code and no injected style: the policy forbids both. Back and forward ask the server, so that no page
// of the archive stays behind in the browser's storage.
Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
});

manners();
toasts();
