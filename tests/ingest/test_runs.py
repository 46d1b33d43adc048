"""Taking an ingest, fencing off who was overtaken, and its endings."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dam import events
from dam.lifecycle import IllegalTransition
from dam.models import FileRole, Placement
from ingest import ingests, runs
from ingest.incoming import incoming, local
from ingest.models import Ingest
from ingest.outcomes import Rejected, Superseded
from tests import factories
from tests.ingest.making import arrived, jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture
def ingest(tmp_path) -> Ingest:
    return arrived(tmp_path, "a.jpg", jpeg())


def taken(ingest: Ingest) -> Ingest:
    mine = runs.claim(str(ingest.pk))
    assert mine is not None
    return mine


def now(ingest: Ingest) -> Any:
    return Ingest.objects.get(pk=ingest.pk)


def test_claiming_takes_the_next_number(ingest):
    mine = taken(ingest)
    assert (mine.state, mine.attempts, mine.deaths) == ("running", 1, 0)
    assert now(ingest).state == "running"
    assert [event.verb for event in events.of(ingest)] == ["state.running"]


def test_who_takes_over_from_a_dead_worker_fences_it_off(ingest):
    dead = taken(ingest)
    mine = taken(ingest)
    assert (mine.attempts, mine.deaths) == (2, 1)
    for act in (
        lambda: runs.begin_step(dead, "probe"),
        lambda: runs.learn(dead, "probe", {}),
        lambda: runs.fail(dead, OSError("x"), next_attempt_at=None),
        lambda: runs.postpone(dead),
    ):
        with pytest.raises(Superseded):
            act()
    runs.learn(mine, "probe", {"a": 1})
    assert now(ingest).facts == {"probe": {"a": 1}}


def test_a_finished_step_forgives_the_deaths_before_it(ingest):
    taken(ingest)
    mine = taken(ingest)
    assert mine.deaths == 1
    runs.learn(mine, "fingerprint", {})
    assert now(ingest).deaths == 0


def test_after_too_many_deaths_nobody_takes_it(ingest):
    for _ in range(runs.MOST_DEATHS + 1):
        taken(ingest)
    assert runs.claim(str(ingest.pk)) is None
    assert (now(ingest).state, now(ingest).error) == ("failed", runs.WORKER_DIED)


@pytest.mark.parametrize("state", ["accepted", "duplicate", "rejected"])
def test_what_is_over_is_not_taken(ingest, state):
    version = factories.version()
    Ingest.objects.filter(pk=ingest.pk).update(state=state, version=version, reason="empty")
    assert runs.claim(str(ingest.pk)) is None
    assert runs.claim("01234567-0000-7000-8000-000000000000") is None


def test_a_failure_can_be_taken_again_by_the_queue(ingest):
    mine = taken(ingest)
    later = timezone.now() + timedelta(seconds=5)
    runs.fail(mine, OSError(28, "No space left on device\0"), next_attempt_at=later)
    failed = now(ingest)
    assert (failed.state, failed.next_attempt_at, failed.is_over) == ("failed", later, False)
    assert failed.error == "OSError: [Errno 28] No space left on device"
    again = taken(ingest)
    assert (again.error, again.next_attempt_at) == ("", None)


def test_accepting_keeps_what_was_learned_without_what_has_its_own_rows(ingest):
    mine = taken(ingest)
    runs.learn(mine, "metadata", {"found": [1], "tracks": [{"cues": ["long"]}]})
    runs.learn(mine, "probe", {"facts": {"language": "es", "cues": ["long"]}})
    version = factories.version()
    runs.accept(mine, version, version.original.stored, role=FileRole.ORIGINAL)
    done = now(ingest)
    assert (done.state, done.version, done.role, done.is_safe) == ("accepted", version, "original", True)
    assert done.facts == {"metadata": {"found": [1]}, "probe": {"facts": {"language": "es"}}}
    assert mine.facts["probe"]["facts"]["cues"] == ["long"]


def test_a_duplicate_keeps_no_second_copy(ingest):
    mine = taken(ingest)
    version = factories.version()
    runs.duplicate(mine, version)
    assert (now(ingest).state, now(ingest).version) == ("duplicate", version)
    assert list(incoming().held()) == []


def test_a_rejection_keeps_the_bytes_and_the_reason(ingest):
    mine = taken(ingest)
    runs.reject(mine, Rejected("truncated", detail="12 %"), local().here(mine.upload_id))
    done = now(ingest)
    assert (done.state, done.reason, done.reason_params) == ("rejected", "truncated", {"detail": "12 %"})
    assert done.stored.placements.get().key == f"quarantine/{done.stored_id[:2]}/{done.stored_id}"
    assert not done.is_safe


def test_two_files_with_the_same_bad_bytes_are_quarantined_once(tmp_path):
    for name in ("a.jpg", "b.jpg"):
        mine = taken(arrived(tmp_path, name, b"bad"))
        runs.reject(mine, Rejected("unreadable"), local().here(mine.upload_id))
    one, two = Ingest.objects.all()
    assert one.stored == two.stored
    assert Placement.objects.filter(key__startswith="quarantine/").count() == 1


def test_postponing_gives_it_back_to_the_queue(ingest):
    mine = taken(ingest)
    runs.postpone(mine)
    assert now(ingest).state == "queued"
    assert taken(ingest).attempts == 2


def test_retrying(ingest, producer):
    with pytest.raises(IllegalTransition):
        ingests.retry(now(ingest), by=producer)
    mine = taken(ingest)
    runs.learn(mine, "fingerprint", {"sha256": "x"})
    runs.fail(mine, OSError("x"), next_attempt_at=None)
    ingests.retry(now(ingest), by=producer)
    assert (now(ingest).state, now(ingest).error) == ("queued", "")
    assert "fingerprint" in now(ingest).facts
    mine = taken(ingest)
    runs.reject(mine, Rejected("truncated"), local().here(mine.upload_id))
    ingests.retry(now(ingest), by=producer)
    assert (now(ingest).facts, now(ingest).reason) == ({}, "")
    assert [event.actor for event in events.of(ingest)][-1] == producer
