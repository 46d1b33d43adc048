"""The tus server's answers, request by request, through Django's client."""

import hashlib
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from dam import productions
from dam.models import Role
from ingest import batches, ingests, uploads
from ingest.incoming import incoming
from ingest.models import Batch, Ingest, Upload
from ingest.tus_protocol import encoded
from tests import factories
from tests.ingest.speaking_tus import BODY, TUS, begun, bytes_of, create, patch

pytestmark = pytest.mark.django_db


def test_options_say_what_is_spoken_to_anybody():
    answer = Client().options("/subidas/")
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,creation-with-upload,expiration,checksum,termination"
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256,md5"
    assert int(answer["Tus-Max-Size"]) == 2000 * 10**9


def test_a_file_in_two_pieces(signed_in, producer):
    answer = create(signed_in, 10, meta={"filename": "Niño.jpg", "relativePath": "tarjeta/Niño.jpg"})
    assert answer.status_code == 201
    url = answer["Location"]
    upload = Upload.objects.get()
    assert url.endswith(f"/subidas/{upload.pk}")
    assert (upload.filename, upload.folder, upload.owner) == ("Niño.jpg", "tarjeta", producer)
    assert upload.raw_name == "tarjeta/Niño.jpg".encode()
    assert upload.batch.agency == factories.central()

    first = patch(signed_in, url, 0, b"01234")
    assert (first.status_code, first["Upload-Offset"]) == (204, "5")
    assert parsedate_to_datetime(first["Upload-Expires"]) > timezone.now() + timedelta(days=6)
    head = signed_in.head(url, headers=TUS)
    assert (head.status_code, head["Upload-Offset"], head["Upload-Length"]) == (200, "5", "10")
    assert head["Cache-Control"] == "no-store"
    assert f"filename {encoded('Niño.jpg'.encode())}" in head["Upload-Metadata"]

    last = patch(signed_in, url, 5, b"56789")
    assert (last.status_code, last["Upload-Offset"]) == (204, "10")
    assert "Upload-Expires" not in last
    upload.refresh_from_db()
    assert upload.state == "complete"
    assert bytes_of(upload) == b"0123456789"
    assert upload.ingest.state == "queued"
    assert upload.ingest.source == "browser"


def test_everything_answered_carries_the_version(signed_in):
    for answer in (
        create(signed_in, 3),
        signed_in.get("/subidas/", headers=TUS),
        Client().options("/subidas/"),
    ):
        assert answer["Tus-Resumable"] == "1.0.0"


def test_creation_with_upload(signed_in):
    answer = create(signed_in, 5, body=b"abc")
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "3")
    answer = create(signed_in, 3, body=b"abc")
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "3")
    assert Ingest.objects.count() == 1


def test_an_empty_file_is_complete_at_once(signed_in):
    answer = create(signed_in, 0)
    assert answer.status_code == 201
    assert Upload.objects.get().state == "complete"
    assert Ingest.objects.count() == 1


def test_completion_enqueues_one_job_before_the_batches(signed_in, django_capture_on_commit_callbacks):
    create(signed_in, 3, body=b"abc")
    job = ProcrastinateJob.objects.get(task_name="ingest.run")
    assert job.args == {"ingest_id": str(Ingest.objects.get().pk)}
    assert job.priority == ingests.PRIORITY["browser"] > ingests.PRIORITY["command"]
    assert job.queue_name == "ingest"


@pytest.mark.parametrize("method", ["post", "get", "put"])
def test_without_the_version_nothing_is_done(signed_in, method):
    answer = getattr(signed_in, method)("/subidas/", headers={"Upload-Length": "3"})
    assert answer.status_code == 412
    assert answer["Tus-Version"] == "1.0.0"
    assert not Upload.objects.exists()


def test_who_is_not_signed_in_is_told_so_without_a_redirect(signed_in):
    assert create(Client(), 3).status_code == 401
    assert Client().head(begun(signed_in), headers=TUS).status_code == 401


def test_an_upload_is_its_owner_s_alone(signed_in):
    url = begun(signed_in)
    other = Client()
    other.force_login(factories.person())
    assert other.head(url, headers=TUS).status_code == 404
    assert patch(other, url, 0, b"x").status_code == 404
    assert other.delete(url, headers=TUS).status_code == 404


def test_who_may_not_upload_is_refused():
    liaison = Client()
    liaison.force_login(factories.person(Role.LIAISON, factories.agency("DIF", parent=factories.central())))
    assert create(liaison, 3).status_code == 403
    assert not Upload.objects.exists()


def test_a_wrong_offset_is_a_conflict_and_says_the_right_one(signed_in):
    url = begun(signed_in)
    patch(signed_in, url, 0, b"012")
    for wrong in (0, 2, 4, 11):
        answer = patch(signed_in, url, wrong, b"x")
        assert (answer.status_code, answer["Upload-Offset"]) == (409, "3")
    assert bytes_of(Upload.objects.get()) == b"012"


