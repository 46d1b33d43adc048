"""First step: the server's own SHA-256 of what arrived, held against the sender's where there is one."""

import hashlib
from typing import Any

from dam.storage import file_chunks
from ingest.models import Ingest
from ingest.outcomes import Rejected
from ingest.scratch import Scratch

NAME = "fingerprint"


class Incomplete(Exception):
    """The incoming bytes are not as many as were acknowledged."""


def run(ingest: Ingest, scratch: Scratch) -> dict[str, Any]:
    """Return ``sha256`` (64 hex digits) and ``size_bytes``."""
    sha256, size = hashlib.sha256(), 0
    for chunk in file_chunks(scratch.file):
        sha256.update(chunk)
        size += len(chunk)
    if size != ingest.upload.size_bytes:
        raise Incomplete(f"{size} bytes lie there, {ingest.upload.size_bytes} were acknowledged")
    claimed = ingest.upload.claimed_sha256
    if claimed and claimed != sha256.hexdigest():
        raise Rejected("changed_on_the_way", detail=f"{claimed} != {sha256.hexdigest()}")
    return {"sha256": sha256.hexdigest(), "size_bytes": size}
