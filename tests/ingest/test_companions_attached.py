"""Which media a companion belongs to, how long it waits, and what it may change: cases beside the common ones."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dam import assets, metadata
from dam.models import AssetVersion, CaptionCue, CaptionTrack, Event, FileRole, Role
from ingest import attachments, batches
from ingest.models import Batch, Ingest, Upload
from ingest.uploads import PATIENCE
from tests import factories
from tests.ingest import making
from tests.ingest.making import ingested, jpeg

pytestmark = pytest.mark.django_db
SRT = making.SRT.encode()


@pytest.fixture
def batch(producer) -> Batch:
    return batches.open_for(factories.central(), by=producer)


@pytest.fixture
def put(tmp_path, producer, batch):
    """Ingest a file into the one batch."""

    def put(name: str, content: bytes, **more) -> Any:
        return ingested(tmp_path, name, content, **{"by": producer, "batch": batch, **more})

    return put


def held(batch: Batch, name: str, kind: str, **more) -> AssetVersion:
    """A version of this kind that came in the batch under this name, without having been parsed."""
    version = factories.version(kind, by=batch.created_by)
    upload = factories.upload(batch=batch, filename=name, stem="spot", **more)
    factories.ingest("accepted", upload=upload, version=version, role=FileRole.ORIGINAL)
    return version


def companion(batch: Batch, name: str, **more) -> Ingest:
    return factories.ingest(
        "running", upload=factories.upload(batch=batch, filename=name, stem="spot", **more)
    )


@pytest.mark.parametrize(
    ("kind", "suffix", "caption", "sidecar"),
    [
        ("video", "mp4", True, True),
        ("audio", "wav", True, True),
        ("photo", "jpg", False, True),
        ("document", "pdf", False, True),
        ("other", "bin", False, False),
    ],
)
def test_what_goes_with_which_kind(batch, kind, suffix, caption, sidecar):
    version = held(batch, f"spot.{suffix}", kind)
    for role, belongs, name in ((FileRole.CAPTION, caption, "srt"), (FileRole.SIDECAR, sidecar, "xmp")):
        found = attachments.media_of(companion(batch, f"spot.{name}"), role)
        assert found == ([version] if belongs else []), name


def test_the_whole_name_says_which_of_two(batch):
    """Cameras write the sidecar of a raw picture and of its JPEG under both names."""
    raw, small = held(batch, "spot.dng", "photo"), held(batch, "spot.jpg", "photo")
    assert attachments.media_of(companion(batch, "spot.dng.xmp"), FileRole.SIDECAR) == [raw]
    assert attachments.media_of(companion(batch, "spot.jpg.xmp"), FileRole.SIDECAR) == [small]
    assert set(attachments.media_of(companion(batch, "spot.xmp"), FileRole.SIDECAR)) == {raw, small}


def test_it_belongs_to_nothing_that_its_sender_may_not_edit(batch):
    version = held(batch, "spot.mp4", "video")
    AssetVersion.objects.filter(pk=version.pk).update(created_by=factories.person())
    someone = factories.person(Role.VIDEOGRAPHER, factories.agency("SSG", parent=factories.central()))
    foreign = companion(batch, "spot.srt")
    Upload.objects.filter(pk=foreign.upload_id).update(owner=someone)
    foreign = Ingest.objects.select_related("upload__owner").get(pk=foreign.pk)
    assert attachments.media_of(foreign, FileRole.CAPTION) == []


def test_one_that_was_named_at_upload_needs_no_name_in_common(batch):
    version = factories.version("video")
    ingest = companion(batch, "cualquiera.srt", version_of=version.asset)
    version.asset.refresh_from_db()
    assert attachments.media_of(ingest, FileRole.CAPTION) == [version]


@pytest.mark.parametrize(
    ("state", "idle", "awaited"),
    [
        ("receiving", timedelta(minutes=9), True),
        ("receiving", timedelta(minutes=11), False),
        ("expired", timedelta(0), False),
        ("terminated", timedelta(0), False),
    ],
)
def test_media_that_stopped_arriving_are_not_waited_for(batch, state, idle, awaited):
    expires = timezone.now() + PATIENCE - idle
    factories.upload(state, batch=batch, filename="spot.mp4", stem="spot", expires_at=expires)
    assert attachments.is_awaited(companion(batch, "spot.srt")) is awaited


@pytest.mark.parametrize(
    ("state", "awaited"),
    [("queued", True), ("running", True), ("failed", False), ("rejected", False), ("accepted", False)],
)
def test_media_that_are_here_are_waited_for_while_they_are_at_work(batch, state, awaited):
    factories.ingest(state, upload=factories.upload(batch=batch, filename="spot.mp4", stem="spot"))
    assert attachments.is_awaited(companion(batch, "spot.srt")) is awaited


def test_two_companions_do_not_wait_for_each_other(batch):
    factories.upload("receiving", batch=batch, filename="spot.xmp", stem="spot")
    assert not attachments.is_awaited(companion(batch, "spot.srt"))


@pytest.mark.parametrize(
    ("name", "language"),
    [("spot.en.srt", "en"), ("spot.es.srt", "es"), ("spot.es-MX.srt", "es-MX")],
)
def test_the_name_says_the_language_of_captions(put, name, language):
    put("spot.wav", making.clip("tone.wav").read_bytes())
    done = put(name, SRT)
    assert (done.role, CaptionTrack.objects.get().language) == ("caption", language)


def test_captions_in_two_languages_are_two_tracks(put):
    put("spot.wav", making.clip("tone.wav").read_bytes())
    put("spot.es.srt", SRT)
    put("spot.en.srt", SRT.replace("Adiós".encode(), b"Goodbye"))
    assert set(CaptionTrack.objects.values_list("language", flat=True)) == {"es", "en"}
    assert CaptionCue.objects.filter(text="Goodbye").count() == 1


def test_all_that_waited_is_adopted_and_it_is_noted(put):
    early = [put("spot.es.srt", SRT), put("spot.en.srt", SRT + b"\n"), put("otro.srt", SRT + b"\n\n")]
    media = put("spot.wav", making.clip("tone.wav").read_bytes())
    now = [Ingest.objects.get(pk=ingest.pk) for ingest in early]
    assert [ingest.version == media.version for ingest in now] == [True, True, False]
    assert [ingest.role for ingest in now] == ["caption", "caption", "original"]
    assert Event.objects.filter(verb="adopted").count() == 2
    trashed = [ingest.version.asset for ingest in early]
    for asset in trashed:
        asset.refresh_from_db()
    assert [asset.trashed_at is not None for asset in trashed] == [True, True, False]


def test_a_sidecar_says_more_than_the_picture_itself_but_not_more_than_a_person(put, producer):
    done = put("uno.jpg", jpeg("red", keywords="Del archivo"))
    asset = done.version.asset
    metadata.describe(asset, {"keywords": ["dicho por alguien"]}, by=producer)
    put("uno.xmp", making.XMP.encode())
    assert metadata.known(asset)["keywords"].value == ("dicho por alguien",)


def test_an_older_version_no_longer_speaks_for_its_asset(put, producer):
    done = put("uno.jpg", jpeg("red"))
    asset = done.version.asset
    assets.add_version(asset, factories.original(), by=producer)
    put("uno.xmp", making.XMP.encode())
    old = AssetVersion.objects.get(pk=done.version.pk)
    assert old.files.filter(role=FileRole.SIDECAR).exists()
    assert "keywords" not in metadata.known(asset)


@pytest.mark.parametrize(("kind", "role"), [("caption", "caption"), ("sidecar", "sidecar"), ("photo", None)])
def test_what_a_companion_is_to_its_media(kind, role):
    ingest = factories.ingest(facts={"probe": {"kind": kind}})
    assert attachments.role_of(ingest) == role
    assert attachments.role_of(factories.ingest()) is None


def test_what_was_found_is_given_as_the_catalogue_takes_it():
    found = [
        {"field": "title", "value": "La presa", "language": "es", "origin": "XMP"},
        {"field": "keywords", "value": ["agua", "presa"], "language": "", "origin": "XMP"},
    ]
    ingest = factories.ingest(facts={"metadata": {"found": found}})
    said = attachments.found_by(ingest)
    assert [(one.field, one.values, one.language) for one in said] == [
        ("title", ("La presa",), "es"),
        ("keywords", ("agua", "presa"), ""),
    ]
