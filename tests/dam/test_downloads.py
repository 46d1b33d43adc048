"""Bytes over HTTP: whole and in ranges, conditions, names, permission at every request, nothing that could run."""

import hashlib
import io
import logging
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from dam import downloads, links, trash
from dam.downloads import Part, Slice, Unsatisfiable, slice_of
from dam.models import AssetVersion, Placement, PlacementState, Role
from tests import factories

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 40
SIZE = len(CONTENT)
ETAG = f'"{hashlib.sha256(CONTENT).hexdigest()}"'


@pytest.fixture
def version() -> AssetVersion:
    return factories.version("video", content=CONTENT, filename="Presa «La Purísima».mp4")


class Reader(Client):
    """A client that reads every answer to its end, which closes it: ``response.body``."""

    def request(self, **request: Any) -> Any:
        response: Any = super().request(**request)
        response.body = b"".join(response.streaming_content) if response.streaming else response.content
        return response


@pytest.fixture
def client() -> Client:
    return Reader()


@pytest.fixture
def browser(client: Client, version) -> Client:
    client.force_login(version.created_by)
    return client


def body(response) -> bytes:
    return response.body


def download(client: Client, version: AssetVersion, name: str = "original_download", **headers: str):
    return client.get(reverse(f"dam:{name}", args=[version.code]), headers=headers)


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


class TestPermission:
    def urls(self, version: AssetVersion) -> list[str]:
        made, file, track = (
            factories.rendition(version),
            factories.attached(version),
            factories.captions(version),
        )
        code = version.code
        return [
            reverse("dam:original", args=[code]),
            reverse("dam:original_download", args=[code]),
            reverse("dam:rendition_file", args=[code, made.preset, made.entry]),
            reverse("dam:rendition_download", args=[code, made.preset, made.entry]),
            reverse("dam:file_download", args=[code, file.pk]),
            reverse("dam:captions", args=[code, track.pk]),
            f"{reverse('dam:zip')}?asset={version.asset.code}",
        ]

    def test_who_may_gets_them_all(self, browser, version):
        for url in self.urls(version):
            assert browser.get(url).status_code == 200

    def test_for_others_they_are_not_there(self, client, version):
        client.force_login(factories.person(of=factories.agency("X", parent=factories.central())))
        for url in self.urls(version):
            assert client.get(url).status_code == 404

    def test_nobody_is_sent_to_sign_in(self, client, version):
        for url in self.urls(version):
            response = client.get(url)
            assert response.status_code == 302
            assert response["Location"].startswith("/entrar/?next=/")

    def test_it_is_asked_at_every_request(self, browser, version):
        url = reverse("dam:original", args=[version.code])
        etag = browser.get(url)["ETag"]
        version.created_by.memberships.update(until=version.created_at)
        type(version.asset).objects.update(created_by=factories.user())
        assert browser.get(url, headers={"if-none-match": etag}).status_code == 404
        assert browser.get(url, headers={"range": "bytes=0-1"}).status_code == 404

    def test_what_lies_in_the_trash_can_be_looked_at_and_not_taken(self, browser, version):
        made = factories.rendition(version)
        trash.put(version.asset, by=version.created_by)
        seen = browser.get(reverse("dam:rendition_file", args=[version.code, made.preset, made.entry]))
        assert seen.status_code == 200
        assert download(browser, version).status_code == 403
        assert browser.get(f"{reverse('dam:zip')}?asset={version.asset.code}").status_code == 404

    def test_other_codes_and_files_are_not_there(self, browser, version):
        other = factories.version()
        theirs, track = factories.attached(other), factories.captions(other)
        for url in (
            "/bytes/v/ZZZZZZZZZZ/original",
            f"/bytes/v/{version.asset.code}/original",
            f"/bytes/v/{version.code}/nothing/a.jpg",
            f"/bytes/v/{version.code}/web/../../original",
            reverse("dam:file_download", args=[version.code, theirs.pk]),
            reverse("dam:captions", args=[version.code, track.pk]),
        ):
            assert browser.get(url).status_code == 404


