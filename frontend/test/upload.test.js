import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { documentElement: { lang: "es-MX" } };
const { Speed, left, size } = await import("../src/upload/words.js");
const { fromDrop, fromField } = await import("../src/upload/gather.js");
const { SETTLED, Watch } = await import("../src/upload/watch.js");

const say = (name, number) => `${name} ${number}`;
const plain = (words) => words.replaceAll("\u00a0", " ");

test("sizes as Django writes them", () => {
  assert.equal(plain(size(63)), "63 bytes");
  assert.equal(plain(size(1536)), "2 kB");
  assert.equal(plain(size(16_252_928)), "15.5 MB");
  assert.equal(plain(size(200 * 1024 ** 3)), "200.0 GB");
  assert.equal(plain(size(2 * 1024 ** 2, true)), "2.0 MB/s");
});

test("time left in the largest fitting word", () => {
  assert.equal(left(0.2, say), "left-seconds 1");
  assert.equal(left(54, say), "left-seconds 54");
  assert.equal(left(61, say), "left-minutes 2");
  assert.equal(left(5400, say), "left-hours 1.5");
  assert.equal(left(Infinity, say), "");
});

test("speed follows slowly and never goes below nothing", () => {
  let now = 0;
  performance.now = () => now;
  const speed = new Speed();
  now = 1000;
  assert.equal(speed.note(1000), 1000);
  now = 1100;
  assert.equal(speed.note(5000), 1000);
  now = 2000;
  assert.ok(speed.note(3000) > 1000);
  now = 3000;
  assert.ok(speed.note(0) > 0);
});

const entry = (path) => ({ isFile: true, fullPath: `/${path}`, file: (done) => done({ name: path.split("/").pop() }) });

function folder(children) {
  const batches = [children.slice(0, 1), children.slice(1), []];
  return { isFile: false, isDirectory: true, createReader: () => ({ readEntries: (done) => done(batches.shift()) }) };
}

test("a dropped folder is read to its end, with paths", async () => {
  const card = folder([entry("CARD/A.MXF"), folder([entry("CARD/SUB/B.XML"), entry("CARD/SUB/C.XML")])]);
  const loose = new File(["x"], "loose.jpg");
  const items = [{ webkitGetAsEntry: () => card }, { getAsFile: () => loose }, { webkitGetAsEntry: () => null, getAsFile: () => null }];
  const found = [];
  for await (const one of fromDrop({ items })) found.push(one.path);
  assert.deepEqual(found, ["CARD/A.MXF", "CARD/SUB/B.XML", "CARD/SUB/C.XML", "loose.jpg"]);
});

test("a folder field knows its paths, a file field its names", () => {
  const files = [{ name: "a.jpg", webkitRelativePath: "DCIM/a.jpg" }, { name: "b.jpg", webkitRelativePath: "" }];
  assert.deepEqual(fromField({ files }).map(({ path }) => path), ["DCIM/a.jpg", "b.jpg"]);
});

test("the watch asks in groups until everything is settled", async () => {
  globalThis.location = { href: "http://h/subir/" };
  const asked = [];
  globalThis.fetch = async (url) => {
    const ids = url.searchParams.getAll("id");
    asked.push(ids.length);
    return { ok: true, json: async () => ({ uploads: ids.map((id) => ({ id, state: id === "0" ? "checking" : "accepted" })) }) };
  };
  const heard = [];
  const watch = new Watch("/estado/", (row, upload) => heard.push([row.name, upload.state]));
  for (let id = 0; id < 60; id += 1) watch.rows.set(String(id), { name: `f${id}` });
  await watch.ask();
  clearTimeout(watch.timer);
  assert.deepEqual(asked, [50, 10]);
  assert.equal(heard.length, 60);
  assert.deepEqual([...watch.rows.keys()], ["0"]);
  assert.ok(SETTLED.has("rejected") && !SETTLED.has("safe"));
});

test("a server that does not answer is asked again, more slowly, and nothing is forgotten", async () => {
  globalThis.fetch = async () => ({ ok: false, status: 502 });
  const watch = new Watch("/estado/", () => assert.fail());
  watch.rows.set("a", {});
  await watch.ask();
  clearTimeout(watch.timer);
  assert.equal(watch.wait, 5000);
  assert.equal(watch.rows.size, 1);
});
