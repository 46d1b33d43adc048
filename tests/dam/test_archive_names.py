"""Names in an archive: safe on every system, never two alike; and its length known to the byte before it is made."""

import io
import re
import zipfile

import pytest

from dam import archives, downloads, metadata
from dam.models import Asset
from dam.storage import Mismatch, NotStored
from tests import factories

pytestmark = pytest.mark.django_db


def names(*filenames: str, preset: str = "") -> list[str]:
    """The names that originals of these names get, in the same order."""
    by = factories.person()
    assets = [factories.asset(by=by, filename=filename) for filename in filenames]
    chosen = archives.entries(Asset.objects.all(), preset)
    given = {entry.asset.pk: entry.name for entry in chosen}
    return [re.sub(rf"\({asset.code}..\)", "(CODE)", given[asset.pk]) for asset in assets]


@pytest.mark.parametrize(
    ("filename", "safe"),
    [
        ("Niña en la presa.jpg", "Niña en la presa.jpg"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\fotos\\uno.jpg", "C__fotos_uno.jpg"),
        ('¿a*b?<c>|"d".jpg', "¿a_b__c___d_.jpg"),
        ("rev\u202egpj.exe", "rev_gpj.exe"),
        ("línea\nnueva.jpg", "línea_nueva.jpg"),
        (" .oculto. ", "oculto"),
        ("...", "archivo"),
        ("", "archivo"),
        ("👋.mov", "👋.mov"),
    ],
)
def test_a_name_is_safe_everywhere(filename: str, safe: str):
    assert downloads.safe_name(filename) == safe


@pytest.mark.parametrize(
    "filename",
    ["a" * 251 + ".jpg", "ñ" * 251 + ".jpg", "👋" * 251 + ".mov", "x" * 195 + " . . .jpg", "a." + "b" * 253],
    ids=["letters", "two bytes", "four bytes", "dots at the cut", "all suffix"],
)
def test_a_long_name_fits_on_a_disk_and_keeps_its_suffix(filename: str, tmp_path):
    safe = downloads.safe_name(filename)
    path = tmp_path / f"{safe} (AB12CD34-1)"
    path.write_bytes(b"")
    assert len(safe.encode()) <= 200
    suffix = filename[-4:]
    assert not suffix.startswith(".") or safe.endswith(suffix)


@pytest.mark.parametrize(
    ("filenames", "given"),
    [
        (("a.jpg", "b.jpg"), ["a.jpg", "b.jpg"]),
        (("manifest.csv",), ["manifest (CODE).csv"]),
        (("MANIFEST.CSV",), ["MANIFEST (CODE).CSV"]),
        (("x/y.jpg",), ["x_y.jpg"]),
    ],
)
def test_an_archive_s_own_list_keeps_its_name(filenames: tuple[str, ...], given: list[str]):
    assert names(*filenames) == given


def test_three_of_one_name_are_three_files_in_any_letter_case_or_script():
    names("IMG_0001.JPG", "img_0001.jpg", "Img_0001.Jpg", "Straße.jpg", "STRASSE.jpg")
    chosen = archives.entries(Asset.objects.all())
    assert len({entry.name.casefold() for entry in chosen}) == 5
    with_code = [entry for entry in chosen if f"({entry.version.code})." in entry.name]
    assert len(with_code) == 3


@pytest.mark.parametrize(
    ("preset", "contents", "given"),
    [
        ("jpg-chico", {"salida.webp": b"x"}, "Presa jpg-chico.webp"),
        ("jpg-chico", {"a.ts": b"x", "b.ts": b"y"}, "Presa.tif"),
        ("otro", {"salida.webp": b"x"}, "Presa.tif"),
    ],
    ids=["one file", "a folder of them", "another format"],
)
def test_a_format_is_named_after_the_original_and_taken_only_as_one_file(
    preset: str, contents: dict[str, bytes], given: str
):
    version = factories.version(filename="Presa.tif", content=b"original")
    factories.rendition(version, "jpg-chico", contents)
    (entry,) = archives.entries(Asset.objects.all(), preset)
    assert entry.name == given
    sizes = [entry.stored.size_bytes for entry in archives.entries(Asset.objects.all(), preset)]
    assert sizes == [1 if given.endswith("webp") else len(b"original")]


@pytest.mark.parametrize("contents", [[], [b""], [b"x"], [b"uno", b"", b"y" * 200_000]])
def test_the_length_is_known_to_the_byte_before(contents: list[bytes]):
    by = factories.person()
    for number, content in enumerate(contents):
        asset = factories.asset(by=by, content=content, filename=f"Niño {number} — «así» 👋.jpg")
        metadata.describe(asset, {"headline": "Presa, «La Olla»\n2"}, by=by)
    zipped = archives.archive(archives.entries(Asset.objects.all()))
    told = len(zipped)
    sent = b"".join(zipped)
    assert len(sent) == told
    read = zipfile.ZipFile(io.BytesIO(sent))
    assert read.testzip() is None
    assert sorted(read.read(name) for name in read.namelist()[1:]) == sorted(contents)
    assert all(one.compress_type == zipfile.ZIP_STORED for one in read.infolist())


def test_bytes_that_changed_break_it_off_and_those_that_are_gone_never_begin(tmp_path):
    asset = factories.asset(content=b"contenido")
    assert asset.current is not None
    stored = asset.current.original.stored
    chosen = archives.entries(Asset.objects.all())
    path = tmp_path / "objects" / stored.placements.get().key
    path.chmod(0o644)
    path.write_bytes(b"contenidO")
    with pytest.raises(Mismatch):
        b"".join(archives.archive(chosen))
    stored.placements.all().delete()
    with pytest.raises(NotStored):
        archives.archive(archives.entries(Asset.objects.all()))


@pytest.mark.parametrize("text", ["=1+1", "+52", "-5", "@cmd"])
def test_no_cell_of_the_list_is_a_formula(text: str):
    asset = factories.asset(filename=f"{text}.jpg")
    metadata.describe(asset, {"headline": text, "credit_line": text}, by=asset.created_by)
    row = archives.manifest(archives.entries(Asset.objects.all())).splitlines()[1].split(",")
    assert row[0] == f"'{text}.jpg"
    assert (row[3], row[4]) == (f"'{text}", f"'{text}")
