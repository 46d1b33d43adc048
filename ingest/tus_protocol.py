"""What the headers of tus 1.0.0 mean: reading and refusing them, without a request or a database.

https://tus.io/protocols/resumable-upload (core, creation, creation-with-upload, expiration, checksum,
termination). ``Problem`` carries the status code that the protocol asks for.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
ALGORITHMS = ("sha1", "sha256", "md5")
BODY_TYPE = "application/offset+octet-stream"
CHECKSUM_MISMATCH = 460  # of the checksum extension; HTTPStatus has no name for it
DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)
KEY = re.compile(r"[!-+\--~]+", re.ASCII)  # printable ASCII without space and comma


class Problem(Exception):
    """A request that the protocol refuses: the status, a sentence in English for the developer of a client."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = int(status)
        self.headers = dict(headers or {})


@dataclass(frozen=True)
class Checksum:
    """What the bytes of one request must hash to."""

    algorithm: str
    digest: bytes

    def matches(self, digest: bytes) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(self.digest, digest)


@dataclass
class Hasher:
    """Hashes one request's body for its checksum; does nothing where none was sent."""

    checksum: Checksum | None
    _hash: "hashlib._Hash | None" = field(init=False)

    def __post_init__(self) -> None:
        self._hash = hashlib.new(self.checksum.algorithm, usedforsecurity=False) if self.checksum else None

    def update(self, chunk: bytes) -> None:
        """Take more of the body."""
        if self._hash is not None:
            self._hash.update(chunk)

    @property
    def agrees(self) -> bool:
        """Whether the body was what the client said."""
        return self._hash is None or (
            self.checksum is not None and self.checksum.matches(self._hash.digest())
        )


def require_version(headers: Mapping[str, str]) -> None:
    """Refuse a client of another version, or none: 412 and the version spoken here."""
    if headers.get("Tus-Resumable") != VERSION:
        raise Problem(
            HTTPStatus.PRECONDITION_FAILED, f"Tus-Resumable must be {VERSION}", {"Tus-Version": VERSION}
        )


def upload_length(headers: Mapping[str, str], *, maximum: int) -> int:
    """Return the size of the whole file in bytes: 400 where it is missing or deferred, 413 where too large."""
    if "Upload-Defer-Length" in headers:
        raise Problem(HTTPStatus.BAD_REQUEST, "Upload-Defer-Length is not supported: send Upload-Length")
    length = _number(headers, "Upload-Length")
    if length > maximum:
        raise Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"Upload-Length is over {maximum}",
            {"Tus-Max-Size": str(maximum)},
        )
    return length


def upload_offset(headers: Mapping[str, str]) -> int:
    """Return the offset the client continues at: 400 where it is missing."""
    return _number(headers, "Upload-Offset")


def body_length(headers: Mapping[str, str]) -> int:
    """Return how many bytes the body has: 411 for a chunked one, which gunicorn's WSGI hides from Django."""
    if "Transfer-Encoding" in headers or not headers.get("Content-Length"):
        raise Problem(HTTPStatus.LENGTH_REQUIRED, "Content-Length is required; chunked bodies are not taken")
    return _number(headers, "Content-Length")


def require_body_type(headers: Mapping[str, str]) -> None:
    """Refuse a body of another type with 415."""
    if headers.get("Content-Type", "").partition(";")[0].strip().lower() != BODY_TYPE:
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Content-Type must be {BODY_TYPE}")


def has_body(headers: Mapping[str, str]) -> bool:
    """Answer whether a creation brings its first bytes along (creation-with-upload)."""
    length = headers.get("Content-Length") or "0"
    return "Transfer-Encoding" in headers or length != "0"


def metadata(headers: Mapping[str, str]) -> dict[str, bytes]:
    """Return Upload-Metadata decoded; 400 for keys twice, keys that are none, and values not in base64."""
    pairs: dict[str, bytes] = {}
    for pair in filter(None, (part.strip() for part in headers.get("Upload-Metadata", "").split(","))):
        key, _space, encoded = pair.partition(" ")
        if not KEY.fullmatch(key) or key in pairs:
            raise Problem(HTTPStatus.BAD_REQUEST, "Upload-Metadata: keys are printable ASCII, each once")
        pairs[key] = _decoded(encoded.strip(), "Upload-Metadata")
    return pairs


def checksum(headers: Mapping[str, str]) -> Checksum | None:
    """Return what Upload-Checksum says; None without the header; 400 for an algorithm not offered."""
    header = headers.get("Upload-Checksum")
    if header is None:
        return None
    algorithm, _space, encoded = header.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise Problem(
            HTTPStatus.BAD_REQUEST,
            f"Upload-Checksum: {algorithm!r} is not offered",
            {"Tus-Checksum-Algorithm": ",".join(ALGORITHMS)},
        )
    return Checksum(algorithm, _decoded(encoded.strip(), "Upload-Checksum"))


def encoded(value: bytes) -> str:
    """Return a value as Upload-Metadata writes it."""
    return base64.b64encode(value).decode("ascii")


def _decoded(encoded: str, header: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Problem(HTTPStatus.BAD_REQUEST, f"{header}: a value is not base64") from error


def _number(headers: Mapping[str, str], name: str) -> int:
    value = headers.get(name, "")
    if not DIGITS.fullmatch(value):
        raise Problem(HTTPStatus.BAD_REQUEST, f"{name} must be a whole number of bytes")
    return int(value)
