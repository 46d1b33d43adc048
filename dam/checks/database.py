"""Checks of PostgreSQL: there, new enough, able to write and to change case; migrated; and agreed on the time."""

import time
from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dam.health import Check, Level, Trouble

MOST_SKEW_SECONDS = 2.0


def reach() -> str:
    """Say which PostgreSQL answers. What is too old is refused by every connection (dam.database)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_is_in_recovery()")
        version, replica = cursor.fetchone()
    if replica:
        raise Trouble(
            _("La base de datos es una réplica de solo lectura."),
            todo=_("Apunte DATABASE_URL al servidor principal."),
        )
    return f"PostgreSQL {version}"


def text() -> str:
    """Look at how the database treats text: names are found without regard to case, accents included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT upper('ñandú') = 'ÑANDÚ', current_setting('server_encoding')")
        right, encoding = cursor.fetchone()
    if encoding != "UTF8" or not right:
        raise Trouble(
            _("La base de datos no distingue bien mayúsculas con acento (codificación %(encoding)s).")
            % {"encoding": encoding},
            todo=_(
                "Cree la base con ENCODING 'UTF8' y LC_CTYPE 'C.UTF-8' (docs/operations.md) y restaure ahí."
            ),
        )
    return str(encoding)


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations this release has."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def migrations() -> str:
    """Compare what was applied with what this release has; more than that is of the next one, and welcome."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    missing = sorted(known_migrations() - applied)
    if missing:
        first = ".".join(missing[0])
        raise Trouble(
            _("Faltan %(count)s migraciones, la primera %(first)s.")
            % {"count": len(missing), "first": first},
            todo=_("Ejecute «manage.py migrate» antes de iniciar esta versión."),
        )
    return ngettext("%(count)d aplicada", "%(count)d aplicadas", len(applied)) % {"count": len(applied)}


def clock() -> str:
    """Compare this machine's clock with the database's: leases, links and heartbeats rest on both."""
    before = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        there = float(cursor.fetchone()[0])
    skew = there - (before + time.time()) / 2
    if abs(skew) > MOST_SKEW_SECONDS:
        raise Trouble(
            _("El reloj de esta máquina difiere %(seconds)s s del de la base de datos.")
            % {"seconds": f"{skew:+.1f}"},
            todo=_("Sincronice los relojes con NTP en todas las máquinas."),
        )
    return _("difiere %(seconds)s s") % {"seconds": f"{abs(skew):.1f}"}


CHECKS = (
    Check("database", gettext_lazy("Base de datos"), reach, Level.READY),
    Check("migrations", gettext_lazy("Migraciones"), migrations, Level.READY),
    Check("database_text", gettext_lazy("Texto en la base de datos"), text, Level.PAGE),
    Check("clock", gettext_lazy("Reloj"), clock, Level.PAGE),
)
