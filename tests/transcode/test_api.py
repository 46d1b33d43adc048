"""Jobs and standard formats for programs: who sees which, what may be done about them, and what is told."""

from uuid import uuid4

import pytest

from dam.models import Role, Scope
from tests import factories
from tests.dam.api.calling import Program, program, refused
from transcode import jobs
from transcode.models import JobState, Preset, TranscodeJob

pytestmark = pytest.mark.django_db
JOBS = "/api/v1/jobs"


@pytest.fixture
def producer() -> Program:
    return program(factories.person())


def previews(kind: str = "video") -> TranscodeJob:
    job = jobs.enqueue_previews(factories.version(kind), by=None)
    assert job is not None
    return job


def made(job: TranscodeJob, state: JobState, *, error: str = "", tail: str = "") -> TranscodeJob:
    """A job brought to a state by the way that leads there."""
    if state not in {JobState.QUEUED, JobState.CANCELLED}:
        job.advance(JobState.RUNNING, by=None)
    if state not in {JobState.QUEUED, JobState.RUNNING}:
        job.advance(state, by=None, error=error, error_tail=tail)
    return job


class TestList:
    def test_the_latest_comes_first_with_what_it_makes(self, producer: Program):
        first, last = previews("photo"), previews("video")
        said = producer.get(JOBS).json()
        assert [one["id"] for one in said["items"]] == [str(last.pk), str(first.pk)]
        assert said["items"][0]["version"] == last.version.code
        assert said["items"][0]["asset"] == last.version.asset.code
        assert "video-mp4" in said["items"][0]["presets"]
        assert said["items"][0]["state"] == "queued"
        assert said["next"] is None

    @pytest.mark.parametrize(
        ("asked", "found"),
        [("state=queued", {"video"}), ("kind=photo", {"photo"}), ("state=failed&kind=video", set())],
    )
    def test_it_is_narrowed(self, producer: Program, asked: str, found: set[str]):
        previews("video")
        made(previews("photo"), JobState.DONE)
        items = producer.get(f"{JOBS}?{asked}").json()["items"]
        assert {one["kind"] for one in items} == found

    def test_the_jobs_of_one_version(self, producer: Program):
        wanted = previews()
        previews()
        items = producer.get(f"{JOBS}?version={wanted.version.code.lower()}").json()["items"]
        assert [one["id"] for one in items] == [str(wanted.pk)]

    def test_pages_miss_and_repeat_nothing(self, producer: Program):
        wanted = {str(previews("photo").pk) for _number in range(5)}
        seen: list[str] = []
        cursor = ""
        while True:
            page = producer.get(f"{JOBS}?limit=2&cursor={cursor}").json()
            seen += [one["id"] for one in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert len(seen) == 5
        assert set(seen) == wanted

    def test_its_length_costs_no_queries(self, producer: Program, django_assert_max_num_queries):
        previews("photo")
        producer.get(JOBS)
        for _number in range(4):
            previews("photo")
        with django_assert_max_num_queries(14):
            assert len(producer.get(JOBS).json()["items"]) == 5

    @pytest.mark.parametrize("asked", ["state=lost", "kind=film", "limit=0", "what=ever"])
    def test_what_is_not_understood_is_said(self, producer: Program, asked: str):
        refused(producer.get(f"{JOBS}?{asked}"), 422, "invalid")

    def test_the_jobs_of_others_are_not_there(self):
        health = factories.agency("SSG", parent=factories.central())
        theirs = previews()
        liaison = program(factories.person(Role.LIAISON, health))
        assert liaison.get(JOBS).json()["items"] == []
        refused(liaison.get(f"{JOBS}/{theirs.pk}"), 404, "not-found")


class TestOne:
    def test_how_far_it_is(self, producer: Program):
        job = made(previews(), JobState.RUNNING)
        jobs.progress(job, permille=430, eta_s=12)
        said = producer.get(f"{JOBS}/{job.pk}").json()
        assert (said["state"], said["permille"], said["eta_s"], said["failure"]) == ("running", 430, 12, None)

    def test_nothing_new_is_said_in_few_bytes(self, producer: Program):
        job = previews()
        etag = producer.get(f"{JOBS}/{job.pk}")["ETag"]
        again = producer.get(f"{JOBS}/{job.pk}", If_None_Match=etag)
        assert again.status_code == 304
        assert again.content == b""
        made(job, JobState.RUNNING)
        assert producer.get(f"{JOBS}/{job.pk}", If_None_Match=etag).status_code == 200

    def test_a_failure_says_what_was_kept_and_what_to_do(self, producer: Program):
        job = made(previews(), JobState.FAILED, error="disk_full", tail="/srv/secret: No space left")
        answer = producer.get(f"{JOBS}/{job.pk}")
        failure = answer.json()["failure"]
        assert failure["code"] == "disk_full"
        assert "se llenó" in failure["what"]
        assert "a salvo" in failure["kept"]
        assert "Libere espacio" in failure["todo"]
        assert b"secret" not in answer.content

    def test_in_english_for_who_asks_so(self, producer: Program):
        job = made(previews(), JobState.FAILED, error="disk_full")
        failure = producer.get(f"{JOBS}/{job.pk}", Accept_Language="en").json()["failure"]
        assert "se llenó" not in failure["what"]

    def test_one_that_never_was(self, producer: Program):
        refused(producer.get(f"{JOBS}/{uuid4()}"), 404, "not-found")


class TestStop:
    def test_one_that_waits_ends_now(self, producer: Program):
        job = previews()
        etag = producer.get(f"{JOBS}/{job.pk}")["ETag"]
        answer = producer("POST", f"{JOBS}/{job.pk}/stop", If_Match=etag)
        assert answer.status_code == 200
        assert answer.json()["state"] == "cancelled"
        job.refresh_from_db()
        assert job.state == JobState.CANCELLED

    def test_one_that_runs_is_asked_to(self, producer: Program):
        job = made(previews(), JobState.RUNNING)
        etag = producer.get(f"{JOBS}/{job.pk}")["ETag"]
        assert producer("POST", f"{JOBS}/{job.pk}/stop", If_Match=etag).json()["state"] == "running"
        job.refresh_from_db()
        assert job.stop_requested

    def test_nobody_stops_what_they_have_not_seen(self, producer: Program):
        job = previews()
        refused(producer("POST", f"{JOBS}/{job.pk}/stop"), 428, "precondition-required")
        etag = producer.get(f"{JOBS}/{job.pk}")["ETag"]
        made(job, JobState.RUNNING)
        refused(producer("POST", f"{JOBS}/{job.pk}/stop", If_Match=etag), 412, "precondition-failed")
        job.refresh_from_db()
        assert not job.stop_requested

    def test_one_that_has_ended(self, producer: Program):
        job = made(previews(), JobState.DONE)
        etag = producer.get(f"{JOBS}/{job.pk}")["ETag"]
        refused(producer("POST", f"{JOBS}/{job.pk}/stop", If_Match=etag), 409, "conflict")

    def test_a_token_to_read_does_not_stop(self):
        job = previews()
        reader = program(factories.person(), [Scope.READ])
        refused(reader("POST", f"{JOBS}/{job.pk}/stop", If_Match="*"), 403, "insufficient-scope")


class TestRetry:
    @pytest.mark.parametrize("ended", [JobState.FAILED, JobState.CANCELLED])
    def test_one_that_ended_badly_waits_again(self, producer: Program, ended: JobState):
        job = made(previews(), ended)
        etag = producer.get(f"{JOBS}/{job.pk}")["ETag"]
        assert producer("POST", f"{JOBS}/{job.pk}/retry", If_Match=etag).json()["state"] == "queued"

    @pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING, JobState.DONE])
    def test_the_others_are_left_alone(self, producer: Program, state: JobState):
        job = made(previews(), state)
        etag = producer.get(f"{JOBS}/{job.pk}")["ETag"]
        refused(producer("POST", f"{JOBS}/{job.pk}/retry", If_Match=etag), 409, "conflict")
        job.refresh_from_db()
        assert job.state == state

    def test_who_asked_anew_is_who_makes_it(self, producer: Program):
        job = made(previews(), JobState.CANCELLED)
        anew = jobs.enqueue_previews(job.version, by=None)
        assert anew is not None
        etag = producer.get(f"{JOBS}/{job.pk}")["ETag"]
        assert producer("POST", f"{JOBS}/{job.pk}/retry", If_Match=etag).json()["id"] == str(anew.pk)


