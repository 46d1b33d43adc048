"""Files of this machine: finding them under folders, and taking one in as an upload."""

import fnmatch
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dam.models import Asset, User
from ingest import companions, names, uploads
from ingest.incoming import CHUNK_BYTES, incoming
from ingest.models import Batch, Upload
from ingest.uploads import Announced


class Changed(Exception):
    """The file grew or shrank while it was read: somebody is still writing it."""


@dataclass(frozen=True)
class LocalFile:
    """A file to take in: where it lies, and its path from the folder that was named, as bytes."""

    path: Path
    relative: bytes

    @property
    def name(self) -> names.Name:
        """The name and folder it is kept under."""
        return names.of(self.relative)

    @property
    def shown(self) -> str:
        """Its path, safe to print."""
        return "/".join(names.text(part) for part in os.fsencode(self.path).split(b"/"))


def find(paths: Iterable[Path], *, exclude: Sequence[str] = ()) -> list[LocalFile]:
    """Return the files of these paths, folders walked whole, media before what accompanies it.

    Links to folders are not followed. ``exclude`` are patterns of names or relative paths. Raises
    FileNotFoundError for a path that is not there.
    """
    found = [file for path in paths for file in _under(path, exclude)]
    return sorted(found, key=lambda file: companions.is_companion(file.name.filename))


def take(
    batch: Batch,
    file: LocalFile,
    *,
    by: User,
    source: str,
    version_of: Asset | None = None,
    source_key: str = "",
) -> Upload:
    """Copy a file in and complete its upload; its hash, taken while copying, is the sender's claim.

    Raises OSError where it cannot be read, Changed, and uploads.NoRoom; then nothing is left of it.
    """
    size = file.path.stat().st_size
    announced = Announced(
        name=file.name,
        size_bytes=size,
        raw_name=file.relative,
        version_of=version_of,
        source_key=source_key,
    )
    with file.path.open("rb") as opened:
        upload = uploads.begin(batch, announced, by=by)
        try:
            sha256 = _copy(opened.fileno(), upload, size)
        except BaseException:
            uploads.cancel(upload, by=by)
            raise
    return uploads.arrived(upload, size, by=by, source=source, claimed_sha256=sha256)


def _copy(descriptor: int, upload: Upload, size: int) -> str:
    sha256 = hashlib.sha256()

    def chunks() -> Iterator[bytes]:
        while chunk := os.read(descriptor, CHUNK_BYTES):
            sha256.update(chunk)
            yield chunk

    with incoming().writing(upload.pk) as writing:
        writing.append(chunks())
        written = writing.flush()
        writing.note()
    if written != size:
        raise Changed(f"it had {size} bytes and then {written}")
    return sha256.hexdigest()


def _under(path: Path, exclude: Sequence[str]) -> Iterator[LocalFile]:
    path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() follows links, and their names are wanted
    if not path.is_dir():
        path.stat()
        yield LocalFile(path, os.fsencode(path.name))
        return
    for folder, below, files in os.walk(path):
        below[:] = sorted(name for name in below if not _is_excluded(Path(folder, name), path, exclude))
        for name in sorted(files):
            file = Path(folder, name)
            if file.is_file() and not _is_excluded(file, path, exclude):
                yield LocalFile(file, os.fsencode(file.relative_to(path.parent)))


def _is_excluded(path: Path, root: Path, patterns: Sequence[str]) -> bool:
    """Match a pattern against the name, the path inside the named folder, and the path with that folder."""
    forms = (path.name, str(path.relative_to(root)), str(path.relative_to(root.parent)))
    return any(fnmatch.fnmatchcase(form, pattern) for pattern in patterns for form in forms)
