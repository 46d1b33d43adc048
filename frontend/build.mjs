// Builds dist/: one script per page need, one style sheet, the fonts, and the icon sprite.
// Names stay plain: Django's static storage adds the content hash. For the same reason no script imports another by
// name: the heavy libraries (hls, openseadragon) are imported by the address the template gives in a data attribute.
import { build } from "esbuild";
import { appendFile, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const dist = process.env.ACERVO_FRONTEND_DIST || join(here, "dist");

/** One <symbol> per entry of icons.json, from lucide's files; the stroke is left to the style sheet. */
async function sprite() {
  const names = JSON.parse(await readFile(join(here, "icons.json"), "utf8"));
  const symbols = await Promise.all(
    Object.entries(names).map(async ([name, file]) => {
      const svg = await readFile(join(here, "node_modules/lucide-static/icons", `${file}.svg`), "utf8");
      const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
      return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, " ").trim()}</symbol>`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

/** The shapes of tiles: the same range and step as ratio_class in dam/templatetags/acervo.py. */
function ratios() {
  const shapes = Array.from({ length: 51 }, (_, step) => 50 + 5 * step);
  return `@layer library{${shapes.map((shape) => `.r-${shape}{--ratio:${shape / 100}}`).join("")}}\n`;
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: ["app", "player", "upload", "zoom", "hls", "openseadragon"].map((name) => `src/${name}.js`).concat("src/app.css"),
  outdir: dist,
  bundle: true,
  format: "esm",
  minify: true,
  target: ["chrome111", "firefox115", "safari16.4"],
  assetNames: "fonts/[name]",
  loader: { ".woff2": "file" },
  legalComments: "none",
  logLevel: "warning",
});
await appendFile(join(dist, "app.css"), ratios());
await writeFile(join(dist, "icons.svg"), await sprite());
await cp(join(here, "src/brand"), dist, { recursive: true });
