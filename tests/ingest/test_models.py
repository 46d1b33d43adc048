"""What the database itself refuses of uploads and ingests, and what the rows say of themselves."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from dam.lifecycle import IllegalTransition
from ingest.models import Batch, Ingest, IngestState, Upload, UploadState
from tests import factories
from tests.ingest.making import arrived, jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture
def ingest(tmp_path) -> Ingest:
    return arrived(tmp_path, "a.jpg", jpeg())


def refused(rows, **fields) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**fields)


def test_an_upload_s_offset_is_within_it(ingest):
    upload = Upload.objects.get()
    refused(Upload.objects.all(), offset_bytes=upload.size_bytes + 1, state="receiving")


def test_a_complete_upload_is_whole(ingest):
    refused(Upload.objects.all(), offset_bytes=1)


def test_states_are_known(ingest):
    refused(Upload.objects.all(), state="flying")
    refused(Ingest.objects.all(), state="flying")
    refused(Ingest.objects.all(), source="pigeon")
    refused(Batch.objects.all(), role="flying")


def test_what_is_accepted_has_its_version_and_what_is_rejected_its_reason(ingest):
    for state in ("accepted", "duplicate"):
        refused(Ingest.objects.all(), state=state)
    refused(Ingest.objects.all(), state="rejected")


def test_a_watched_file_is_received_once_unless_it_was_given_up(tmp_path, ingest):
    other = arrived(tmp_path, "b.jpg", jpeg())
    Upload.objects.filter(pk=ingest.upload_id).update(source_key="x")
    refused(Upload.objects.filter(pk=other.upload_id), source_key="x")
    Upload.objects.filter(pk=ingest.upload_id).update(state="receiving")
    Upload.objects.filter(pk=ingest.upload_id).update(state="terminated")
    Upload.objects.filter(pk=other.upload_id).update(source_key="x")


@pytest.mark.parametrize("state", list(IngestState))
def test_an_ingest_goes_only_where_its_table_says(ingest, state):
    version = factories.version()
    Ingest.objects.update(state=state, version=version, reason="empty")
    for target in IngestState:
        row = Ingest.objects.get()
        if target in Ingest.transitions[state]:
            continue
        with pytest.raises(IllegalTransition):
            row.advance(target, by=None)


@pytest.mark.parametrize("state", [UploadState.COMPLETE, UploadState.EXPIRED, UploadState.TERMINATED])
def test_an_upload_that_ended_stays_so(ingest, state):
    Upload.objects.update(state=state)
    for target in UploadState:
        with pytest.raises(IllegalTransition):
            Upload.objects.get().advance(target, by=None)


def test_two_workers_at_one_ingest_and_one_wins(ingest):
    one, two = Ingest.objects.get(), Ingest.objects.get()
    one.advance(IngestState.RUNNING, by=None)
    with pytest.raises(IllegalTransition):
        two.advance(IngestState.RUNNING, by=None)


@pytest.mark.parametrize(
    ("state", "later", "over", "safe"),
    [
        ("queued", False, False, False),
        ("running", False, False, False),
        ("failed", True, False, False),
        ("failed", False, True, False),
        ("rejected", False, True, False),
        ("accepted", False, True, True),
        ("duplicate", False, True, True),
    ],
)
def test_when_it_is_over_and_when_the_card_may_be_deleted(state, later, over, safe):
    row = Ingest(state=state, next_attempt_at=timezone.now() if later else None)
    assert (row.is_over, row.is_safe) == (over, safe)


def test_what_a_step_learned_is_a_copy():
    row = Ingest(facts={"probe": {"kind": "photo"}})
    row.learned("probe")["kind"] = "video"
    assert row.learned("probe") == {"kind": "photo"}
    assert row.learned("store") == {}


def test_paths_and_percents():
    assert Upload(filename="a.jpg", folder="x/y").path == "x/y/a.jpg"
    assert Upload(filename="a.jpg").path == "a.jpg"
    assert Upload(size_bytes=3, offset_bytes=1).percent == 33
