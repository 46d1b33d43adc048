"""One bucket below a prefix, call by call: what the S3 API can do, as plain functions of keys, files and numbers.

Every body that is sent carries its CRC-32, computed as the bytes came in, and the server compares (S3 API,
x-amz-checksum-crc32; MinIO and versitygw both refuse a wrong one). botocore retries what is worth it, SlowDown
included.
"""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError

TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
ABSENT = frozenset({"NoSuchKey", "404", "NotFound"})
#: versitygw says InvalidPart of an upload that is over.
OVER = frozenset({"NoSuchUpload", "InvalidPart"})
CONNECT_SECONDS, READ_SECONDS = 5, 120
#: Calls in all, with growing pauses of up to 20 s: a store that says SlowDown is given more than a minute.
ATTEMPTS = 8
CONNECTIONS = 64
LINK_SECONDS = 300


#: What the store's side of a call may raise: it cannot be reached, or it refuses.
TROUBLE = (BotoCoreError, ClientError)


class Over(Exception):
    """The multipart upload is not there: it was completed or aborted."""


@dataclass(frozen=True)
class Part:
    """A part as the store acknowledged it. ``crc32`` is base64; empty where the part was copied inside the store."""

    number: int
    etag: str
    size_bytes: int
    crc32: str = ""

    def as_completed(self) -> dict[str, Any]:
        """Return the part as CompleteMultipartUpload wants it."""
        checksum = {"ChecksumCRC32": self.crc32} if self.crc32 else {}
        return {"PartNumber": self.number, "ETag": self.etag, **checksum}


@dataclass(frozen=True)
class Unfinished:
    """A multipart upload that was begun and neither completed nor aborted."""

    key: str
    upload_id: str
    begun_at: datetime


def config(addressing: str) -> Config:
    """Return how to speak to a server: signatures of version 4, patience, retries; ``addressing`` auto, path, virtual."""
    return Config(
        signature_version="s3v4",
        # As boto3 does over TLS: the signed checksum header stands for the body.
        s3={"addressing_style": addressing, "payload_signing_enabled": False},
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        max_pool_connections=CONNECTIONS,
        tcp_keepalive=True,
    )


