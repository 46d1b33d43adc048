"""A selection as one zip: streamed, stored without compression, its length known before, a manifest inside."""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from zipstream import ZIP_STORED, ZipStream

from dam import downloads, files, metadata
from dam.models import Asset, AssetVersion, Rendition, StoredFile
from dam.storage import Mismatch, ObjectStore

MANIFEST = "manifest.csv"
COLUMNS = (
    _("archivo"),
    _("código"),
    _("versión"),
    _("título"),
    _("crédito"),
    _("condiciones de uso"),
    "bytes",
    "SHA-256",
)
_SAID = ("headline", "credit_line", "usage_terms")
#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: Excel reads a CSV as UTF-8 only where it begins with this.
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Entry:
    """One file of the archive: its name inside, what it is of, and its bytes."""

    name: str
    asset: Asset
    version: AssetVersion
    stored: StoredFile


def entries(assets: QuerySet[Asset], preset: str = "") -> list[Entry]:
    """Return the current original of each asset, or its rendition by ``preset`` where that is made and one file.

    Names are safe everywhere and no two are alike in any letter case.
    """
    taken = {MANIFEST.casefold()}
    chosen = []
    for asset in _with_files(assets, preset):
        version = asset.current
        if version is None:
            continue
        filename, stored = _file_of(version)
        name = _free_name(downloads.safe_name(filename), version.code, taken)
        taken.add(name.casefold())
        chosen.append(Entry(name, asset, version, stored))
    return chosen


def _with_files(assets: QuerySet[Asset], preset: str) -> QuerySet[Asset]:
    """Fetch what an archive needs in a constant number of queries."""
    made = Rendition.objects.filter(preset=preset).order_by("-created_at")
    return (
        assets.select_related("current")
        .prefetch_related(
            "metadata",
            "current__files__stored__placements",
            Prefetch("current__renditions", made),
            "current__renditions__files__stored__placements",
        )
        .order_by("code")
    )


def archive(chosen: Sequence[Entry]) -> ZipStream:
    """Return the zip of these entries and their manifest; ``len()`` of it is its size in bytes.

    The places of the bytes are read now and the bytes as they are sent, each hashed on the way: bytes that are
    not what the catalogue says break the download off. Raises dam.storage.NotStored.
    """
    zipped = ZipStream(compress_type=ZIP_STORED, sized=True)
    zipped.add(manifest(chosen).encode(), MANIFEST)
    for entry in chosen:
        store, key = files.where(entry.stored)
        zipped.add(_checked(store, key, entry.stored), entry.name, size=entry.stored.size_bytes)
    return zipped


def manifest(chosen: Iterable[Entry]) -> str:
    """Return the list of what is inside as CSV."""
    out = io.StringIO()
    out.write(_BYTE_ORDER_MARK)
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for entry in chosen:
        known = metadata.known(entry.asset)
        said = [str(known[field].value) if field in known else "" for field in _SAID]
        row = [entry.name, entry.asset.code, entry.version.code, said[0] or entry.asset.name, *said[1:]]
        writer.writerow([*map(_plain, row), entry.stored.size_bytes, entry.stored.sha256])
    return out.getvalue()


def _file_of(version: AssetVersion) -> tuple[str, StoredFile]:
    original = version.original
    for made in version.renditions.all():
        inside = list(made.files.all())
        if len(inside) == 1:
            stem, suffix = PurePosixPath(original.filename).stem, PurePosixPath(inside[0].path).suffix
            return f"{stem} {made.preset}{suffix}", inside[0].stored
    return original.filename, original.stored


def _free_name(name: str, code: str, taken: set[str]) -> str:
    if name.casefold() not in taken:
        return name
    path = PurePosixPath(name)
    return f"{path.stem} ({code}){path.suffix}"


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _checked(store: ObjectStore, key: str, stored: StoredFile) -> Iterator[bytes]:
    sha256 = hashlib.sha256()
    for chunk in store.read(key):
        sha256.update(chunk)
        yield chunk
    if sha256.hexdigest() != stored.sha256:
        raise Mismatch(f"{store.name}:{key} is not {stored.sha256}")
