"""docs/api.md does what it says: its code runs as it stands there, against the real server, by curl and by Python."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from dam.environment import CHECKOUT
from tests.browser import steps
from tests.live import Live

PAGE = (CHECKOUT / "docs" / "api.md").read_text()
HEAD, *SECTIONS = re.split(r"^## ", PAGE, flags=re.MULTILINE)
TASKS = {section.partition("\n")[0]: section for section in SECTIONS}
SCOPES = ("read", "upload", "download", "edit")


def code(text: str, language: str) -> str:
    """The one block of code of a language in a part of the page."""
    [block] = re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    return str(block)


class Reader:
    """Somebody who copies code off the page, with a token and a folder."""

    def __init__(self, live: Live, folder: Path) -> None:
        person = steps.somebody(live, "Aurelia", "Mancera")
        asked = [f"--scope={scope}" for scope in SCOPES]
        told = live.manage("token", person.name, "--make", "docs", *asked).stdout
        [secret] = re.findall(r"acv_[\w-]+", told)
        self.folder = folder
        self.environment = {**live.environment, "ACERVO": live.url, "ACERVO_TOKEN": secret}

    def run(self, task: str, language: str, **more: str) -> str:
        """What a block prints."""
        block = code(TASKS[task], language)
        if language == "sh":
            return self._told(["bash", "-euo", "pipefail", "-c", block], more)
        return self._told([sys.executable, "-c", code(HEAD, "python") + block], more)

    def version_of(self, asset: str) -> str:
        """The code of an asset's current version."""
        ask = f'print(json.load(call("GET", "/assets/{asset}"))["version"]["code"])'
        return self._told([sys.executable, "-c", code(HEAD, "python") + ask], {}).strip()

    def _told(self, argv: list[str], more: dict[str, str]) -> str:
        done = subprocess.run(
            argv,
            cwd=self.folder,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def reader(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    if shutil.which("curl") is None:
        pytest.skip("no curl here")
    return Reader(live, tmp_path_factory.mktemp("reader"))


@pytest.fixture(scope="module")
def photo(reader: Reader) -> Path:
    file = reader.folder / "Tractores 4471.jpg"
    Image.effect_noise((1200, 800), 50).save(file)
    return file


@pytest.fixture(scope="module")
def asset_code(reader: Reader, photo: Path) -> str:
    """The code of what the page's Python uploaded."""
    state, asset = reader.run("Upload", "python", FILE=str(photo)).split()
    assert state == "accepted"
    return asset


def test_the_page_tells_of_five_tasks_each_in_both_languages():
    assert list(TASKS) == ["Upload", "Search", "Download", "Follow a job", "Change metadata"]
    for section in TASKS.values():
        assert code(section, "sh")
        assert code(section, "python")


def test_an_upload_by_curl(reader: Reader):
    other = reader.folder / "Otra toma.jpg"
    Image.effect_noise((900, 600), 40).save(other)
    assert '"offset_bytes": ' + str(other.stat().st_size) in reader.run("Upload", "sh", FILE=str(other))


@pytest.mark.parametrize(("language", "place"), [("sh", "Celaya"), ("python", "Salvatierra")])
def test_what_is_written_is_found(reader: Reader, asset_code: str, language: str, place: str):
    assert place in reader.run("Change metadata", language, CODE=asset_code)

    def found() -> bool | None:
        words = f"tractores {place}"
        return True if asset_code in reader.run("Search", language, WORDS=words) else None

    steps.until(found, f"{asset_code} by {place}")


@pytest.mark.parametrize("language", ["sh", "python"])
def test_what_is_downloaded_is_what_was_sent(reader: Reader, asset_code: str, photo: Path, language: str):
    out = reader.folder / f"copia-{language}.jpg"
    told = reader.run("Download", language, VERSION=reader.version_of(asset_code), OUT=str(out))
    assert out.read_bytes() == photo.read_bytes()
    assert (steps.sha256(photo) if language == "sh" else photo.name) in told


@pytest.mark.parametrize("language", ["python", "sh"])
def test_a_format_is_asked_for_and_made(reader: Reader, asset_code: str, language: str):
    told = reader.run("Follow a job", language, CODE=asset_code)
    assert told.split() == ["ready" if language == "sh" else "done"], (
        "the second finds what the first had made"
    )
