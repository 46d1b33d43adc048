// Where the player's picture and sound come from: HLS through hls.js, the browser's own HLS, or the plain file.

// How often to ask again before giving up: seldom where the plain file can step in, half a minute where nothing can.
const PATIENCE = { withFile: 3, alone: 15 };
const RETRY_MS = 2000;

// An EVENT playlist is played from its beginning like a finished one: nothing may drag it to the live edge.
// Segments are fragmented MP4, which hls.js hands to the browser nearly as they are: a worker would gain nothing.
// Our caption tracks are the page's own <track> elements, so hls.js must leave text tracks alone.
const CONFIG = {
  enableWorker: false,
  lowLatencyMode: false,
  maxLiveSyncPlaybackRate: 1,
  maxBufferLength: 20,
  backBufferLength: 60,
  capLevelToPlayerSize: true,
  abrEwmaDefaultEstimate: 5_000_000,
  enableWebVTT: false,
  enableIMSC1: false,
  enableCEA708Captions: false,
  renderTextTracksNatively: false,
};

/** Give up on HLS: the plain file steps in where the page has one. */
function giveUp(hls, media, events) {
  const { currentTime } = media;
  hls.destroy();
  events.waiting(false);
  if (!media.querySelector("source")) {
    events.failed();
    return;
  }
  media.removeAttribute("src");
  media.load();
  if (currentTime > 0) media.addEventListener("loadedmetadata", () => (media.currentTime = currentTime), { once: true });
}

function keepTrying(hls, Hls, media, url, events) {
  const patience = media.querySelector("source") ? PATIENCE.withFile : PATIENCE.alone;
  let failures = 0;
  let recovered = 0;
  hls.on(Hls.Events.FRAG_BUFFERED, () => {
    failures = 0;
    events.waiting(false);
  });
  hls.on(Hls.Events.ERROR, (_name, data) => {
    if (!data.fatal) return;
    if (data.type === Hls.ErrorTypes.MEDIA_ERROR && recovered < 3) {
      recovered += 1;
      hls.recoverMediaError();
      return;
    }
    failures += 1;
    if (data.type !== Hls.ErrorTypes.NETWORK_ERROR || failures > patience) {
      giveUp(hls, media, events);
      return;
    }
    events.waiting(true);
    setTimeout(() => {
      if (hls.levels.length) hls.startLoad();
      else hls.loadSource(url);
    }, RETRY_MS);
  });
}

async function library(address) {
  try {
    return (await import(address)).default;
  } catch {
    return null;
  }
}

/**
 * Attach `url` to `media`, beginning at `start` seconds. `events`: ready(seconds, stillGrowing), waiting(yes), failed().
 * Returns a function that lets go of it.
 */
export async function attach(media, url, address, start, events) {
  const Hls = url ? await library(address) : null;
  if (!media.isConnected) return () => {};
  if (Hls?.isSupported()) {
    const hls = new Hls({ ...CONFIG, startPosition: start });
    hls.on(Hls.Events.LEVEL_UPDATED, (_name, { details }) => events.ready(details.edge, details.live));
    keepTrying(hls, Hls, media, url, events);
    media.preload = "auto";
    hls.loadSource(url);
    hls.attachMedia(media);
    return () => hls.destroy();
  }
  if (url && media.canPlayType("application/vnd.apple.mpegurl")) media.src = url;
  const growing = () => events.ready(media.seekable.length ? media.seekable.end(media.seekable.length - 1) : 0, media.duration === Infinity);
  media.addEventListener("durationchange", growing);
  media.addEventListener("progress", growing);
  media.addEventListener("error", () => events.failed());
  if (start > 0) media.addEventListener("loadedmetadata", () => (media.currentTime = start), { once: true });
  return () => {};
}
