"""Who gets which bytes, by session and by link, and what is said when they cannot be had."""

import logging
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from dam import downloads, links, trash
from dam.models import AssetVersion, Placement, PlacementState, Role
from tests import factories
from tests.dam.downloading import *  # noqa: F403 - its fixtures
from tests.dam.downloading import CONTENT, body, download

pytestmark = pytest.mark.django_db


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
