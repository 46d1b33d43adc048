"""A selection as a zip: every byte accounted for, names that cannot harm, the length known before."""

import csv
import hashlib
import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from dam import archives, metadata
from dam.archives import COLUMNS, MANIFEST
from dam.models import Asset, Role
from dam.storage import Mismatch
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client: Client) -> Client:
    client.force_login(factories.person())
    return client


def ask(client: Client, *chosen: Asset, **more: str):
    return client.get(reverse("dam:zip"), {"asset": [asset.code for asset in chosen], **more})


def unzip(response) -> zipfile.ZipFile:
    content = b"".join(response.streaming_content)
    assert len(content) == int(response["Content-Length"])
    return zipfile.ZipFile(io.BytesIO(content))


def manifest(zipped: zipfile.ZipFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(zipped.read(MANIFEST).decode("utf-8-sig"))))


def test_the_originals_are_in_it_stored_as_they_are(browser):
    one = factories.asset(content=b"uno" * 1000, filename="Presa ñ.jpg")
    two = factories.asset("video", content=b"dos" * 1000, filename="C0001.MP4")
    response = ask(browser, one, two)
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"].startswith('attachment; filename="acervo 20')
    zipped = unzip(response)
    assert zipped.testzip() is None
    assert set(zipped.namelist()) == {MANIFEST, "Presa ñ.jpg", "C0001.MP4"}
    assert zipped.read("Presa ñ.jpg") == b"uno" * 1000
    assert {entry.compress_type for entry in zipped.infolist()} == {zipfile.ZIP_STORED}


def test_the_manifest_names_every_file_with_its_codes_and_hash(browser):
    asset = factories.asset(headline="Vacunación", content=b"x")
    metadata.describe(asset, {"credit_line": "Foto: Ana Ruiz"}, by=asset.created_by)
    assert asset.current is not None
    rows = manifest(unzip(ask(browser, asset)))
    assert rows == [
        {
            "archivo": asset.current.original.filename,
            "código": asset.code,
            "versión": asset.current.code,
            "título": "Vacunación",
            "crédito": "Foto: Ana Ruiz",
            "condiciones de uso": "",
            "bytes": "1",
            "SHA-256": hashlib.sha256(b"x").hexdigest(),
        }
    ]
    assert tuple(rows[0]) == tuple(map(str, COLUMNS))


def test_a_spreadsheet_finds_no_formula(browser):
    asset = factories.asset(headline="=HYPERLINK(1)", filename="@sum.jpg")
    row = manifest(unzip(ask(browser, asset)))[0]
    assert (row["título"], row["archivo"]) == ("'=HYPERLINK(1)", "'@sum.jpg")


def test_names_are_told_apart_in_any_letter_case(browser):
    names = ["IMG_1.JPG", "img_1.jpg", "IMG_1.jpg", "Manifest.CSV"]
    chosen = [factories.asset(filename=name) for name in names]
    inside = unzip(ask(browser, *chosen)).namelist()
    assert len({name.casefold() for name in inside}) == len(inside) == 5


def test_names_stay_inside_the_folder(browser):
    chosen = [factories.asset(filename=name) for name in ("../../evil.sh", "/etc/passwd", "C:\\a.exe", "..")]
    for name in unzip(ask(browser, *chosen)).namelist():
        assert "/" not in name
        assert "\\" not in name
        assert not name.startswith(".")


def test_a_format_is_taken_where_it_is_made(browser):
    one, two = factories.asset(filename="uno.tif"), factories.asset(filename="dos.tif")
    assert one.current is not None
    factories.rendition(one.current, "photo-web", {"web.jpg": b"small"})
    zipped = unzip(ask(browser, one, two, formato="photo-web"))
    assert set(zipped.namelist()) == {MANIFEST, "uno photo-web.jpg", "dos.tif"}
    assert zipped.read("uno photo-web.jpg") == b"small"


def test_what_one_may_not_see_is_left_out(client):
    agency = factories.agency("SSG", parent=factories.central())
    mine = factories.asset(of=agency, by=factories.person(of=agency), filename="mine.jpg")
    theirs = factories.asset(filename="theirs.jpg")
    client.force_login(factories.person(Role.LIAISON, agency))
    assert set(unzip(ask(client, mine, theirs)).namelist()) == {MANIFEST, "mine.jpg"}
    assert ask(client, theirs).status_code == 404


@pytest.mark.parametrize("count", [0, 501])
def test_too_few_and_too_many_are_refused_with_a_sentence(browser, count: int):
    response = browser.get(reverse("dam:zip"), {"asset": [f"A{number:07}" for number in range(count)]})
    assert response.status_code == 400
    assert "entre 1 y 500" in response.content.decode()


def test_head_says_how_long_it_will_be(browser):
    asset = factories.asset()
    url = f"{reverse('dam:zip')}?asset={asset.code.lower()}"
    assert browser.head(url)["Content-Length"] == browser.get(url)["Content-Length"]


def test_damaged_bytes_break_the_download_off(browser, tmp_path):
    asset = factories.asset(content=b"right")
    assert asset.current is not None
    placement = asset.current.original.stored.placements.get()
    (tmp_path / "objects" / placement.key).write_bytes(b"wrong")
    with pytest.raises(Mismatch):
        unzip(ask(browser, asset))


def test_as_many_queries_for_one_as_for_many(browser, django_assert_num_queries):
    assets = [factories.asset(headline=f"t{number}") for number in range(6)]

    def entries(count: int) -> int:
        codes = [asset.code for asset in assets[:count]]
        return len(archives.archive(archives.entries(Asset.objects.filter(code__in=codes), "web")))

    for count in (1, 6):
        with django_assert_num_queries(6):
            assert entries(count)
