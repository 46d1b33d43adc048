"""The S3 storage under the door of dam.storage: ranges are asked for, never whole objects; keys are never overwritten.

django-storages speaks to the bucket through boto3. What it leaves open is closed here: its file fetches a whole
object before the first byte can be read, and it overwrites.
"""

import io
from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError
from django.core.files.base import File
from django.utils.functional import cached_property
from storages.backends.s3 import S3Storage

#: Parts of one upload. S3 takes at most 10,000 of them: objects up to 160 GB.
PART_BYTES = 16 * 1024 * 1024
READ_BYTES = 1024 * 1024
TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
ABSENT = frozenset({"NoSuchKey", "404", "NotFound"})


def code_of(error: ClientError) -> str:
    """Return the store's own name of an error."""
    return str(error.response.get("Error", {}).get("Code", ""))


class WriteOnceStorage(S3Storage):  # type: ignore[misc]  # the package has no types
    """A bucket whose keys are written once and read in ranges.

    Links it signs are of version 4: every store takes them, and some no other.
    """

    def get_default_settings(self) -> dict[str, Any]:
        """Return the settings of django-storages with those that the contract needs."""
        transfer = TransferConfig(
            multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, max_concurrency=4
        )
        settings: dict[str, Any] = super().get_default_settings()
        return settings | {"signature_version": "s3v4", "transfer_config": transfer}

    @cached_property
    def _client(self) -> Any:
        """One client for all threads (boto3 allows it), told never to overwrite."""
        client = self.connection.meta.client
        for call in ("PutObject", "CompleteMultipartUpload"):
            client.meta.events.register(f"before-parameter-build.s3.{call}", _only_new)
        return client

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002
        """Keep the key as given: a taken key is an error, never a new name."""
        return name

    def _save(self, name: str, content: "File[Any]") -> str:
        """Upload a stream of unknown length, in parts when it is long. Raises FileExistsError for a taken key."""
        key = self._normalize_name(name)
        try:
            self._client.upload_fileobj(_Stream(content), self.bucket_name, key, Config=self.transfer_config)
        except ClientError as refused:
            if code_of(refused) in TAKEN:
                raise FileExistsError(name) from refused
            raise
        return name

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":  # noqa: ARG002 - what is stored is only read
        """Open for reading; the object's length is asked once. Raises FileNotFoundError."""
        size = self.size(name)
        source = _Ranges(self._client, self.bucket_name, self._normalize_name(name), size)
        return File(io.BufferedReader(source, READ_BYTES), name)


def _only_new(params: dict[str, Any], **_event: object) -> None:
    params["IfNoneMatch"] = "*"


class _Stream(io.RawIOBase):
    """The chunks of a Django file as something to read from."""

    def __init__(self, content: "File[Any]") -> None:
        self._chunks, self._left = iter(content.chunks()), b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Return ``size`` bytes, fewer only at the end: a part shorter than the others must be the last."""
        taken = [self._left]
        length = len(self._left)
        while (size < 0 or length < size) and (chunk := next(self._chunks, None)) is not None:
            taken.append(chunk)
            length += len(chunk)
        whole = b"".join(taken)
        cut = length if size < 0 else size
        self._left = whole[cut:]
        return whole[:cut]


class _Ranges(io.RawIOBase):
    """An object as a seekable file of which each read asks for one range."""

    def __init__(self, client: Any, bucket: str, key: str, size: int) -> None:
        self._client, self._bucket, self._key = client, bucket, key
        self._size, self._place = size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, start + offset)
        return self._place

    def readinto(self, buffer: Any) -> int:
        last = min(self._place + len(buffer), self._size) - 1
        if last < self._place:
            return 0
        try:
            answer = self._client.get_object(
                Bucket=self._bucket, Key=self._key, Range=f"bytes={self._place}-{last}"
            )
        except ClientError as refused:
            if code_of(refused) in ABSENT:
                raise FileNotFoundError(self._key) from refused
            raise
        content = answer["Body"].read()
        buffer[: len(content)] = content
        self._place += len(content)
        return len(content)
