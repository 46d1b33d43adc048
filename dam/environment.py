"""Owns how settings are read from the environment: typed, registered for the documentation, failing loudly.

Nothing else in the project reads ``os.environ``; a test keeps it so, and keeps `docs/settings.md` equal to
what is registered here. No Django import: the supervisor reads its settings before Django is loaded.
"""

# ruff: noqa: A002 - `help` is the word every reader of settings expects, as in argparse

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

CHECKOUT = Path(__file__).resolve().parent.parent
TRUE = frozenset({"1", "true", "yes", "on", "si", "sí"})
FALSE = frozenset({"0", "false", "no", "off"})
SECRET_BYTES = 48


class SettingError(Exception):
    """A setting is missing or cannot be read; the message names it and says what would be right."""


@dataclass(frozen=True)
class Setting:
    """One environment variable as the documentation shows it."""

    name: str
    kind: str
    default: str
    help: str


_registry: dict[str, Setting] = {}


def registered() -> tuple[Setting, ...]:
    """Every setting read so far, by name."""
    return tuple(sorted(_registry.values(), key=lambda setting: setting.name))


def _raw(name: str, kind: str, default: str, help: str) -> str | None:
    """The variable as set, or None when it is unset or empty; what was asked for is registered."""
    setting = Setting(name, kind, default, help)
    known = _registry.setdefault(name, setting)
    if known != setting:
        raise SettingError(f"{name} is declared twice, and not alike: {known} and {setting}")
    return os.environ.get(name, "").strip() or _from_file(f"{name}_FILE")


def _from_file(name: str) -> str | None:
    """What the file holds that the variable names: how containers hand out secrets."""
    path = os.environ.get(name, "").strip()
    if not path:
        return None
    try:
        return Path(path).read_text().strip() or None
    except OSError as error:
        raise SettingError(f"{name}: {path} cannot be read ({error.strerror})") from error


def text(name: str, default: str = "", *, help: str) -> str:
    """Any text; unset or blank means the default."""
    return _raw(name, "text", default, help) or default


def listing(name: str, default: Iterable[str] = (), *, help: str) -> tuple[str, ...]:
    """Several texts separated by commas."""
    default = tuple(default)
    value = _raw(name, "list", ",".join(default), help)
    if value is None:
        return default
    return tuple(part.strip() for part in value.split(",") if part.strip())


def integer(
    name: str, default: int, *, help: str, minimum: int | None = None, maximum: int | None = None
) -> int:
    """A whole number between the two limits, both included; SettingError otherwise."""
    value = _raw(name, "integer", str(default), help)
    if value is None:
        return default
    try:
        number = int(value)
    except ValueError:
        raise SettingError(f"{name} must be a whole number, not {value!r}") from None
    if minimum is not None and number < minimum:
        raise SettingError(f"{name} must be at least {minimum}, not {number}")
    if maximum is not None and number > maximum:
        raise SettingError(f"{name} must be at most {maximum}, not {number}")
    return number


def flag(name: str, default: bool, *, help: str) -> bool:  # noqa: FBT001 - a default is read best in place
    """Yes or no: 1/true/yes/on/si against 0/false/no/off, in any case; SettingError for anything else."""
    value = _raw(name, "flag", "1" if default else "0", help)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise SettingError(f"{name} must be 1 or 0 (or true, false, yes, no), not {value!r}")


def choice(name: str, default: str, options: Iterable[str], *, help: str) -> str:
    """One of the options, exactly as written; SettingError otherwise."""
    allowed = tuple(options)
    value = _raw(name, " or ".join(allowed), default, help) or default
    if value not in allowed:
        raise SettingError(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
    return value


def folder(name: str, default: str = "", *, help: str) -> Path:
    """A folder as an absolute path, not created; a relative one counts from the checkout, ~ is the home."""
    value = _raw(name, "folder", default, help) or default
    return Path(os.path.abspath(CHECKOUT / Path(value).expanduser()))  # noqa: PTH100 - resolve() follows links


def data_folder() -> Path:
    """Where the embedded default keeps everything: database, objects, index, scratch, logs, secret."""
    return folder("ACERVO_DATA", "data", help="Where everything is kept: database, objects, index, logs.")


def database_url() -> str:
    """The address of the database to use in place of the embedded one; blank for that one."""
    return text("DATABASE_URL", help="Any PostgreSQL 15 or later. Unset: the embedded one in ACERVO_DATA.")


def production() -> bool:
    """Whether this is a real service, where nothing may be made up: ACERVO_ENV=production."""
    mode = choice(
        "ACERVO_ENV",
        "local",
        ("local", "production"),
        help="In production a missing secret refuses to start, and pages never show a traceback.",
    )
    return mode == "production"


def secret(name: str, *, help: str) -> str:
    """A secret of at least 32 characters.

    Unset, it is derived from a key generated once into ACERVO_DATA/secret (mode 600), except in production,
    where SettingError is raised.
    """
    least = 32
    value = _raw(name, "secret", "generated once; required in production", help)
    if value is not None:
        if len(value) < least:
            raise SettingError(f"{name} must have at least {least} characters")
        return value
    if production():
        raise SettingError(f"{name} is not set: with ACERVO_ENV=production it is required")
    key = _generated_key(data_folder() / "secret")
    return hmac.new(key.encode(), name.encode(), hashlib.sha256).hexdigest()


def _generated_key(path: Path) -> str:
    """The key in the file, which is made on first use; of several makers at once the first one wins."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(SECRET_BYTES))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