@pytest.mark.parametrize(
    ("headers", "content_type", "status"),
    [
        ({}, BODY, 400),
        ({"Upload-Offset": "x"}, BODY, 400),
        ({"Upload-Offset": "0"}, "application/octet-stream", 415),
        ({"Upload-Offset": "0", "Upload-Checksum": "crc32 AAAA"}, BODY, 400),
    ],
)
def test_malformed_pieces(signed_in, headers, content_type, status):
    url = begun(signed_in)
    answer = signed_in.patch(url, data=b"x", content_type=content_type, headers={**TUS, **headers})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Defer-Length": "1"}, 400),
        ({"Upload-Length": str(10**15)}, 413),
        ({"Upload-Metadata": "filename !!"}, 400),
        ({"Upload-Metadata": f"batch {encoded(b'no')}"}, 403),
        ({"Upload-Metadata": f"versionOf {encoded(b'AAAAAAAA')}"}, 404),
        ({"Upload-Checksum": "sha1 %%"}, 400),
    ],
)
def test_malformed_creations(signed_in, headers, status):
    assert create(signed_in, 3, **headers).status_code == status
    assert not Upload.objects.exists()


def test_a_body_longer_than_the_upload_is_too_large(signed_in):
    url = begun(signed_in, 3)
    assert patch(signed_in, url, 0, b"1234").status_code == 413
    assert create(signed_in, 3, body=b"1234").status_code == 413
    assert bytes_of(Upload.objects.get()) == b""


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
def test_checksums(signed_in, algorithm):
    url = begun(signed_in, 8)
    right = encoded(hashlib.new(algorithm, b"abcd").digest())
    answer = patch(signed_in, url, 0, b"abcX", **{"Upload-Checksum": f"{algorithm} {right}"})
    assert answer.status_code == 460
    assert signed_in.head(url, headers=TUS)["Upload-Offset"] == "0"
    answer = patch(signed_in, url, 0, b"abcd", **{"Upload-Checksum": f"{algorithm} {right}"})
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "4")
    answer = patch(signed_in, url, 4, b"wxyz", **{"Upload-Checksum": f"{algorithm} {right}"})
    assert answer.status_code == 460
    assert bytes_of(Upload.objects.get()) == b"abcd"


def test_termination(signed_in):
    url = begun(signed_in)
    patch(signed_in, url, 0, b"012")
    assert signed_in.delete(url, headers=TUS).status_code == 204
    assert list(incoming().held()) == []
    for answer in (
        signed_in.head(url, headers=TUS),
        patch(signed_in, url, 3, b"3"),
        signed_in.delete(url, headers=TUS),
    ):
        assert answer.status_code == 410


def test_a_complete_upload_is_not_terminated_but_can_be_asked(signed_in):
    url = begun(signed_in, 3)
    patch(signed_in, url, 0, b"abc")
    assert signed_in.delete(url, headers=TUS).status_code == 403
    assert signed_in.head(url, headers=TUS)["Upload-Offset"] == "3"
    assert patch(signed_in, url, 3, b"").status_code == 204
    assert patch(signed_in, url, 0, b"abc").status_code == 409
    assert Ingest.objects.count() == 1


def test_expiration(signed_in):
    url = begun(signed_in)
    uploads.expire(Upload.objects.get())
    assert signed_in.head(url, headers=TUS).status_code == 410
    assert patch(signed_in, url, 0, b"x").status_code == 410
    assert list(incoming().held()) == []


def test_methods_can_be_said_in_a_header(signed_in):
    url = begun(signed_in, 3)
    headers = {**TUS, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert signed_in.post(url, data=b"abc", content_type=BODY, headers=headers).status_code == 204
    assert signed_in.post(url, headers={**TUS, "X-HTTP-Method-Override": "PUT"}).status_code == 405


def test_other_methods(signed_in):
    url = begun(signed_in)
    answer = signed_in.get(url, headers=TUS)
    assert (answer.status_code, answer["Allow"]) == (405, "HEAD, PATCH, DELETE, OPTIONS")
    assert signed_in.get("/subidas/", headers=TUS).status_code == 405
    assert signed_in.head("/subidas/not-a-uuid", headers=TUS).status_code == 404


def test_files_join_the_batch_they_name(signed_in, producer):
    batch = batches.open_for(factories.central(), by=producer)
    create(signed_in, 3, meta={"filename": "a", "batch": str(batch.pk)})
    assert Upload.objects.get().batch == batch
    foreign = batches.open_for(factories.central(), by=factories.person())
    assert create(signed_in, 3, meta={"filename": "a", "batch": str(foreign.pk)}).status_code == 403
    assert Batch.objects.count() == 2


def test_a_new_version_names_its_asset(signed_in):
    asset = factories.asset()
    create(signed_in, 3, meta={"filename": "a", "versionOf": f"{asset.code}22".lower()})
    assert Upload.objects.get().version_of == asset


def test_a_new_version_of_what_one_may_not_edit_is_refused():
    agency = factories.agency("SSG", parent=factories.central())
    asset = factories.asset(of=agency)
    production = factories.production(members=[])
    videographer = factories.person(Role.VIDEOGRAPHER, agency)
    productions.set_members(production, [videographer], by=asset.created_by)
    productions.use(production, asset, role="used_in", by=asset.created_by)
    client = Client()
    client.force_login(videographer)
    assert create(client, 3, meta={"filename": "a", "versionOf": asset.code}).status_code == 403
    assert not Upload.objects.exists()
