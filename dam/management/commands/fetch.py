"""Take bytes out of the store into a file, verified by their hash while they are written."""

import contextlib
import hashlib
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dam import assets, files
from dam.models import Asset, AssetVersion, RenditionFile, StoredFile
from dam.storage import StorageError


class Command(BaseCommand):
    """Write the original, or a rendition's file, to --output; nothing is left there where the hash differs."""

    help = "Fetch the original of an asset or version, or its rendition by a preset, into a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to fetch and where to."""
        parser.add_argument("code", metavar="CODE", help="code of the asset or of one of its versions")
        parser.add_argument("--preset", metavar="NAME", help="a standard format instead of the original")
        parser.add_argument("--path", metavar="PATH", help="which file of a rendition of many (its entry)")
        parser.add_argument("--output", metavar="FILE", required=True, type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Find, copy, verify, then put in place."""
        stored = self._stored(options["code"], options["preset"], options["path"])
        target: Path = options["output"]
        part = target.with_name(f".{target.name}.part")
        try:
            _write(stored, part)
            part.replace(target)
        except (OSError, StorageError) as error:
            raise CommandError(f"nothing was written to {target}: {error}") from error
        finally:
            with contextlib.suppress(OSError):  # the place to write to may be none
                part.unlink(missing_ok=True)
        self.stdout.write(f"{target}  {stored.size_bytes} B  sha256 {stored.sha256}")

    def _stored(self, code: str, preset: str | None, path: str | None) -> StoredFile:
        try:
            _asset, version = assets.by_code(code, Asset.objects.all())
        except Asset.DoesNotExist:
            raise CommandError(f"there is no asset {code}") from None
        return _made(version, preset, path) if preset else version.original.stored


def _made(version: AssetVersion, preset: str, path: str | None) -> StoredFile:
    renditions = version.renditions.filter(preset=preset).order_by("-created_at")
    made = renditions.first()
    if made is None:
        known = ", ".join(sorted(set(version.renditions.values_list("preset", flat=True)))) or "none yet"
        raise CommandError(
            f"{version.code} has no rendition {preset!r} (made: {known}). Ask for it on the asset's page"
            f" (Descargar, Preparar) and fetch it when it is ready."
        )
    try:
        file = made.files.select_related("stored").get(path=path or made.entry)
    except RenditionFile.DoesNotExist:
        raise CommandError(f"{preset} of {version.code} has no file {path!r}") from None
    return file.stored


def _write(stored: StoredFile, part: Path) -> None:
    store, key = files.where(stored)
    sha256 = hashlib.sha256()
    with part.open("wb") as out:
        for chunk in store.read(key):
            sha256.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if sha256.hexdigest() != stored.sha256:
        raise StorageError(f"{store.name}:{key} is not {stored.sha256}: its bytes are damaged")
