"""Material that comes in through programs: announced, sent by tus with a token, followed, given up, tried again."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from dam import tokens
from dam.models import Role, Scope
from ingest import ingests
from ingest.models import Ingest, IngestState, Upload, UploadState
from tests import factories
from tests.dam.api.calling import Program, program, refused
from tests.ingest.speaking_tus import TUS, bytes_of, create, patch

pytestmark = pytest.mark.django_db
UPLOADS = "/api/v1/uploads"


@pytest.fixture
def camera() -> Program:
    return program(factories.person(Role.VIDEOGRAPHER))


def announced(program: Program, size: int = 10, **more: Any) -> dict[str, Any]:
    answer = program("POST", UPLOADS, {"filename": "MVI_0231.MP4", "size_bytes": size, **more})
    assert answer.status_code == 201, answer.content
    said: dict[str, Any] = answer.json()
    return said


def path_of(said: dict[str, Any]) -> str:
    return f"/subidas/{said['id']}"


def bearer(program: Program) -> dict[str, str]:
    return {"Authorization": f"Bearer {program.secret}"}


class TestAnnouncing:
    def test_a_file_gets_a_place_and_an_address_to_be_sent_to(self, camera: Program):
        said = announced(camera, filename="DCIM/100/MVI_0231.MP4")
        assert said["state"] == "receiving"
        assert said["offset_bytes"] == 0
        assert said["name"] == "DCIM/100/MVI_0231.MP4"
        assert str(said["send_to"]).endswith(path_of(said))
        assert f":{settings.TRANSFERS_PORT}/" in str(said["send_to"])

    def test_files_of_one_batch_arrive_together(self, camera: Program):
        first = announced(camera)
        second = announced(camera, batch=first["batch"])
        assert second["batch"] == first["batch"]
        assert Upload.objects.values("batch").distinct().count() == 1

    def test_the_batch_of_somebody_else(self, camera: Program):
        theirs = announced(program(factories.person()))
        answer = camera("POST", UPLOADS, {"filename": "a.mp4", "size_bytes": 1, "batch": theirs["batch"]})
        [error] = refused(answer, 422, "invalid")["errors"]
        assert "batch" in str(error)

    def test_a_new_version_of_what_one_edits(self):
        producer = program(factories.person())
        asset = factories.asset("video")
        said = announced(producer, version_of=asset.code.lower())
        assert Upload.objects.get(pk=said["id"]).version_of == asset

    def test_a_new_version_of_what_one_does_not_see(self, camera: Program):
        asset = factories.asset("video")
        answer = camera("POST", UPLOADS, {"filename": "a.mp4", "size_bytes": 1, "version_of": asset.code})
        refused(answer, 422, "invalid")
        assert not Upload.objects.exists()

    def test_nothing_is_a_file_too(self, camera: Program):
        said = announced(camera, 0)
        assert said["state"] in {"complete", "checking"}
        assert Ingest.objects.filter(upload=said["id"]).exists()

    def test_one_that_is_larger_than_is_taken(self, camera: Program):
        answer = camera("POST", UPLOADS, {"filename": "a", "size_bytes": settings.UPLOAD_MAX_BYTES + 1})
        refused(answer, 413, "too-large")

    def test_one_that_does_not_fit_the_disk(self, camera: Program, settings):
        settings.UPLOAD_MAX_BYTES = 10**18
        refused(camera("POST", UPLOADS, {"filename": "a", "size_bytes": 10**17}), 507, "no-room")
        assert not Upload.objects.exists()

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"filename": "a"},
            {"filename": "", "size_bytes": 1},
            {"filename": "a", "size_bytes": -1},
            {"filename": "a", "size_bytes": 1.5},
            {"filename": "a" * 5000, "size_bytes": 1},
            {"filename": "a", "size_bytes": 1, "batch": "mine"},
            {"filename": "a", "size_bytes": 1, "owner": "somebody"},
        ],
    )
    def test_what_is_not_understood_is_said(self, camera: Program, body: dict[str, Any]):
        refused(camera("POST", UPLOADS, body), 422, "invalid")

    def test_who_may_upload_nowhere(self):
        liaison = program(factories.person(Role.LIAISON))
        refused(liaison("POST", UPLOADS, {"filename": "a", "size_bytes": 1}), 403, "forbidden")

    def test_a_token_for_something_else(self):
        reader = program(factories.person(), [Scope.READ])
        refused(reader("POST", UPLOADS, {"filename": "a", "size_bytes": 1}), 403, "insufficient-scope")


class TestSending:
    def test_a_whole_file_in_two_pieces(self, camera: Program):
        said = announced(camera, 10)
        answer = patch(camera.client, path_of(said), 0, b"12345", **bearer(camera))
        assert answer.status_code == 204, answer.content
        assert answer["Upload-Offset"] == "5"
        assert camera.get(f"{UPLOADS}/{said['id']}").json()["offset_bytes"] == 5
        assert patch(camera.client, path_of(said), 5, b"67890", **bearer(camera)).status_code == 204
        upload = Upload.objects.get(pk=said["id"])
        assert upload.state == UploadState.COMPLETE
        assert bytes_of(upload) == b"1234567890"
        assert camera.get(f"{UPLOADS}/{said['id']}").json()["state"] == "complete"

    def test_a_client_of_tus_needs_no_announcement(self, camera: Program):
        made = create(camera.client, 3, **bearer(camera))
        assert made.status_code == 201
        assert len(camera.get(UPLOADS).json()["items"]) == 1

    def test_how_far_it_came(self, camera: Program):
        said = announced(camera, 10)
        patch(camera.client, path_of(said), 0, b"12345", **bearer(camera))
        head = camera.client.head(path_of(said), headers={**TUS, **bearer(camera)})
        assert head["Upload-Offset"] == "5"

    def test_a_token_that_is_none(self, camera: Program):
        said = announced(camera)
        answer = patch(camera.client, path_of(said), 0, b"x", Authorization="Bearer acv_nothing")
        assert answer.status_code == 401
        assert Upload.objects.get(pk=said["id"]).offset_bytes == 0

    def test_a_token_that_was_revoked(self, camera: Program):
        said = announced(camera)
        token = tokens.find(camera.secret)
        assert token is not None
        tokens.revoke(token, by=token.user)
        assert patch(camera.client, path_of(said), 0, b"x", **bearer(camera)).status_code == 401

    def test_a_token_for_something_else(self, camera: Program):
        said = announced(camera)
        reader = program(Upload.objects.get(pk=said["id"]).owner, [Scope.READ, Scope.DOWNLOAD])
        answer = patch(reader.client, path_of(said), 0, b"x", **bearer(reader))
        assert answer.status_code == 403
        assert "insufficient_scope" in answer["WWW-Authenticate"]

    def test_the_upload_of_somebody_else_is_not_there(self, camera: Program):
        said = announced(camera)
        other = program(factories.person())
        assert patch(other.client, path_of(said), 0, b"x", **bearer(other)).status_code == 404


class TestFollowing:
    def test_a_list_of_what_one_sends_newest_first(self, camera: Program):
        ids = [announced(camera)["id"] for _number in range(3)]
        announced(program(factories.person()))
        seen: list[object] = []
        cursor = ""
        while True:
            page = camera.get(f"{UPLOADS}?limit=2&cursor={cursor}").json()
            seen += [one["id"] for one in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert seen == ids[::-1]

    def test_it_is_narrowed(self, camera: Program):
        announced(camera, 0)
        waiting = announced(camera, 5)
        items = camera.get(f"{UPLOADS}?receiving=true&mine=true").json()["items"]
        assert [one["id"] for one in items] == [waiting["id"]]

    def test_its_length_costs_no_queries(self, camera: Program, django_assert_max_num_queries):
        for _number in range(6):
            announced(camera)
        camera.get(UPLOADS)
        with django_assert_max_num_queries(16):
            assert len(camera.get(UPLOADS).json()["items"]) == 6

    def test_a_rejection_says_what_was_kept_and_what_to_do(self, camera: Program):
        said = announced(camera, 0)
        Ingest.objects.filter(upload=said["id"]).update(state=IngestState.REJECTED, reason="empty")
        shown = camera.get(f"{UPLOADS}/{said['id']}").json()
        assert shown["state"] == "rejected"
        assert shown["why"]["what"] == "El archivo está vacío."
        assert "cuarentena" in shown["why"]["kept"]
        assert shown["why"]["todo"]

    def test_what_was_made_of_it(self, camera: Program):
        said = announced(camera, 0)
        owner = Upload.objects.get(pk=said["id"]).owner
        asset = factories.asset("photo", by=owner)
        Ingest.objects.filter(upload=said["id"]).update(state=IngestState.ACCEPTED, version=asset.current)
        shown = camera.get(f"{UPLOADS}/{said['id']}").json()
        assert (shown["state"], shown["asset"]) == ("accepted", asset.code)

    def test_what_others_send_is_not_there(self, camera: Program):
        said = announced(program(factories.person()))
        refused(camera.get(f"{UPLOADS}/{said['id']}"), 404, "not-found")
        refused(camera.get(f"{UPLOADS}/{uuid4()}"), 404, "not-found")


class TestGivingUp:
    def test_what_came_is_thrown_away(self, camera: Program):
        said = announced(camera)
        assert camera("DELETE", f"{UPLOADS}/{said['id']}").status_code == 204
        assert Upload.objects.get(pk=said["id"]).state == UploadState.TERMINATED
        assert camera.get(UPLOADS).json()["items"] == []

    def test_what_is_complete_goes_on(self, camera: Program):
        said = announced(camera, 0)
        refused(camera("DELETE", f"{UPLOADS}/{said['id']}"), 409, "conflict")

    def test_only_who_sends_it_gives_it_up(self, camera: Program):
        said = announced(camera)
        refused(program(factories.person())("DELETE", f"{UPLOADS}/{said['id']}"), 403, "forbidden")
        assert Upload.objects.get(pk=said["id"]).state == UploadState.RECEIVING


class TestRetrying:
    @pytest.mark.parametrize("ended", [IngestState.FAILED, IngestState.REJECTED])
    def test_what_ended_badly_waits_again(self, camera: Program, ended: IngestState):
        said = announced(camera, 0)
        reason = "empty" if ended == IngestState.REJECTED else ""
        Ingest.objects.filter(upload=said["id"]).update(state=ended, reason=reason)
        assert camera("POST", f"{UPLOADS}/{said['id']}/retry").status_code == 200
        assert Ingest.objects.get(upload=said["id"]).state == IngestState.QUEUED

    def test_the_others_are_left_alone(self, camera: Program):
        refused(camera("POST", f"{UPLOADS}/{announced(camera, 0)['id']}/retry"), 409, "conflict")
        refused(camera("POST", f"{UPLOADS}/{announced(camera, 5)['id']}/retry"), 409, "conflict")

    def test_one_that_another_took_up_meanwhile(self, camera: Program, monkeypatch: pytest.MonkeyPatch):
        said = announced(camera, 0)
        Ingest.objects.filter(upload=said["id"]).update(
            state=IngestState.FAILED, next_attempt_at=timezone.now() + timedelta(minutes=5)
        )
        retry = ingests.retry

        def late(ingest: Ingest, **by: object) -> Ingest:
            Ingest.objects.filter(pk=ingest.pk).update(state=IngestState.RUNNING)
            return retry(ingest, **by)  # type: ignore[arg-type]

        monkeypatch.setattr(ingests, "retry", late)
        refused(camera("POST", f"{UPLOADS}/{said['id']}/retry"), 409, "conflict")
