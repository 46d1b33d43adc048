"""What people do in every journey: come in, bring files, look for things and take them home.

Nothing here sleeps: each step waits for what a person would see. The limits are for a busy machine.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as NotSeen

from tests.live import Live

Seen = TypeVar("Seen")

PATIENCE_S = 120
STEP_MS = 60_000
LOOK_MS = 2000
#: A folder for pictures of the main states; without it none are taken.
ALBUM = os.environ.get("ACERVO_ALBUM", "")
MAKE_PERSON = """
from dam import agencies
from dam.models import Agency, User
name, password, first, last, role, code = {facts!r}
agency = Agency.objects.filter(parent=None).first() or agencies.create(
    "GTO", "Coordinación General de Comunicación Social", parent=None, by=None)
if code:
    agency = Agency.objects.filter(code=code).first() or agencies.create(
        code, "Secretaría de Turismo", parent=agency, by=None)
if not User.objects.filter(username=name).exists():
    user = User.objects.create_user(name, password=password, first_name=first, last_name=last)
    agencies.appoint(user, agency=agency, role=role, by=None)
"""

expect.set_options(timeout=STEP_MS)


@dataclass(frozen=True)
class Person:
    """Somebody who signs in."""

    name: str
    first_name: str
    password: str = "Loma-de-la-Trinidad-9"


def somebody(
    live: Live, first_name: str, last_name: str, *, role: str = "producer", agency: str = ""
) -> Person:
    """A person with a role in the central office, or in a secretariat of that code, whose people see only its own."""
    person = Person(first_name.lower(), first_name)
    facts = (person.name, person.password, first_name, last_name, role, agency)
    live.manage("shell", "--no-imports", "-c", MAKE_PERSON.format(facts=facts))
    return person


def sign_in(page: Page, person: Person, *, password: str = "") -> None:
    """Say who one is; afterwards the page that was wanted, or the same form again, is there."""
    page.set_default_timeout(STEP_MS)
    if "/entrar/" not in page.url:
        page.goto("/entrar/")
    page.get_by_label("Usuario").fill(person.name)
    page.get_by_label("Contraseña").fill(password or person.password)
    page.get_by_role("button", name="Entrar", exact=True).click()


def until(look: Callable[[], Seen | None], what: str, seconds: float = PATIENCE_S) -> Seen:
    """Look again until there is something; a look takes its own time."""
    end = time.monotonic() + seconds
    while (seen := look()) is None:
        assert time.monotonic() < end, f"{what}: not within {seconds:.0f} s"
    return seen


def is_there(place: Locator) -> Locator | None:
    """The place if it shows itself soon."""
    try:
        place.first.wait_for(timeout=LOOK_MS)
    except NotSeen:
        return None
    return place


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page for whoever asked for an album."""
    if ALBUM:
        page.screenshot(path=Path(ALBUM) / f"{name}.png", full_page=True)


def tile(page: Page, title: str) -> Locator:
    """A material in a grid, by its title."""
    return page.locator(".tile", has=page.get_by_role("link", name=title))


def find(page: Page, words: str, title: str) -> Locator:
    """Search for words until the index has heard of the material; its tile."""

    def look() -> Locator | None:
        field = page.get_by_label("Buscar en el acervo")
        field.fill(words)
        field.press("Enter")
        page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("q") == [words])
        return is_there(tile(page, title))

    return until(look, f"{title!r} by {words!r}")


def bring(page: Page, *files: Path) -> list[Locator]:
    """Choose files on the upload page; the row of each, on its way."""
    page.get_by_label("Elegir archivos").set_input_files(files)
    every = page.locator(".upload-rows > li")  # a caption's row names its film, too
    rows = [every.filter(has=page.locator(f"[data-part='name']:text-is('{file.name}')")) for file in files]
    for row in rows:
        expect(row).to_be_visible()
    return rows


def open_arrived(page: Page, row: Locator) -> None:
    """Wait until the row says that the file is safe and in the archive, and open it."""
    expect(row).to_have_attribute("data-state", "accepted", timeout=PATIENCE_S * 1000)
    expect(row).to_contain_text("Ya está a salvo: puede borrar la tarjeta")
    row.get_by_role("link", name="Abrir").click()
    page.wait_for_url("**/acervo/*/")


def describe(page: Page, **said: str) -> None:
    """Fill the sheet of the asset whose page is open, by the names of its fields."""
    page.get_by_role("link", name="Editar ficha").click()
    for field, text in said.items():
        page.locator(f"[name='{field}']").fill(text)
    page.get_by_role("button", name="Guardar la ficha").click()
    expect(page.get_by_text("Se guardó la ficha.")).to_be_visible()


def open_production(page: Page, title: str) -> None:
    """Open a production for what was shot."""
    page.goto("/producciones/nueva/")
    page.get_by_label("Título").fill(title)
    page.get_by_label("Tipo").select_option(label="Cobertura")
    page.get_by_role("button", name="Abrir la producción").click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


def tab(page: Page, name: str) -> Locator:
    """Turn to a tab of the asset's panel; its section."""
    panel = page.get_by_role("complementary", name="Datos del material")
    panel.locator("label", has_text=name).click()
    return panel.get_by_role("region", name=name, exact=True)


def hashes(live: Live, page: Page) -> dict[str, str]:
    """The SHA-256 that the store has of the asset whose page is open: the original's and each copy's, by preset."""
    code = urlsplit(page.url).path.strip("/").split("/")[1]
    told = json.loads(live.manage("asset", code, "--json").stdout)
    version = max(told["versions"], key=lambda one: int(one["number"]))
    made = {one["preset"]: one["files"][0]["sha256"] for one in version["renditions"]}
    return {"original": version["files"][0]["sha256"], **made}


def download(page: Page, press: Locator) -> tuple[str, str]:
    """Press what downloads; the name of the file and the SHA-256 of its bytes."""
    with page.expect_download(timeout=PATIENCE_S * 1000) as waiting:
        press.click()
    return waiting.value.suggested_filename, sha256(Path(waiting.value.path()))


def sha256(file: Path) -> str:
    """The SHA-256 of a file, as the catalogue writes it."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
