"""Files of a plain form, for browsers without script: one request, and then the way of all other uploads."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from dam.models import Asset, User
from ingest import names, uploads
from ingest.incoming import CHUNK_BYTES, incoming
from ingest.models import Batch, Source, Upload
from ingest.receiving import NO_SPACE
from ingest.uploads import NoRoom


@dataclass(frozen=True)
class Taken:
    """What became of the files of one form: those received, and the names of those there was no room for."""

    received: tuple[Upload, ...]
    left_out: tuple[str, ...]


def take(batch: Batch, files: Iterable[object], *, by: User, version_of: Asset | None = None) -> Taken:
    """Take files in and complete their uploads; one that does not fit leaves the others as they are."""
    received, left_out = [], []
    for file in files:
        if not isinstance(file, UploadedFile):
            continue
        try:
            received.append(_take(batch, file, by, version_of))
        except NoRoom:
            left_out.append(names.of(_raw(file)).filename)
    return Taken(tuple(received), tuple(left_out))


def _take(batch: Batch, file: "UploadedFile[Any]", by: User, version_of: Asset | None) -> Upload:
    raw, size = _raw(file), file.size or 0
    if size > settings.UPLOAD_MAX_BYTES:
        raise NoRoom(f"{size} bytes are more than this server takes")
    announced = uploads.Announced(name=names.of(raw), size_bytes=size, raw_name=raw, version_of=version_of)
    upload = uploads.begin(batch, announced, by=by)
    sha256 = hashlib.sha256()

    def chunks() -> Iterator[bytes]:
        for chunk in file.chunks(CHUNK_BYTES):
            sha256.update(chunk)
            yield chunk

    try:
        with incoming().writing(upload.pk) as writing:
            writing.append(chunks())
            written = writing.flush()
            writing.note()
    except BaseException as error:
        uploads.cancel(upload, by=by)
        if isinstance(error, OSError) and error.errno in NO_SPACE:
            raise NoRoom(str(error)) from error
        raise
    return uploads.arrived(upload, written, by=by, source=Source.BROWSER, claimed_sha256=sha256.hexdigest())


def _raw(file: "UploadedFile[Any]") -> bytes:
    return (file.name or "").encode("utf-8", "surrogateescape")
