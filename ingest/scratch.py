"""The working folder of one run: the received bytes under a plain name, and room beside them."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.conf import settings

from dam import files
from dam.models import StoredFile
from ingest.incoming import Gone, incoming
from ingest.models import Ingest

#: Text formats that content cannot tell apart are told by the suffix (transcode.sniff); nothing else of the name.
PLAIN_SUFFIX = re.compile(r"\.[a-z0-9]{1,10}")


@dataclass(frozen=True)
class Scratch:
    """``file`` holds the received bytes, not to be changed; ``folder`` is for whatever a step needs."""

    folder: Path
    file: Path


@contextmanager
def scratch_for(ingest: Ingest) -> Iterator[Scratch]:
    """Make a run's folder, without what an earlier run that was killed left; gone when the block is left.

    Raises Gone where the bytes are neither among the incoming ones nor stored.
    """
    root = Path(settings.SCRATCH)
    root.mkdir(parents=True, exist_ok=True)
    for left in root.glob(f"ingest-{ingest.pk.hex}-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = root / f"ingest-{ingest.pk.hex}-{ingest.attempts}"
    folder.mkdir()
    try:
        suffix = PurePosixPath(ingest.upload.filename).suffix.casefold()
        file = folder / f"original{suffix if PLAIN_SUFFIX.fullmatch(suffix) else ''}"
        _bring(ingest, file)
        yield Scratch(folder, file)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _bring(ingest: Ingest, file: Path) -> None:
    """Have the incoming bytes; where they are stored already, copy them from there."""
    try:
        incoming().bring(ingest.upload_id, file)
    except Gone:
        if ingest.stored is None:
            raise
        _copy(ingest.stored, file)


def _copy(stored: StoredFile, file: Path) -> None:
    there, key = files.where(stored)
    there.copy_out(key, file)
