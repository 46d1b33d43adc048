"""Second step: what the file is, by its content; what is no material or is in the library already ends here."""

from typing import Any

from ingest import originals, parsing
from ingest.models import Ingest
from ingest.outcomes import Duplicate, Rejected
from ingest.scratch import Scratch
from ingest.steps import fingerprint
from transcode.sandbox import Limits
from transcode.sniff import EMPTY, ContentType

NAME = "identify"
LIMITS = Limits(wall_s=60.0, cpu_s=30)
#: Kinds whose bytes may rightly lie beside more than one asset.
ACCOMPANYING = frozenset({"caption", "sidecar"})


def run(ingest: Ingest, scratch: Scratch) -> dict[str, Any]:
    """Return the content type: ``mime``, ``kind``, ``demuxer``."""
    found = ContentType.from_json(parsing.call("ingest.parsers:identify", str(scratch.file), limits=LIMITS))
    if found.mime == EMPTY:
        raise Rejected("empty")
    if found.kind == "junk":
        raise Rejected("junk", mime=found.mime)
    if found.kind == "refused":
        raise Rejected("hostile", mime=found.mime)
    if found.kind not in ACCOMPANYING:
        known = originals.known_to(ingest, ingest.learned(fingerprint.NAME)["sha256"])
        if known is not None:
            raise Duplicate(known)
    return found.to_json()
