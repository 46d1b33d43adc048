// Waveform peaks (the JSON of BBC audiowaveform: data = [min, max, min, max, ...], channels interleaved) as one path.

const files = new Map();

/** Fetch once per page, however many waves show it. Rejects where it cannot be had. */
export function loadPeaks(url) {
  if (!files.has(url)) {
    files.set(
      url,
      fetch(url, { credentials: "same-origin" }).then((response) => {
        if (!response.ok) throw new Error(String(response.status));
        return response.json();
      }),
    );
    files.get(url).catch(() => files.delete(url));
  }
  return files.get(url);
}

/** The loudest value each way in each of `buckets` equal stretches, over all channels, in -1..1. */
export function envelope(peaks, buckets) {
  const stride = 2 * (peaks.channels || 1);
  const points = Math.floor(peaks.data.length / stride);
  const count = Math.max(1, Math.min(buckets, points));
  const full = peaks.bits === 16 ? 32768 : 128;
  const result = [];
  for (let bucket = 0; bucket < count; bucket += 1) {
    const from = Math.floor((bucket * points) / count) * stride;
    const to = Math.floor(((bucket + 1) * points) / count) * stride;
    let low = 0;
    let high = 0;
    for (let index = from; index < to; index += 2) {
      low = Math.min(low, peaks.data[index]);
      high = Math.max(high, peaks.data[index + 1]);
    }
    result.push([low / full, high / full]);
  }
  return result;
}

/** An outline for a viewBox of `count` x 200, never thinner than a hairline. */
export function outline(shape) {
  const upper = shape.map(([, high], x) => `${x} ${(100 - Math.max(high * 100, 0.6)).toFixed(1)}`);
  const lower = shape.map(([low], x) => `${x} ${(100 - Math.min(low * 100, -0.6)).toFixed(1)}`).reverse();
  return `M${upper.join("L")}L${lower.join("L")}Z`;
}
