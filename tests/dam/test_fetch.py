"""Bytes taken out of the store by command: the right ones whole, or nothing."""

import hashlib
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from dam import assets, files, trash
from dam.models import AssetVersion, PlacementState
from tests import factories

pytestmark = pytest.mark.django_db

CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def version() -> AssetVersion:
    made = factories.version("video", content=CONTENT)
    factories.rendition(made, "web", {"master.m3u8": b"lista", "video/0.ts": b"pedazo"})
    return made


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "Entrega número 1"
    folder.mkdir()
    return folder / "salida ñ.mp4"


def fetch(code: str, target: Path, **options: str) -> str:
    out = io.StringIO()
    call_command("fetch", code, output=target, stdout=out, **options)
    return out.getvalue()


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def spoil(tmp_path: Path, key: str) -> Path:
    """Change one byte of a stored object where it lies."""
    path = tmp_path / "objects" / key
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)
    return path


def test_the_original_comes_whole_and_its_hash_is_told(version, target):
    said = fetch(version.asset.code, target)
    assert target.read_bytes() == CONTENT
    assert said == f"{target}  {len(CONTENT)} B  sha256 {hashlib.sha256(CONTENT).hexdigest()}\n"
    assert left_in(target.parent) == [target.name]


def test_an_asset_s_code_means_its_current_version_and_a_version_s_its_own(version, target):
    newer = factories.original("video", content=b"nueva")
    assets.add_version(version.asset, newer, by=version.created_by)
    fetch(version.asset.code, target)
    assert target.read_bytes() == b"nueva"
    fetch(version.code.lower(), target)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("options", "content"),
    [
        ({"preset": "web"}, b"lista"),
        ({"preset": "web", "path": "video/0.ts"}, b"pedazo"),
        ({"preset": "web", "path": "master.m3u8"}, b"lista"),
    ],
)
def test_a_rendition_comes_by_its_preset_and_path(version, target, options: dict[str, str], content: bytes):
    fetch(version.code, target, **options)
    assert target.read_bytes() == content


def test_of_two_made_by_one_preset_the_newer_one_comes(version, target):
    factories.rendition(version, "web", {"otra.m3u8": b"la nueva"})
    fetch(version.code, target, preset="web")
    assert target.read_bytes() == b"la nueva"


def test_what_lies_in_the_trash_can_be_taken_out(version, target):
    trash.put(version.asset, by=version.created_by)
    fetch(version.asset.code, target)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("code", ["ZZZZ9999", "..", "", "a/b"])
def test_a_code_that_nothing_has_is_refused(code: str, target):
    with pytest.raises(CommandError, match="there is no asset"):
        fetch(code, target)
    assert left_in(target.parent) == []


def test_a_version_that_is_not_there_is_not_its_asset(version, target):
    with pytest.raises(CommandError, match="there is no asset"):
        fetch(f"{version.asset.code}ZZ", target)


def test_a_format_that_is_not_made_is_refused_with_those_that_are(version, target):
    with pytest.raises(CommandError, match=r"no rendition 'prores' \(made: web\)"):
        fetch(version.code, target, preset="prores")
    bare = factories.version()
    with pytest.raises(CommandError, match=r"\(made: none yet\)"):
        fetch(bare.code, target, preset="web")


@pytest.mark.parametrize("path", ["9.ts", "../../master.m3u8", "/etc/passwd"])
def test_a_path_that_the_rendition_lacks_is_refused(version, target, path: str):
    with pytest.raises(CommandError, match="has no file"):
        fetch(version.code, target, preset="web", path=path)
    assert left_in(target.parent) == []


def test_damaged_bytes_are_named_and_leave_what_was_there(version, target, tmp_path):
    spoil(tmp_path, files.original_key(hashlib.sha256(CONTENT).hexdigest()))
    target.write_bytes(b"lo de antes")
    with pytest.raises(CommandError, match=r"nothing was written to .*its bytes are damaged"):
        fetch(version.code, target)
    assert target.read_bytes() == b"lo de antes"
    assert left_in(target.parent) == [target.name]


def test_bytes_that_are_gone_from_the_disk_are_told(version, target, tmp_path):
    key = files.original_key(hashlib.sha256(CONTENT).hexdigest())
    (tmp_path / "objects" / key).unlink()
    with pytest.raises(CommandError, match="nothing was written"):
        fetch(version.code, target)
    assert left_in(target.parent) == []


def test_a_file_without_a_present_copy_is_told(version, target):
    version.original.stored.placements.update(state=PlacementState.MISSING)
    with pytest.raises(CommandError, match=r"no copy of .* is present"):
        fetch(version.code, target)


def test_a_second_copy_serves_where_the_first_is_missing(version, target, tmp_path):
    stored = version.original.stored
    files.copy(stored, "respaldo/1", to="incoming")
    stored.placements.filter(store="objects").update(state=PlacementState.MISSING)
    fetch(version.code, target)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("where", ["no/hay/salida.mp4", "archivo/salida.mp4", "carpeta"])
def test_a_place_that_cannot_be_written_is_told(version, tmp_path, where: str):
    (tmp_path / "archivo").write_bytes(b"")
    (tmp_path / "carpeta" / "dentro").mkdir(parents=True)
    with pytest.raises(CommandError, match="nothing was written to"):
        fetch(version.code, tmp_path / where)
    assert not (tmp_path / ".carpeta.part").exists()