class TestAsking:
    def test_asking_twice_is_one_job(self, producer: Program):
        code = factories.version("video").asset.code
        first = producer("POST", f"/api/v1/assets/{code}/formats/messaging-mp4")
        assert first.status_code == 202, first.content
        assert first.json()["ready"] is False
        again = producer("POST", f"/api/v1/assets/{code}/formats/messaging-mp4").json()
        assert again["job"]["id"] == first.json()["job"]["id"]
        assert again["job"]["purpose"] == "messaging-mp4"

    def test_a_format_that_is_none(self, producer: Program):
        code = factories.version("video").asset.code
        refused(producer("POST", f"/api/v1/assets/{code}/formats/betamax"), 404, "not-found")

    def test_who_may_not_see_it_is_told_of_nothing(self):
        code = factories.version("video").asset.code
        stranger = program(factories.user())
        refused(stranger("POST", f"/api/v1/assets/{code}/formats/messaging-mp4"), 404, "not-found")
        assert not TranscodeJob.objects.exists()


class TestPresets:
    def test_those_in_use_are_listed(self, producer: Program):
        items = producer.get("/api/v1/presets?limit=200").json()["items"]
        assert {one["slug"] for one in items} == set(
            Preset.objects.filter(current__isnull=False).values_list("pk", flat=True)
        )
        shown = next(one for one in items if one["slug"] == "video-mp4")
        assert shown["kind"] == "video"
        assert shown["at_once"] is True
        assert shown["title"]

    def test_one_with_its_recipe_and_versions(self, producer: Program):
        said = producer.get("/api/v1/presets/video-mp4").json()
        assert said["recipe"]["slug"] == "video-mp4"
        assert said["versions"] == [said["number"]]

    def test_one_that_is_none(self, producer: Program):
        refused(producer.get("/api/v1/presets/betamax"), 404, "not-found")
