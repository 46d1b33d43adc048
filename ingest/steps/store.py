"""Fifth step: keep the original under its hash, read back and verified, before anything is derived from it."""

from typing import Any

from dam import files
from dam.storage import Digest, file_chunks
from ingest.incoming import incoming
from ingest.models import Ingest
from ingest.scratch import Scratch
from ingest.steps import fingerprint

NAME = "store"


def run(ingest: Ingest, scratch: Scratch) -> dict[str, Any]:
    """Return ``key``, where the bytes lie. The same bytes are kept once, whoever brings them.

    What arrived as one object of a store is copied inside it where that can be; read back and compared all the same.
    """
    known = ingest.learned(fingerprint.NAME)
    digest = Digest(known["sha256"], known["size_bytes"])
    key = files.original_key(digest.sha256)
    if (arrived := incoming().object_of(ingest.upload_id)) is not None:
        files.keep_copy(key, *arrived, expected=digest)
    else:
        files.keep(key, file_chunks(scratch.file), expected=digest)
    return {"key": key}
