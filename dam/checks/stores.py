"""Checks of where bytes lie: every store answers; a small object can be written, read back and deleted; room."""

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dam.health import Check, Level, Trouble
from dam.storage import NOT_STORES, ObjectStore, store

PROBE = b"Acervo was here.\n"
#: Below the first it is a warning; below the second uploads are refused (ingest.uploads.RESERVE_BYTES).
LOW_BYTES, LEAST_BYTES = 10 * 10**9, 512 * 1024 * 1024


def names() -> list[str]:
    """Return the stores that settings name."""
    return sorted(name for name in settings.STORAGES if name not in NOT_STORES)


def folders() -> Iterator[Path]:
    """Yield the local folders that bytes are written to; those not made yet by the folder above."""
    local = [storages[name] for name in settings.STORAGES if name not in {"default", "staticfiles"}]
    for place in [
        *(Path(one.location) for one in local if isinstance(one, FileSystemStorage)),
        settings.SCRATCH,
    ]:
        folder = Path(place)
        while not folder.exists():
            folder = folder.parent
        yield folder


def reach() -> str:
    """Ask every store for an object that is not there: a store that is gone cannot say so."""
    for name in names():
        try:
            store(name).exists("health/probe")
        except Exception as error:
            raise Trouble(
                _("El almacén «%(name)s» no responde: %(error)s") % {"name": name, "error": error},
                todo=_(
                    "Revise su dirección, sus credenciales y que exista el contenedor (docs/settings.md)."
                ),
            ) from error
    return _folders_writable() or ", ".join(names())


def _folders_writable() -> str:
    closed = [str(folder) for folder in folders() if not os.access(folder, os.W_OK | os.X_OK)]
    if closed:
        raise Trouble(
            _("No se puede escribir en: %(names)s.") % {"names": ", ".join(closed)},
            todo=_("Dé permiso de escritura al usuario que ejecuta Acervo, o monte de nuevo el disco."),
        )
    return ""


def round_trip() -> str:
    """Write a small object to each store, read it back (the store's own promise), and delete it."""
    for name in names():
        _probe(store(name))
    return ", ".join(names())


def _probe(where: ObjectStore) -> None:
    key = f"health/{secrets.token_hex(8)}"
    try:
        where.write(key, [PROBE])
        where.delete(key)
        left = where.exists(key)
    except Exception as error:
        raise Trouble(
            _("En el almacén «%(name)s» no se puede escribir, leer o borrar: %(error)s")
            % {"name": where.name, "error": error},
            todo=_("Dé a sus credenciales permiso de leer, escribir y borrar."),
        ) from error
    if left:
        raise Trouble(
            _("El almacén «%(name)s» dijo que borró y no lo hizo.") % {"name": where.name},
            todo=_("Revise sus reglas de retención."),
        )


def room() -> str:
    """Look at the free bytes of every disk that is written to."""
    free = {str(folder): shutil.disk_usage(folder).free for folder in folders()}
    where, least = min(free.items(), key=lambda item: item[1])
    said = f"{least / 10**9:.1f} GB"
    if least < LOW_BYTES:
        raise Trouble(
            _("Quedan %(free)s en el disco de %(folder)s.") % {"free": said, "folder": where},
            todo=_("Libere espacio o amplíe el disco: con menos de 0.5 GB las subidas se rechazan."),
            warning=least > LEAST_BYTES,
        )
    return said


CHECKS = (
    Check("objects", gettext_lazy("Almacén de archivos"), reach, Level.READY, seconds=5.0),
    Check("objects_written", gettext_lazy("Escritura en el almacén"), round_trip, Level.DOCTOR, seconds=30.0),
    Check("disk", gettext_lazy("Espacio en disco"), room, Level.PAGE),
)
