"""Bytes over HTTP: whole and in ranges, conditions, names, permission at every request, nothing that could run."""

import io
from urllib.parse import unquote

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from dam.downloads import Part, Slice, Unsatisfiable, slice_of
from tests import factories
from tests.dam.downloading import *  # noqa: F403 - its fixtures
from tests.dam.downloading import CONTENT, ETAG, SIZE, body, download

pytestmark = pytest.mark.django_db


class TestWhole:
    def test_the_original_is_those_bytes_with_their_length_and_hash(self, browser, version):
        response = download(browser, version)
        assert (response.status_code, body(response)) == (200, CONTENT)
        assert response["Content-Length"] == str(SIZE)
        assert response["ETag"] == ETAG
        assert response["Accept-Ranges"] == "bytes"
        assert response["Content-Type"] == "video/mp4"

    def test_an_empty_file_is_an_empty_answer(self, browser):
        response = download(browser, factories.version("other", content=b""))
        assert (response.status_code, body(response), response["Content-Length"]) == (200, b"", "0")

    def test_head_says_the_same_without_the_bytes(self, browser, version):
        url = reverse("dam:original_download", args=[version.code])
        got, head = browser.get(url), browser.head(url)
        assert (head.status_code, body(head)) == (200, b"")
        for name in ("Content-Length", "ETag", "Content-Type", "Content-Disposition", "Accept-Ranges"):
            assert head[name] == got[name]

    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    def test_bytes_are_only_read(self, browser, version, method: str):
        url = reverse("dam:original", args=[version.code])
        assert getattr(browser, method)(url).status_code == 405


class TestRanges:
    @pytest.mark.parametrize(
        ("asked", "start", "end"),
        [
            ("bytes=0-0", 0, 1),
            ("bytes=0-99", 0, 100),
            ("bytes=100-", 100, SIZE),
            ("bytes=-100", SIZE - 100, SIZE),
            (f"bytes=-{SIZE * 2}", 0, SIZE),
            (f"bytes=5-{SIZE * 2}", 5, SIZE),
            (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
            ("Bytes= 0-9 ", 0, 10),
        ],
    )
    def test_one_range_is_answered_by_that_part(self, browser, version, asked: str, start: int, end: int):
        response = download(browser, version, range=asked)
        assert response.status_code == 206
        assert response["Content-Range"] == f"bytes {start}-{end - 1}/{SIZE}"
        assert response["Content-Length"] == str(end - start)
        assert body(response) == CONTENT[start:end]

    @pytest.mark.parametrize(
        "asked",
        [
            "bytes=0-1,5-6",
            "bytes=9-2",
            "bytes=-",
            "bytes=a-b",
            "pages=1-2",
            "bytes 0-1",
            "",
            f"bytes={'9' * 20}-",
        ],
    )
    def test_several_ranges_and_what_cannot_be_read_are_answered_by_the_whole(self, browser, version, asked):
        response = download(browser, version, range=asked)
        assert (response.status_code, body(response)) == (200, CONTENT)

    @pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE + 5}-{SIZE + 9}", "bytes=-0"])
    def test_a_range_beyond_the_end_is_refused_with_the_size(self, browser, version, asked: str):
        response = download(browser, version, range=asked)
        assert response.status_code == 416
        assert response["Content-Range"] == f"bytes */{SIZE}"
        assert body(response) == b""

    @pytest.mark.parametrize(
        ("condition", "status"),
        [(ETAG, 206), ('"other"', 200), (f"W/{ETAG}", 200), ("Wed, 21 Oct 2026 07:28:00 GMT", 200)],
    )
    def test_a_range_goes_on_only_where_the_bytes_are_the_same(self, browser, version, condition, status):
        response = download(browser, version, **{"range": "bytes=10-19", "if-range": condition})
        assert response.status_code == status
        assert body(response) == (CONTENT[10:20] if status == 206 else CONTENT)

    def test_head_takes_no_range(self, browser, version):
        url = reverse("dam:original_download", args=[version.code])
        assert browser.head(url, headers={"range": "bytes=0-9"}).status_code == 200

    @given(size=st.integers(0, 50), header=st.from_regex(r"bytes=\d{0,3}-\d{0,3}", fullmatch=True))
    def test_a_slice_is_never_empty_and_never_outside(self, size: int, header: str):
        try:
            found = slice_of(header, size)
        except Unsatisfiable:
            return
        assert found is None or 0 <= found.start < found.end <= size

    def test_a_part_ends_where_it_should(self):
        part = Part(io.BytesIO(b"0123456789"), 4)
        assert (part.read(3), part.read(3), part.read()) == (b"012", b"3", b"")
        with pytest.raises(OSError, match="fileno"):
            part.fileno()
        part.close()
        assert slice_of("bytes=1-2", 5) == Slice(1, 3)