class TestLinks:
    def test_a_link_works_without_a_session_for_whom_it_was_made(self, client, version):
        url = links.sign(reverse("dam:original_download", args=[version.code]), version.created_by)
        assert body(client.get(url)) == CONTENT
        assert client.get(url, headers={"range": "bytes=0-4"}).status_code == 206

    def test_a_link_gives_nobody_more_than_they_have(self, client, version):
        stranger = factories.user()
        url = links.sign(reverse("dam:original_download", args=[version.code]), stranger)
        assert client.get(url).status_code == 404

    def test_a_link_is_for_its_path_only(self, client, version):
        url = links.sign(reverse("dam:original_download", args=[version.code]), version.created_by)
        token = url.partition("?")[2]
        assert client.get(f"{reverse('dam:original', args=[version.code])}?{token}").status_code == 410

    def test_a_path_with_any_letters_can_be_signed(self, client, version):
        factories.rendition(version, "web", {"ñ á.jpg": b"x"})
        path = reverse("dam:rendition_download", args=[version.code, "web", "ñ á.jpg"])
        assert body(client.get(links.sign(path, version.created_by))) == b"x"

    def test_a_link_ends_after_minutes(self, client, version, monkeypatch):
        url = links.sign(reverse("dam:original_download", args=[version.code]), version.created_by)
        monkeypatch.setattr(links, "LIFE_SECONDS", -1)
        response = client.get(url)
        assert response.status_code == 410
        assert "venció" in response.content.decode()

    @pytest.mark.parametrize("token", ["", "x", "x:y:z", "00000000-0000-7000-8000-000000000000:a:b"])
    def test_a_forged_link_opens_nothing_even_with_a_session(self, browser, version, token: str):
        url = reverse("dam:original_download", args=[version.code])
        assert browser.get(url, {"enlace": token}).status_code == 410


class TestCaptions:
    def test_a_track_is_served_as_webvtt_with_its_text_as_text(self, browser, version):
        cues = [
            (0, 1500, "Buenos días,\n\n¿cómo están?"),
            (3_661_001, 3_662_000, "<script>alert(1)</script> & --> 00:00"),
            (4_000_000, 4_000_000, "Fin"),
            (5_000_000, 5_000_001, "  \n "),
        ]
        track = factories.captions(version, cues)
        response = browser.get(reverse("dam:captions", args=[version.code, track.pk]))
        assert response["Content-Type"] == "text/vtt; charset=utf-8"
        assert response.content.decode() == (
            "WEBVTT\n\n"
            "00:00:00.000 --> 00:00:01.500\nBuenos días,\n¿cómo están?\n\n"
            "01:01:01.001 --> 01:01:02.000\n&lt;script&gt;alert(1)&lt;/script&gt; &amp; --&gt; 00:00\n\n"
            "01:06:40.000 --> 01:06:40.001\nFin\n"
        )

    def test_a_track_without_cues_is_a_file_without_cues(self, browser, version):
        track = factories.captions(version, [])
        url = reverse("dam:captions", args=[version.code, track.pk])
        assert browser.get(url).content == b"WEBVTT\n"


class TestBytesThatCannotBeHad:
    def test_it_is_said_plainly(self, browser, version, caplog):
        Placement.objects.update(state=PlacementState.MISSING)
        caplog.set_level(logging.CRITICAL)
        response = download(browser, version)
        assert response.status_code == 503
        assert "no está disponible" in response.content.decode()


def test_of_two_renditions_by_one_preset_the_newer_is_served(browser, version):
    factories.rendition(version, "web", {"a.jpg": b"old"})
    factories.rendition(version, "web", {"a.jpg": b"new"})
    assert body(browser.get(reverse("dam:rendition_file", args=[version.code, "web", "a.jpg"]))) == b"new"


@pytest.mark.django_db(transaction=True)
def test_no_database_connection_is_held_while_bytes_are_sent():
    version = factories.version("video", content=CONTENT)
    client = Client()
    client.force_login(version.created_by)
    for url in (
        reverse("dam:original_download", args=[version.code]),
        f"{reverse('dam:zip')}?asset={version.asset.code}",
    ):
        response: Any = client.get(url)
        assert connection.connection is None
        assert len(b"".join(response.streaming_content)) == int(response["Content-Length"])
        assert connection.connection is None


def test_the_number_of_queries_for_a_segment_is_constant(client, django_assert_max_num_queries):
    version = factories.version("video")
    factories.rendition(version, "hls", {f"v720/{number:05}.m4s": b"%d" % number for number in range(20)})
    client.force_login(factories.person(Role.PRODUCER))
    url = reverse("dam:rendition_file", args=[version.code, "hls", "v720/00007.m4s"])
    with django_assert_max_num_queries(8):
        assert body(client.get(url)) == b"7"


def test_inline_is_a_short_list():
    assert downloads.may_be_inline("text/vtt")
    assert not downloads.may_be_inline("image/svg+xml")
    assert not downloads.may_be_inline("application/octet-stream")
