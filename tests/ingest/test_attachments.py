"""Captions and sidecars reach their media whatever the order of arrival, and stand alone where there is none."""

from typing import Any

import pytest

from dam import metadata
from dam.models import AssetVersion, CaptionCue, CaptionTrack
from ingest import batches
from ingest.models import Ingest
from tests import factories
from tests.ingest import making
from tests.ingest.making import arrived, ingested, jpeg, run
from transcode.models import TranscodeJob

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(producer):
    return batches.open_for(factories.central(), by=producer)


@pytest.fixture
def put(tmp_path, producer, batch):
    """Ingest a file into the one batch."""

    def put(name: str, content: bytes, **more) -> Any:
        return ingested(tmp_path, name, content, **{"by": producer, "batch": batch, **more})

    return put


def captions() -> bytes:
    return making.SRT.encode()


def video() -> bytes:
    return making.clip("plain.mp4").read_bytes()


def test_captions_after_their_video(put):
    media = put("spot.mp4", video())
    done = put("spot.es.srt", captions())
    assert (done.state, done.role, done.version) == ("accepted", "caption", media.version)
    track = CaptionTrack.objects.get(version=media.version)
    assert (track.language, track.source, track.label) == ("es", "file", "spot.es.srt")
    assert list(track.cues.values_list("start_ms", "end_ms", "text")) == [
        (100, 900, "Agua para todas las colonias"),
        (1000, 1500, "Adiós"),
    ]
    assert AssetVersion.objects.count() == 1
    assert set(media.version.files.values_list("role", flat=True)) == {"original", "caption"}


def test_captions_before_their_video(put):
    alone = put("spot.srt", captions())
    assert (alone.state, alone.role) == ("accepted", "original")
    assert alone.version.asset.kind == "other"
    assert CaptionCue.objects.filter(track__version=alone.version).count() == 2

    media = put("spot.mp4", video())
    alone = Ingest.objects.get(pk=alone.pk)
    assert (alone.version, alone.role) == (media.version, "caption")
    assert media.version.caption_tracks.get().cues.count() == 2
    old = AssetVersion.objects.exclude(pk=media.version.pk).get().asset
    assert old.trashed_at is not None


def test_captions_wait_while_their_video_is_on_its_way(put, tmp_path, producer, batch):
    coming = arrived(tmp_path, "spot.mp4", video(), by=producer, batch=batch)
    early = put("spot.srt", captions())
    assert (early.state, early.version) == ("queued", None)
    media = run(coming)
    done = run(early)
    assert (done.state, done.role, done.version) == ("accepted", "caption", media.version)
    assert AssetVersion.objects.count() == 1


def test_they_do_not_wait_for_what_stopped_arriving(put, tmp_path, producer, batch):
    coming = arrived(tmp_path, "spot.mp4", video(), by=producer, batch=batch)
    Ingest.objects.filter(pk=coming.pk).update(state="failed")
    assert put("spot.srt", captions()).state == "accepted"


def test_other_folders_and_other_batches_are_others(put, producer):
    put("a/spot.mp4", video())
    assert put("b/spot.srt", captions()).role == "original"
    elsewhere = batches.open_for(factories.central(), by=producer)
    assert put("a/spot.srt", captions() + b"\n", batch=elsewhere).role == "original"


def test_captions_of_a_picture_stand_alone(put):
    put("foto.jpg", jpeg())
    assert put("foto.srt", captions()).role == "original"


def test_a_sidecar_describes_its_picture_in_both_orders(put):
    first = put("uno.jpg", jpeg("red", keywords="Del archivo"))
    put("uno.xmp", making.XMP.encode())
    assert metadata.known(first.version.asset)["keywords"].value == ("presa",)
    assert metadata.known(first.version.asset)["description"].value == "Del archivo"

    put("dos.xmp", making.XMP.replace("presa", "dique").encode())
    second = put("dos.jpg", jpeg("blue"))
    assert metadata.known(second.version.asset)["keywords"].value == ("dique",)
    assert set(second.version.files.values_list("role", flat=True)) == {"original", "sidecar"}


def test_a_sidecar_of_two_pictures_belongs_to_both(put):
    one, two = put("a.jpg", jpeg("red")), put("a.png", making.png())
    put("a.xmp", making.XMP.encode())
    for done in (one, two):
        assert metadata.known(done.version.asset)["keywords"].value == ("presa",)


def test_the_same_captions_again_are_a_duplicate(put):
    media = put("spot.mp4", video())
    put("spot.srt", captions())
    again = put("spot.srt", captions())
    assert (again.state, again.version) == ("duplicate", media.version)
    assert CaptionTrack.objects.count() == 1


def test_captions_for_an_asset_are_attached_to_its_current_version(put):
    media = put("spot.mp4", video())
    done = put("cualquier nombre.srt", captions(), version_of=media.version.asset)
    assert (done.role, done.version) == ("caption", media.version)


def test_captions_of_media_that_was_there_already_reach_it(put, tmp_path, producer):
    media = put("spot.mp4", video())
    card = batches.open_for(factories.central(), by=producer)
    assert put("spot.mp4", video(), batch=card).state == "duplicate"
    done = put("spot.srt", captions(), batch=card)
    assert (done.role, done.version) == ("caption", media.version)


def test_captions_inside_a_video_are_its_track(put):
    done = put("con texto.mp4", making.clip("captioned.mp4").read_bytes())
    track = done.version.caption_tracks.get()
    assert (track.source, track.language, track.file) == ("embedded", "es", None)
    assert track.cues.first().text == "Agua para todas las colonias"
    assert "tracks" not in done.facts["metadata"]


def test_broken_captions_are_kept_as_other_files(put):
    done = put("roto.vtt", b"WEBVTT\n\nesto no tiene tiempos\n")
    assert (done.state, done.version.asset.kind) == ("accepted", "other")
    assert not CaptionTrack.objects.exists()


def test_companions_cause_no_conversions_of_their_own(put):
    put("spot.srt", captions())
    put("solo.xmp", making.XMP.encode())
    assert not TranscodeJob.objects.exists()


def test_a_sidecar_alone_is_found_by_what_it_says(put):
    done = put("solo.xmp", making.XMP.encode())
    assert done.version.asset.kind == "other"
    assert metadata.known(done.version.asset)["keywords"].value == ("presa",)
