"""The tus server and the bytes on the disk: what is torn, gone or does not fit, and who may speak to it."""

import pytest

from ingest import uploads
from ingest.incoming import local
from ingest.models import Upload
from tests.ingest.speaking_tus import TUS, begun, bytes_of, create, patch

pytestmark = pytest.mark.django_db


def test_bytes_that_the_database_does_not_know_of_are_not_trusted(signed_in):
    url = begun(signed_in)
    patch(signed_in, url, 0, b"012")
    upload = Upload.objects.get()
    with local().here(upload.pk).open("ab") as file:
        file.write(b"torn")
    assert signed_in.head(url, headers=TUS)["Upload-Offset"] == "3"
    patch(signed_in, url, 3, b"3456789")
    assert bytes_of(upload) == b"0123456789"


def test_bytes_that_are_gone_are_asked_for_again(signed_in):
    url = begun(signed_in)
    patch(signed_in, url, 0, b"01234")
    upload = Upload.objects.get()
    local().here(upload.pk).write_bytes(b"01")
    assert signed_in.head(url, headers=TUS)["Upload-Offset"] == "2"
    assert patch(signed_in, url, 5, b"56789")["Upload-Offset"] == "2"
    assert patch(signed_in, url, 2, b"23456789").status_code == 204
    assert bytes_of(upload) == b"0123456789"


def test_a_full_disk_is_named_before_anything_travels(signed_in, monkeypatch):
    monkeypatch.setattr(uploads, "RESERVE_BYTES", 10**18)
    assert create(signed_in, 3).status_code == 507
    assert not Upload.objects.exists()


def test_another_site_s_scripts_do_not_pass(signed_in):
    ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "tus-resumable"}
    here = signed_in.options("/subidas/", headers={"Origin": "http://testserver:8000", **ask})
    there = signed_in.options("/subidas/", headers={"Origin": "http://evil.example:8000", **ask})
    neighbour = signed_in.options("/subidas/", headers={"Origin": "http://testserver:9999", **ask})
    assert here["Access-Control-Allow-Origin"] == "http://testserver:8000"
    assert "tus-resumable" in here["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in there
    assert "Access-Control-Allow-Origin" not in neighbour
