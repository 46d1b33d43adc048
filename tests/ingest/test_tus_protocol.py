"""Reading the headers of tus 1.0.0: what they mean, and the status of each refusal."""

import base64
import hashlib
from contextlib import suppress

import pytest
from django.http.request import HttpHeaders
from hypothesis import given
from hypothesis import strategies as st

from ingest import tus_protocol
from ingest.tus_protocol import Problem


def sent(**headers):
    """Headers as Django gives them; underscores stand for hyphens."""
    environ = {}
    for name, value in headers.items():
        key = name.upper()
        environ[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
    return HttpHeaders(environ)


def status_of(function, *args, **kwargs) -> int:
    with pytest.raises(Problem) as refused:
        function(*args, **kwargs)
    assert str(refused.value)
    return refused.value.status


@pytest.mark.parametrize("version", [{}, {"tus_resumable": "0.2.2"}, {"tus_resumable": "1.0"}])
def test_other_versions_are_told_which_one_is_spoken(version):
    with pytest.raises(Problem) as refused:
        tus_protocol.require_version(sent(**version))
    assert refused.value.status == 412
    assert refused.value.headers == {"Tus-Version": "1.0.0"}


def test_our_version_passes():
    tus_protocol.require_version(sent(tus_resumable="1.0.0"))


@pytest.mark.parametrize("value", ["", "-1", "+1", "1.5", "1_0", "٣", "0x10", "1e3", "9" * 19, " 5", "abc"])
def test_numbers_are_plain_digits(value):
    assert status_of(tus_protocol.upload_length, sent(upload_length=value), maximum=10**30) == 400
    assert status_of(tus_protocol.upload_offset, sent(upload_offset=value)) == 400


def test_lengths():
    assert tus_protocol.upload_length(sent(upload_length="0"), maximum=5) == 0
    assert tus_protocol.upload_length(sent(upload_length="5"), maximum=5) == 5
    assert tus_protocol.upload_offset(sent(upload_offset="123456789012")) == 123456789012
    assert status_of(tus_protocol.upload_length, sent(), maximum=5) == 400
    assert status_of(tus_protocol.upload_length, sent(upload_defer_length="1"), maximum=5) == 400


def test_too_large_says_how_large_may_be():
    with pytest.raises(Problem) as refused:
        tus_protocol.upload_length(sent(upload_length="6"), maximum=5)
    assert refused.value.status == 413
    assert refused.value.headers == {"Tus-Max-Size": "5"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content_length": ""},
        {"transfer_encoding": "chunked"},
        {"transfer_encoding": "chunked", "content_length": "5"},
    ],
)
def test_bodies_without_a_length_are_refused(headers):
    assert status_of(tus_protocol.body_length, sent(**headers)) == 411


def test_the_length_of_a_body():
    assert tus_protocol.body_length(sent(content_length="17")) == 17


@pytest.mark.parametrize(
    ("headers", "brings"),
    [
        ({}, False),
        ({"content_length": "0"}, False),
        ({"content_length": ""}, False),
        ({"content_length": "1"}, True),
        ({"transfer_encoding": "chunked"}, True),
    ],
)
def test_a_creation_may_bring_a_body(headers, brings):
    assert tus_protocol.has_body(sent(**headers)) is brings


@pytest.mark.parametrize("kind", ["", "text/plain", "application/octet-stream", "application/offset"])
def test_bodies_of_another_type_are_refused(kind):
    assert status_of(tus_protocol.require_body_type, sent(content_type=kind)) == 415


@pytest.mark.parametrize(
    "kind", ["application/offset+octet-stream", "Application/Offset+Octet-Stream; charset=x"]
)
def test_bodies_of_the_protocol_s_type_pass(kind):
    tus_protocol.require_body_type(sent(content_type=kind))


def test_metadata_is_decoded():
    name = base64.b64encode("Niño.jpg".encode()).decode()
    assert tus_protocol.metadata(sent(upload_metadata=f"filename {name},flag, empty ")) == {
        "filename": "Niño.jpg".encode(),
        "flag": b"",
        "empty": b"",
    }
    assert tus_protocol.metadata(sent()) == {}


@pytest.mark.parametrize(
    "rubbish", ["filename ñ", "a !!", "a YQ==, a YQ==", "é YQ==", "a YQ", "a Y Q==", "\x00 YQ=="]
)
def test_rubbish_metadata_is_refused(rubbish):
    assert status_of(tus_protocol.metadata, sent(upload_metadata=rubbish)) == 400


@given(st.text(max_size=200))
def test_whatever_the_metadata_it_is_read_or_refused(text):
    with suppress(Problem):
        read = tus_protocol.metadata(sent(upload_metadata=text))
        assert all(isinstance(value, bytes) for value in read.values())


@given(st.dictionaries(st.from_regex(r"[A-Za-z]{1,8}", fullmatch=True), st.binary(max_size=50), max_size=5))
def test_what_is_encoded_is_read_back(values):
    header = ",".join(f"{key} {tus_protocol.encoded(value)}".strip() for key, value in values.items())
    assert tus_protocol.metadata(sent(upload_metadata=header)) == values


@pytest.mark.parametrize("algorithm", tus_protocol.ALGORITHMS)
def test_checksums(algorithm):
    digest = hashlib.new(algorithm, b"hola").digest()
    checksum = tus_protocol.checksum(sent(upload_checksum=f"{algorithm} {tus_protocol.encoded(digest)}"))
    assert checksum == tus_protocol.Checksum(algorithm, digest)
    right, wrong = tus_protocol.Hasher(checksum), tus_protocol.Hasher(checksum)
    right.update(b"ho")
    right.update(b"la")
    wrong.update(b"hole")
    assert right.agrees
    assert not wrong.agrees


def test_without_a_checksum_everything_agrees():
    hasher = tus_protocol.Hasher(tus_protocol.checksum(sent()))
    hasher.update(b"x")
    assert hasher.agrees


@pytest.mark.parametrize("header", ["", "crc32 AAAA", "sha1 ñ", "SHA1 AAAA", "sha512 AAAA"])
def test_other_checksums_are_refused(header):
    assert status_of(tus_protocol.checksum, sent(upload_checksum=header)) == 400
