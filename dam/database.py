"""How Django reaches PostgreSQL: alone, through a pool in this process, or through PgBouncer; never one too old.

No Django import at the top of settings' chain but this one's signal: `parsed` is called by dam.settings.
"""

from typing import Any

import dj_database_url
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from dam.environment import SettingError, flag, integer

OLDEST = 15
CONNECT_SECONDS = 10
#: A page waits so long for a connection of the pool before it fails; a person would have given up.
POOL_SECONDS = 10
KEPT_SECONDS = 60


def parsed(url: str, *, pool: int = 0, pooler: bool = False) -> dict[str, Any]:
    """Return the entry of DATABASES for an address.

    ``pool`` is how many connections all threads of this process share; 0 leaves each thread its own, kept for a
    minute. ``pooler`` says that PgBouncer hands out connections by transaction: nothing may outlive one.
    """
    database: dict[str, Any] = {**dj_database_url.parse(url), "CONN_HEALTH_CHECKS": True}
    options = {"connect_timeout": CONNECT_SECONDS, **database.get("OPTIONS", {})}
    database["CONN_MAX_AGE"] = 0 if pool or pooler else KEPT_SECONDS
    database["DISABLE_SERVER_SIDE_CURSORS"] = pooler
    if pool:
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": POOL_SECONDS}
    return {**database, "OPTIONS": options}


def from_environment(url: str) -> dict[str, Any]:
    """Return the entry of DATABASES as the environment asks for it."""
    pool = integer(
        "ACERVO_DATABASE_POOL",
        0,
        help="Connections that all threads of one web process share; 0 gives each thread its own.",
        minimum=0,
    )
    pooler = flag(
        "ACERVO_DATABASE_POOLER",
        False,
        help="DATABASE_URL leads to PgBouncer in transaction mode (web processes only).",
    )
    return parsed(url, pool=pool, pooler=pooler)


def leave_pool() -> None:
    """Give this process connections of its own: what locks for a session must not hand its connection on."""
    for alias in connections:
        connection = connections[alias]
        connection.close()
        connection.settings_dict["OPTIONS"].pop("pool", None)
        connection.settings_dict["CONN_MAX_AGE"] = KEPT_SECONDS


def refuse_too_old(version: int) -> None:
    """Raise SettingError for a server older than we can use; ``version`` is PostgreSQL's own number (150004)."""
    if version // 10000 < OLDEST:
        raise SettingError(
            f"DATABASE_URL: PostgreSQL {version // 10000}.{version % 10000} es demasiado antiguo. Acervo necesita "
            f"PostgreSQL {OLDEST} o posterior. Los datos no se tocaron: actualice el servidor, o quite DATABASE_URL "
            "para usar la base de datos incluida."
        )


def _look(sender: object, connection: BaseDatabaseWrapper, **kwargs: object) -> None:  # noqa: ARG001
    refuse_too_old(int(getattr(connection, "pg_version", OLDEST * 10000)))


def connect() -> None:
    """Have every new connection looked at; called once when the app is ready."""
    connection_created.connect(_look, dispatch_uid="dam.database")
