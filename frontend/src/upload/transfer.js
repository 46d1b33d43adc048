// One file on its way by tus: resumable across reloads, every piece sent with its checksum where the browser can make one.
import { DefaultHttpStack, Upload, defaultOptions } from "tus-js-client";

const PIECE_BYTES = 16 * 1024 * 1024;
const DELAYS_MS = [0, 1000, 2000, 4000, 8000, 15000, 30000, 30000, 60000, 60000, 60000];
const CHECKSUM_MISMATCH = 460;
const AGAIN = new Set([0, 409, 423, 429, CHECKSUM_MISMATCH]);

const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

/** tus-js-client has no checksum extension: this stack adds the header to each request with a body. */
class CheckedStack {
  constructor() {
    this.plain = new DefaultHttpStack();
  }

  getName() {
    return "CheckedStack";
  }

  createRequest(method, url) {
    const request = this.plain.createRequest(method, url);
    const send = request.send.bind(request);
    const abort = request.abort.bind(request);
    let stopped = false;
    request.abort = () => {
      stopped = true;
      return abort();
    };
    request.send = async (body) => {
      if (body instanceof Blob && body.size) {
        const digest = await crypto.subtle.digest("SHA-256", await body.arrayBuffer());
        if (stopped) throw new Error("stopped");
        request.setHeader("Upload-Checksum", `sha256 ${base64(digest)}`);
      }
      return send(body);
    };
    return request;
  }
}

const statusOf = (error) => error.originalResponse?.getStatus() ?? 0;

/** The unfinished uploads this browser remembers: [{name, size}]. */
export async function unfinished() {
  const all = await defaultOptions.urlStorage.findAllUploads();
  return all.map(({ metadata, size }) => ({ name: metadata?.filename || "", size }));
}

/**
 * A transfer of `file`. `to`: endpoint, checksum (whether to send them), metadata. `events`: progress(sent), stalled(),
 * done(id), failed(status). Methods of the answer: start(), pause(), cancel().
 */
export function transfer(file, path, to, events) {
  const upload = new Upload(file, {
    endpoint: to.endpoint,
    chunkSize: PIECE_BYTES,
    retryDelays: DELAYS_MS,
    removeFingerprintOnSuccess: true,
    metadata: {
      ...to.metadata,
      filename: file.name,
      path,
      filetype: file.type,
      lastmodified: new Date(file.lastModified).toISOString(),
    },
    ...(to.checksum && globalThis.crypto?.subtle ? { httpStack: new CheckedStack() } : {}),
    fingerprint: async () => ["acervo", path, file.size, file.lastModified, to.endpoint].join("|"),
    onBeforeRequest: (request) => {
      request.getUnderlyingObject().withCredentials = true;
    },
    onProgress: (sent) => events.progress(sent),
    onShouldRetry: (error) => {
      const status = statusOf(error);
      if (status === 0) events.stalled();
      return AGAIN.has(status) || status >= 500;
    },
    onError: (error) => events.failed(statusOf(error)),
    onSuccess: () => events.done(new URL(upload.url, location.href).pathname.replace(/\/$/, "").split("/").pop()),
  });
  return {
    async start() {
      if (!upload.url) {
        const [earlier] = await upload.findPreviousUploads();
        if (earlier) upload.resumeFromPreviousUpload(earlier);
      }
      upload.start();
    },
    pause: () => upload.abort(false),
    cancel: () => upload.abort(true),
  };
}
