"""How bytes leave: one stored file as an HTTP answer, with ranges, ETag, a name, and nothing that could run.

RFC 9110 (ranges, conditions, HEAD) and RFC 6266 (names). The answer is a file positioned at its first byte with an
exact length, so that the server may hand it to sendfile.
"""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, parse_etags

from dam import files
from dam.models import StoredFile
from dam.storage import NotStored

#: What a browser may show in its own page. Everything else is a download, SVG, HTML, XML and PDF included.
INLINE = frozenset(
    {
        "application/json",
        "application/vnd.apple.mpegurl",
        "image/avif",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/vtt",
    }
)
INLINE_FAMILIES = ("video/", "audio/")
#: Previews of one version never change under their address; what a person downloads is asked for every time.
PREVIEW_CACHE = "private, max-age=3600"
DOWNLOAD_CACHE = "private, no-cache"
#: Should a browser ever show the bytes as a page, nothing in it runs, loads or frames.
_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"

_RANGE = re.compile(r"bytes=\s*(\d*)-(\d*)\s*", re.IGNORECASE | re.ASCII)
_DIGITS = 19  # more than any size; int() of a longer text only costs time
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u2028-\u202e\u2066-\u2069]')

#: File systems take names of 255 bytes; an archive may still add a code to one.
_NAME_BYTES, _SUFFIX_BYTES = 200, 20


@dataclass(frozen=True)
class Slice:
    """The bytes from ``start`` up to and not including ``end``."""

    start: int
    end: int


class Unsatisfiable(Exception):
    """The range begins beyond the end of the file."""


class Part:
    """An open file from where it stands, ``left`` bytes long; what FileResponse and sendfile need of a file."""

    def __init__(self, source: IO[bytes], left: int) -> None:
        self._source, self._left = source, left

    def read(self, size: int = -1) -> bytes:
        """Read at most ``size`` bytes, none past the end of the part."""
        chunk = self._source.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(chunk)
        return chunk

    def fileno(self) -> int:
        """Return the descriptor; OSError where the store has none."""
        return self._source.fileno()

    def close(self) -> None:
        """Close the file."""
        self._source.close()


def may_be_inline(mime: str) -> bool:
    """Answer whether a browser may show bytes of this type in place."""
    return mime in INLINE or mime.startswith(INLINE_FAMILIES)


def safe_name(name: str) -> str:
    """Return a file name that every system accepts: no paths, controls or reserved signs; never empty.

    One that is too long loses the end of its stem and keeps its suffix.
    """
    clean = _UNSAFE.sub("_", name).strip(" .")
    if len(clean.encode()) <= _NAME_BYTES:
        return clean or "archivo"
    suffix = PurePosixPath(clean).suffix
    if len(suffix.encode()) > _SUFFIX_BYTES:
        suffix = ""
    room = _NAME_BYTES - len(suffix.encode())
    stem = clean.removesuffix(suffix).encode()[:room].decode(errors="ignore").rstrip(" .")
    return f"{stem}{suffix}"


def slice_of(header: str, size_bytes: int) -> Slice | None:
    """Return the one range that a Range header asks for; None for the whole file.

    Several ranges, other units and what cannot be read are answered by the whole (RFC 9110, 14.2). Raises
    Unsatisfiable.
    """
    asked = _RANGE.fullmatch(header)
    if asked is None:
        return None
    first, last = asked.groups()
    if not (first or last) or max(len(first), len(last)) > _DIGITS:
        return None
    if not first:
        start, end = max(size_bytes - int(last), 0), size_bytes
        if not int(last):
            raise Unsatisfiable
    else:
        start, end = int(first), min(int(last) + 1, size_bytes) if last else size_bytes
        if last and int(last) < int(first):
            return None
    if start >= size_bytes:
        raise Unsatisfiable
    return Slice(start, end)