class TestConditions:
    @pytest.mark.parametrize("condition", [ETAG, f"W/{ETAG}", f'"x", {ETAG}', "*"])
    def test_who_has_the_bytes_gets_none(self, browser, version, condition: str):
        response = download(browser, version, **{"if-none-match": condition})
        assert (response.status_code, body(response)) == (304, b"")
        assert response["ETag"] == ETAG

    def test_who_has_other_bytes_gets_these(self, browser, version):
        assert download(browser, version, **{"if-none-match": '"other"'}).status_code == 200


class TestNames:
    @pytest.mark.parametrize(
        ("name", "read"),
        [
            ("Presa «La Purísima» ñandú.mp4", "Presa «La Purísima» ñandú.mp4"),
            ('a"b\\c/d.mp4', "a_b_c_d.mp4"),
            ("line\r\nSet-Cookie: x.mp4", "line__Set-Cookie_ x.mp4"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("  .. ", "archivo"),
            ("gpj.\u202efdp.exe", "gpj._fdp.exe"),
        ],
    )
    def test_a_name_comes_through_as_it_is_and_harmless(self, browser, name: str, read: str):
        response = download(browser, factories.version(filename=name))
        disposition = response["Content-Disposition"]
        assert disposition.startswith("attachment; ")
        encoded = disposition.removeprefix("attachment; ")
        if encoded.startswith("filename*=utf-8''"):
            assert unquote(encoded.removeprefix("filename*=utf-8''")) == read
        else:
            assert encoded == f'filename="{read}"'

    def test_a_rendition_is_named_by_code_and_title(self, browser):
        asset = factories.asset("video", headline="Vacunación en León")
        assert asset.current is not None
        factories.rendition(asset.current, "tv", {"out.mxf": b"x"}, mime="application/mxf")
        url = reverse("dam:rendition_download", args=[asset.current.code, "tv", "out.mxf"])
        name = unquote(browser.get(url)["Content-Disposition"])
        assert name == f"attachment; filename*=utf-8''{asset.current.code} Vacunación en León.mxf"


class TestNothingRuns:
    @pytest.mark.parametrize(
        "mime",
        [
            "image/svg+xml",
            "text/html",
            "application/xhtml+xml",
            "text/xml",
            "application/pdf",
            "text/javascript",
        ],
    )
    def test_what_could_run_is_always_a_download(self, browser, mime: str):
        version = factories.version("other", mime=mime, filename="a.svg", content=b"<svg onload=alert(1)>")
        response = download(browser, version, "original")
        assert response["Content-Disposition"].startswith("attachment")
        made = factories.rendition(version, "p", {"a.svg": b"<svg>"}, mime=mime)
        response = browser.get(reverse("dam:rendition_file", args=[version.code, "p", made.entry]))
        assert response["Content-Disposition"].startswith("attachment")

    @pytest.mark.parametrize("mime", ["video/mp4", "audio/mpeg", "image/jpeg", "image/webp"])
    def test_pictures_and_sound_are_shown_in_place(self, browser, mime: str):
        response = download(browser, factories.version(mime=mime), "original")
        assert response["Content-Disposition"].startswith("inline")

    @pytest.mark.parametrize("name", ["original", "original_download"])
    def test_a_browser_neither_guesses_nor_runs_nor_shares(self, browser, version, name: str):
        response = download(browser, version, name)
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
        assert response["Cross-Origin-Resource-Policy"] == "same-site"
        assert response["Cache-Control"].startswith("private")
        assert "Cookie" in response["Vary"]
