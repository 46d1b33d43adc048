"""What is swept away, and what is not."""

import os
import time
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from ingest import batches, names, sweeping, tasks, uploads
from ingest.incoming import incoming, local
from ingest.models import Ingest, Upload
from ingest.uploads import Announced
from tests import factories
from tests.ingest.making import arrived, jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiving(producer) -> Upload:
    batch = batches.open_for(factories.central(), by=producer)
    return uploads.begin(batch, Announced(name=names.of(b"a"), size_bytes=5), by=producer)


def held() -> set[uuid.UUID]:
    return set(incoming().held())


def test_abandoned_uploads_expire(receiving):
    sweeping.sweep()
    assert held() == {receiving.pk}
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    sweeping.sweep()
    receiving.refresh_from_db()
    assert receiving.state == "expired"
    assert held() == set()


@pytest.mark.parametrize("state", ["queued", "running", "failed"])
def test_bytes_of_an_ingest_that_goes_on_stay(tmp_path, state):
    ingest = arrived(tmp_path, "a.jpg", jpeg())
    Ingest.objects.update(state=state)
    sweeping.sweep()
    assert held() == {ingest.upload_id}


@pytest.mark.parametrize("state", ["accepted", "duplicate", "rejected"])
def test_bytes_of_an_ingest_that_is_over_go(tmp_path, state):
    """Its worker was killed between the last transaction and discarding them."""
    arrived(tmp_path, "a.jpg", jpeg())
    Ingest.objects.update(state=state, version=factories.version(), reason="empty")
    sweeping.sweep()
    assert held() == set()


def test_bytes_without_a_row_go_once_they_are_old():
    orphan = uuid.uuid4()
    incoming().create(orphan)
    sweeping.sweep()
    assert held() == {orphan}
    old = time.time() - sweeping.LEAST_AGE_SECONDS - 10
    os.utime(local().here(orphan), (old, old))
    sweeping.sweep()
    assert held() == set()


def test_scratch_of_killed_runs_goes_once_it_is_old(settings):
    left, other = settings.SCRATCH / "ingest-abc-1", settings.SCRATCH / "job-1"
    for folder in (left, other):
        folder.mkdir()
        (folder / "x").touch()
    sweeping.sweep()
    assert left.exists()
    old = time.time() - sweeping.SCRATCH_SECONDS - 10
    for folder in (left, other):
        os.utime(folder, (old, old))
    sweeping.sweep()
    assert not left.exists()
    assert other.exists()


def test_it_is_a_periodic_task(receiving):
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    tasks.sweep(timestamp=0)
    receiving.refresh_from_db()
    assert receiving.state == "expired"