def respond(
    request: HttpRequest, stored: StoredFile, *, filename: str, mime: str, attachment: bool
) -> HttpResponseBase:
    """Answer a GET or HEAD with a stored file, or with the part of it that was asked for.

    Whoever calls has asked for permission. What a person downloads comes from the store by a link that lives
    minutes, where the store gives such links; previews always pass through here, with their policy and their time
    in the cache. ``attachment`` false shows it in place where its type may be. The
    database connection is closed first: a stalled reader must not hold one. Raises dam.storage.NotStored.
    """
    etag, size = f'"{stored.sha256}"', stored.size_bytes
    cache = DOWNLOAD_CACHE if attachment else PREVIEW_CACHE
    if _has_it_already(request, etag):
        return _labelled(HttpResponseNotModified(), etag, cache)
    as_file = attachment or not may_be_inline(mime)
    disposition = content_disposition_header(as_file, safe_name(filename)) or "inline"
    if attachment and request.method == "GET" and (link := _link(stored, disposition, mime)):
        return HttpResponseRedirect(link, headers={"Cache-Control": "private, no-store"})
    if (passed := _passed_on(stored, mime)) is not None:
        passed["Content-Disposition"] = disposition
        return _labelled(passed, etag, cache)
    try:
        asked = slice_of(request.headers.get("Range", ""), size) if _range_applies(request, etag) else None
    except Unsatisfiable:
        refusal = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        return _labelled(refusal, etag, cache)
    sent = asked or Slice(0, size)
    response = _head(mime) if request.method == "HEAD" else _body(stored, sent, mime)
    response.status_code = 206 if asked else 200
    if asked:
        response["Content-Range"] = f"bytes {sent.start}-{sent.end - 1}/{size}"
    response["Content-Length"] = str(sent.end - sent.start)
    response["Content-Disposition"] = disposition
    return _labelled(response, etag, cache)


def let_go_of_database() -> None:
    """Give the connection back before bytes are streamed; inside a transaction (a test) it stays."""
    if not connection.in_atomic_block:
        connection.close()


def _link(stored: StoredFile, disposition: str, mime: str) -> str:
    """Return a link to the store itself, which answers with these headers and minds ranges; empty for none."""
    store, key = files.where(stored)
    return store.link(key, disposition=disposition, mime=mime)


def _passed_on(stored: StoredFile, mime: str) -> HttpResponseBase | None:
    """Have nginx send a local file (X-Accel-Redirect), which minds ranges too; None where it is not set up for it."""
    if not settings.X_ACCEL:
        return None
    store, key = files.where(stored)
    if not isinstance(store.storage, FileSystemStorage):
        return None
    path = Path(store.storage.path(key))
    if not path.is_file():
        raise NotStored(f"{store.name}:{key} is not there")
    place = quote(path.relative_to(settings.DATA).as_posix())
    return HttpResponse(content_type=mime, headers={"X-Accel-Redirect": f"{settings.X_ACCEL}{place}"})


def _head(mime: str) -> HttpResponseBase:
    return HttpResponse(content_type=mime)


def _body(stored: StoredFile, sent: Slice, mime: str) -> HttpResponseBase:
    store, key = files.where(stored)
    let_go_of_database()
    source = store.open(key)
    source.seek(sent.start)
    return FileResponse(Part(source, sent.end - sent.start), content_type=mime)


def _labelled(response: HttpResponseBase, etag: str, cache: str) -> HttpResponseBase:
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = cache
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _POLICY
    response["Cross-Origin-Resource-Policy"] = "same-site"
    return response


def _has_it_already(request: HttpRequest, etag: str) -> bool:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return known == ["*"] or etag in (one.removeprefix("W/") for one in known)


def _range_applies(request: HttpRequest, etag: str) -> bool:
    """Only to a GET, and only where the bytes the client has are these (a date never matches: none is sent)."""
    condition = request.headers.get("If-Range", "").strip()
    return request.method == "GET" and condition in {"", etag}
