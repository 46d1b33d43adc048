"""Whether bytes are in the library already, as far as the person who brings them may know."""

from django.db import connection

from dam import permissions
from dam.models import AssetVersion, FileRole
from ingest.models import Ingest


def known_to(ingest: Ingest, sha256: str) -> AssetVersion | None:
    """Return the version whose original these bytes are, where the uploader sees it; None tells nothing.

    A new version is compared with the versions of its own asset only.
    """
    held = AssetVersion.objects.filter(files__stored_id=sha256, files__role=FileRole.ORIGINAL)
    if ingest.upload.version_of_id is not None:
        held = held.filter(asset=ingest.upload.version_of_id)
    else:
        held = held.filter(asset__in=permissions.visible(ingest.upload.owner))
    return held.select_related("asset").order_by("created_at").first()


def hold(word: str) -> None:
    """Let nobody else who holds this word pass until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [word])
