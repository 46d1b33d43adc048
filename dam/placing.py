"""Where bytes lie, as the environment says: the data folder, one S3 bucket or several, and where new bytes go.

Read by dam.settings; no Django import. A store's name is written on every Placement, so what lies in another
store than the one for new bytes is read as before.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dam.environment import SettingError, choice, flag, listing, text

LOCAL, S3 = "objects", "s3"
_NAME = re.compile(r"[a-z][a-z0-9]{0,19}")
_RESERVED = frozenset({"default", "staticfiles", "incoming", LOCAL, S3, "public", "access", "secret"})


@dataclass(frozen=True)
class Stores:
    """``storages`` are entries of Django's STORAGES; ``new`` names the one that new bytes go to."""

    storages: dict[str, dict[str, Any]]
    new: str


def stores(data: Path) -> Stores:
    """Return what the environment says. Raises SettingError."""
    local = "dam.storage.DurableFileStorage"
    found: dict[str, dict[str, Any]] = {
        LOCAL: {"BACKEND": local, "OPTIONS": {"location": data / "objects"}},
        "incoming": {"BACKEND": local, "OPTIONS": {"location": data / "incoming"}},
    }
    if (usual := _s3("ACERVO_S3_")) is not None:
        found[S3] = usual
    for name in listing(
        "ACERVO_S3_STORES",
        help="Names of further S3 stores, separated by commas. Each is set by the ACERVO_S3_ variables with its name"
        " in them: for `old`, ACERVO_S3_OLD_BUCKET, ACERVO_S3_OLD_ENDPOINT and so on.",
    ):
        if not _NAME.fullmatch(name) or name in _RESERVED:
            raise SettingError(f"ACERVO_S3_STORES: {name!r} cannot name a store: small letters and digits")
        further = _s3(f"ACERVO_S3_{name.upper()}_")
        if further is None:
            raise SettingError(
                f"ACERVO_S3_{name.upper()}_BUCKET is not set, and ACERVO_S3_STORES names {name}"
            )
        found[name] = further
    new = text(
        "ACERVO_STORE",
        help="The store that new bytes go to: `objects` (the data folder), `s3`, or a name of ACERVO_S3_STORES."
        " Default: `s3` where ACERVO_S3_BUCKET is set, else `objects`.",
    ) or (S3 if S3 in found else LOCAL)
    if new not in found or new == "incoming":
        known = ", ".join(sorted(set(found) - {"incoming"}))
        raise SettingError(f"ACERVO_STORE names {new!r}; the stores that are set up are {known}")
    return Stores(found, new)


def _s3(prefix: str) -> dict[str, Any] | None:
    """Return one bucket's entry; None where it is not set. Every variable is read, so that all are documented."""
    bucket = text(f"{prefix}BUCKET", help="Bucket that keeps originals, renditions and what is arriving.")
    endpoint = text(f"{prefix}ENDPOINT", help="Address of a server that speaks S3. Default: that of Amazon.")
    public = text(
        f"{prefix}PUBLIC_ENDPOINT",
        help="Address under which browsers reach that server, for downloads. Default: the same.",
    )
    links = flag(
        f"{prefix}LINKS",
        True,
        help="Downloads are sent to the store by links that live five minutes; 0: they pass through this server.",
    )
    region = text(
        f"{prefix}REGION", help="Region of the bucket. Default: AWS_DEFAULT_REGION, else us-east-1."
    )
    addressing = choice(
        f"{prefix}ADDRESSING",
        "auto",
        ("auto", "path", "virtual"),
        help="Where the bucket's name goes: `path` after the host, `virtual` before it, `auto` as boto3 chooses.",
    )
    access = text(f"{prefix}ACCESS_KEY", help="Access key. Default: AWS_ACCESS_KEY_ID, or what boto3 finds.")
    secret = text(
        f"{prefix}SECRET_KEY", help="Its secret. Default: AWS_SECRET_ACCESS_KEY, or what boto3 finds."
    )
    if not bucket:
        return None
    options = {
        "bucket_name": bucket,
        "endpoint_url": endpoint or None,
        "public_endpoint": public,
        "links": links,
        "region_name": region or None,
        "addressing_style": addressing,
        "access_key": access or None,
        "secret_key": secret or None,
        "location": "objects",
    }
    return {"BACKEND": "dam.s3.WriteOnceStorage", "OPTIONS": options}
