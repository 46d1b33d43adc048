"""The working folder of a run: the bytes under a plain name, nothing left behind."""

import pytest

from ingest.incoming import Gone, incoming, local
from ingest.models import Ingest, Upload
from ingest.scratch import scratch_for
from tests import factories
from tests.ingest.making import arrived, jpeg

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Corte final.MP4", "original.mp4"),
        ("subtitulos.es.srt", "original.srt"),
        ("sin sufijo", "original"),
        ("raro.$(rm -rf)", "original"),
        ("raro.ñandú", "original"),
        ("muy.largosufijoinutil", "original"),
    ],
)
def test_nothing_of_the_name_but_its_suffix_reaches_a_parser(tmp_path, name, plain):
    ingest = arrived(tmp_path, name, jpeg())
    with scratch_for(ingest) as scratch:
        assert scratch.file.name == plain
        assert scratch.file.read_bytes() == jpeg()
        assert scratch.file.parent == scratch.folder


def test_the_bytes_are_not_copied(tmp_path):
    ingest = arrived(tmp_path, "a.jpg", jpeg())
    with scratch_for(ingest) as scratch:
        assert scratch.file.resolve() == local().here(ingest.upload_id).resolve()
    assert local().here(ingest.upload_id).exists()


def test_it_is_gone_afterwards_and_what_a_killed_run_left_too(tmp_path, settings):
    ingest = arrived(tmp_path, "a.jpg", jpeg())
    left = settings.SCRATCH / f"ingest-{ingest.pk.hex}-0"
    left.mkdir()
    (left / "half").touch()
    ingest.attempts = 1
    with scratch_for(ingest) as scratch:
        assert not left.exists()
        (scratch.folder / "made").touch()
    assert list(settings.SCRATCH.iterdir()) == []


def test_it_is_gone_after_trouble_as_well(tmp_path, settings):
    with pytest.raises(RuntimeError), scratch_for(arrived(tmp_path, "a.jpg", jpeg())):
        raise RuntimeError
    assert list(settings.SCRATCH.iterdir()) == []


def test_bytes_that_are_stored_already_are_brought_from_there(tmp_path):
    ingest = arrived(tmp_path, "a.jpg", jpeg())
    incoming().discard(ingest.upload_id)
    with pytest.raises(Gone), scratch_for(ingest):
        pass
    ingest.stored = factories.stored(b"from the store")
    with scratch_for(ingest) as scratch:
        assert scratch.file.read_bytes() == b"from the store"
        assert not scratch.file.is_symlink()


def test_the_rows_stay_as_they_are(tmp_path):
    ingest = arrived(tmp_path, "a.jpg", jpeg())
    with scratch_for(ingest):
        pass
    assert Ingest.objects.get(pk=ingest.pk).state == "queued"
    assert Upload.objects.get().state == "complete"
