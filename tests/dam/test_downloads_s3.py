"""Downloads from a bucket, against both real servers: by a link of the store itself, to whoever may have it."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.test import Client

from dam.models import Role
from dam.s3 import WriteOnceStorage
from tests import buckets, factories, servers

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 40


@pytest.fixture(scope="module", params=servers.S3)
def bucket(request: pytest.FixtureRequest) -> Iterator[WriteOnceStorage]:
    yield from buckets.of(request.param)


@pytest.fixture
def in_s3(bucket: WriteOnceStorage, settings) -> None:
    buckets.use(settings, bucket)


@pytest.fixture
def version(in_s3):
    return factories.version(content=CONTENT, filename="Niño ¡ya!.mov", mime="video/quicktime")


def client_of(someone) -> Client:
    client = Client()
    client.force_login(someone)
    return client


def fetched(link: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    assert urlsplit(link).scheme == "http"
    request = urllib.request.Request(link, headers=headers)  # noqa: S310 - the scheme is known
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return answer.status, dict(answer.headers), answer.read()


def test_a_download_is_sent_to_the_store_with_its_name_and_type(version):
    answer = client_of(factories.person()).get(f"/descargas/v/{version.code}/original")
    assert answer.status_code == 302
    assert answer["Cache-Control"] == "private, no-store"
    status, headers, body = fetched(answer["Location"])
    assert (status, body) == (200, CONTENT)
    assert headers["Content-Type"] == "video/quicktime"
    assert headers["Content-Disposition"] == "attachment; filename*=utf-8''Ni%C3%B1o%20%C2%A1ya%21.mov"


def test_the_link_minds_ranges_so_that_a_download_goes_on(version):
    link = client_of(factories.person()).get(f"/descargas/v/{version.code}/original")["Location"]
    status, headers, body = fetched(link, Range="bytes=100-199")
    assert (status, body) == (206, CONTENT[100:200])
    assert headers["Content-Range"] == f"bytes 100-199/{len(CONTENT)}"


def test_the_link_is_of_version_4_and_lives_five_minutes(version):
    link = client_of(factories.person()).get(f"/descargas/v/{version.code}/original")["Location"]
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in link
    assert "X-Amz-Expires=300" in link


def test_another_file_cannot_be_had_by_changing_the_link(version):
    link = client_of(factories.person()).get(f"/descargas/v/{version.code}/original")["Location"]
    for changed in (link.replace("originals", "renditions"), link.replace("attachment", "inline")):
        with pytest.raises(urllib.error.HTTPError) as refused:
            fetched(changed)
        with refused.value:
            assert refused.value.code == 403


def test_who_may_not_have_it_is_given_no_link(version):
    stranger = factories.person(Role.LIAISON, factories.agency("DIF", parent=factories.central()))
    answer = client_of(stranger).get(f"/descargas/v/{version.code}/original")
    assert answer.status_code in {403, 404}
    assert "Location" not in answer
    assert Client().get(f"/descargas/v/{version.code}/original")["Location"].startswith("/entrar/")


def test_in_place_it_passes_through_here_with_its_policy(version):
    answer = client_of(factories.person()).get(
        f"/bytes/v/{version.code}/original", headers={"Range": "bytes=5-9"}
    )
    assert (answer.status_code, b"".join(answer)) == (206, CONTENT[5:10])
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer["Cache-Control"] == "private, max-age=3600"


def test_a_head_is_answered_here(version):
    answer = client_of(factories.person()).head(f"/descargas/v/{version.code}/original")
    assert (answer.status_code, answer["Content-Length"]) == (200, str(len(CONTENT)))


def test_what_the_client_has_is_not_sent_again(version):
    etag = f'"{version.original.stored_id}"'
    answer = client_of(factories.person()).get(
        f"/descargas/v/{version.code}/original", headers={"If-None-Match": etag}
    )
    assert answer.status_code == 304


def test_links_can_be_turned_off(version, bucket, settings):
    buckets.use(settings, bucket, links=False)
    answer = client_of(factories.person()).get(f"/descargas/v/{version.code}/original")
    assert (answer.status_code, b"".join(answer)) == (200, CONTENT)
    assert answer["Content-Disposition"].startswith("attachment")


def test_the_link_names_the_host_that_browsers_reach(version, bucket, settings):
    buckets.use(settings, bucket, public_endpoint="https://medios.example")
    link = client_of(factories.person()).get(f"/descargas/v/{version.code}/original")["Location"]
    assert link.startswith(f"https://medios.example/{bucket.bucket_name}/objects/originals/")


def test_the_buckets_name_may_stand_in_the_host(version, bucket, settings):
    buckets.use(settings, bucket, public_endpoint="https://medios.example", addressing_style="virtual")
    link = client_of(factories.person()).get(f"/descargas/v/{version.code}/original")["Location"]
    assert link.startswith(f"https://{bucket.bucket_name}.medios.example/objects/originals/")


def test_a_zip_still_streams_through_here(version):
    answer = client_of(factories.person()).get(f"/descargas/zip/?asset={version.asset.code}")
    assert answer.status_code == 200
    assert CONTENT in b"".join(answer)