def code_of(error: ClientError) -> str:
    """Return the store's own name of an error."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _only_new(only_new: bool) -> dict[str, str]:  # noqa: FBT001 - said by its name
    return {"IfNoneMatch": "*"} if only_new else {}


def _said(crc32: int) -> str:
    return base64.b64encode(crc32.to_bytes(4, "big")).decode()


class Bucket:
    """A bucket, or what lies in it below ``prefix`` (empty or ending with a slash); keys are relative to that."""

    def __init__(self, client: Any, name: str, prefix: str = "") -> None:
        self._client, self.name, self.prefix = client, name, prefix

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self.name, "Key": self.prefix + key}

    def put(self, key: str, body: IO[bytes], crc32: int, *, only_new: bool = False) -> None:
        """Write a small object whole. Raises FileExistsError for a taken key where ``only_new``."""
        try:
            self._client.put_object(
                **self._at(key), Body=body, ChecksumCRC32=_said(crc32), **_only_new(only_new)
            )
        except ClientError as refused:
            if code_of(refused) in TAKEN:
                raise FileExistsError(key) from refused
            raise

    def begin(self, key: str, *, checksums: bool = True) -> str:
        """Begin a multipart upload; return its id. Parts copied inside a store take no ``checksums``."""
        algorithm = {"ChecksumAlgorithm": "CRC32"} if checksums else {}
        return str(self._client.create_multipart_upload(**self._at(key), **algorithm)["UploadId"])

    def put_part(
        self, key: str, upload_id: str, number: int, body: IO[bytes], *, size_bytes: int, crc32: int
    ) -> Part:
        """Send one part. Raises Over."""
        try:
            answer = self._client.upload_part(
                **self._at(key),
                UploadId=upload_id,
                PartNumber=number,
                Body=body,
                ContentLength=size_bytes,
                ChecksumCRC32=_said(crc32),
            )
        except ClientError as refused:
            if code_of(refused) in OVER:
                raise Over(upload_id) from refused
            raise
        return Part(number, answer["ETag"], size_bytes, _said(crc32))

    def copy_part(
        self, key: str, upload_id: str, number: int, source: "Bucket", source_key: str, start: int, end: int
    ) -> Part:
        """Have the store copy the bytes from ``start`` up to and not including ``end`` of another object."""
        answer = self._client.upload_part_copy(
            **self._at(key),
            UploadId=upload_id,
            PartNumber=number,
            CopySource=source._at(source_key),  # noqa: SLF001 - another of the same class
            CopySourceRange=f"bytes={start}-{end - 1}",
        )
        return Part(number, answer["CopyPartResult"]["ETag"], end - start)

    def parts(self, key: str, upload_id: str) -> list[Part]:
        """Return the parts the store holds, by number. Raises Over."""
        pages = self._client.get_paginator("list_parts").paginate(**self._at(key), UploadId=upload_id)
        try:
            return [
                Part(one["PartNumber"], one["ETag"], one["Size"], one.get("ChecksumCRC32", ""))
                for page in pages
                for one in page.get("Parts", ())
            ]
        except ClientError as refused:
            if code_of(refused) in OVER:
                raise Over(upload_id) from refused
            raise

    def complete(self, key: str, upload_id: str, parts: Iterable[Part], *, only_new: bool = False) -> None:
        """Make the object of these parts. Raises Over, and FileExistsError for a taken key where ``only_new``."""
        listed = [part.as_completed() for part in sorted(parts, key=lambda part: part.number)]
        try:
            self._client.complete_multipart_upload(
                **self._at(key), UploadId=upload_id, MultipartUpload={"Parts": listed}, **_only_new(only_new)
            )
        except ClientError as refused:
            if code_of(refused) in TAKEN:
                raise FileExistsError(key) from refused
            if code_of(refused) in OVER:
                raise Over(upload_id) from refused
            raise

    def abort(self, key: str, upload_id: str) -> None:
        """Throw a multipart upload away; one that is over is left in peace."""
        try:
            self._client.abort_multipart_upload(**self._at(key), UploadId=upload_id)
        except ClientError as refused:
            if code_of(refused) not in OVER:
                raise

    def unfinished(self) -> Iterator[Unfinished]:
        """Yield the multipart uploads below the prefix that are neither completed nor aborted."""
        pages = self._client.get_paginator("list_multipart_uploads")
        for page in pages.paginate(Bucket=self.name):  # MinIO takes a prefix for a whole key
            for one in page.get("Uploads", ()):
                if not one["Key"].startswith(self.prefix):
                    continue
                yield Unfinished(
                    one["Key"].removeprefix(self.prefix), one["UploadId"], begun_at=one["Initiated"]
                )

    def get(self, key: str, start: int, end: int) -> Any:
        """Return the stream of a range, ``end`` not included. Raises FileNotFoundError."""
        try:
            return self._client.get_object(**self._at(key), Range=f"bytes={start}-{end - 1}")["Body"]
        except ClientError as refused:
            if code_of(refused) in ABSENT:
                raise FileNotFoundError(key) from refused
            raise

    def size(self, key: str) -> int:
        """Return the size of an object in bytes. Raises FileNotFoundError."""
        try:
            return int(self._client.head_object(**self._at(key))["ContentLength"])
        except ClientError as refused:
            if code_of(refused) in ABSENT:
                raise FileNotFoundError(key) from refused
            raise

    def keys(self, below: str = "") -> Iterator[str]:
        """Yield the key of every object below ``below``, with no folders in between."""
        return (key for key, _modified in self.dated(below))

    def dated(self, below: str = "") -> Iterator[tuple[str, datetime]]:
        """Yield the same with when each was written."""
        pages = self._client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.name, Prefix=self.prefix + below):
            for one in page.get("Contents", ()):
                yield one["Key"].removeprefix(self.prefix), one["LastModified"]

    def delete(self, key: str) -> None:
        """Delete an object; nothing happens where nothing is."""
        self._client.delete_object(**self._at(key))

    def link(self, signer: Any, key: str, headers: dict[str, str]) -> str:
        """Return a link for anybody who has it, for LINK_SECONDS; ``headers`` are those of the answer (Response...)."""
        asked = {**self._at(key), **headers}
        return str(signer.generate_presigned_url("get_object", Params=asked, ExpiresIn=LINK_SECONDS))
