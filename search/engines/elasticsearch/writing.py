"""Bulk writing: bounded requests, back-pressure, versions that only go up, and a name for each refusal."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from search.document import AssetDocument
from search.engines.base import DocumentsRefused
from search.engines.elasticsearch.connection import WRITE_S
from search.engines.elasticsearch.schema import Json, entry

#: A request holds at most this many documents and bytes.
CHUNK, CHUNK_BYTES = 500, 8 * 1024 * 1024
#: A cluster that has too much to do says so (429): about a minute of patience.
RETRIES, FIRST_WAIT_S, LONGEST_WAIT_S = 8, 0.5, 15.0
_CONFLICT, _NOT_FOUND = 409, 404
_REASON = 300


@dataclass(frozen=True)
class Removal:
    """An asset that is to be found no more, unless it is indexed with a higher revision."""

    id: UUID
    revision: int


Change = AssetDocument | Removal


def actions(changes: Iterable[Change], indices: Iterable[str]) -> Iterator[Json]:
    """Return what is sent: each change to each index. An older revision than the one there is a conflict."""
    for change in changes:
        what: Json = (
            {"_op_type": "delete"}
            if isinstance(change, Removal)
            else {"_op_type": "index", "_source": entry(change)}
        )
        versioned = {"_id": str(change.id), "version": change.revision, "version_type": "external_gte"}
        yield from ({**what, **versioned, "_index": index} for index in indices)


def send(
    client: Elasticsearch,
    sent: Iterable[Json],
    *,
    refresh: bool,
    require_alias: bool = False,
    first_wait_s: float = FIRST_WAIT_S,
) -> frozenset[str]:
    """Send everything; return the indices that were gone. Raises DocumentsRefused when all else is written.

    Conflicts are no errors: what is there is newer. With ``refresh`` the next search finds what was written.
    """
    refused: dict[str, str] = {}
    gone: set[str] = set()
    answers = streaming_bulk(
        client.options(request_timeout=WRITE_S),
        sent,
        chunk_size=CHUNK,
        max_chunk_bytes=CHUNK_BYTES,
        raise_on_error=False,
        max_retries=RETRIES,
        initial_backoff=first_wait_s,
        max_backoff=LONGEST_WAIT_S,
        yield_ok=False,
        refresh=refresh,
        require_alias=require_alias,
    )
    for _, answer in answers:
        ((_, item),) = answer.items()
        error = item.get("error")
        if item["status"] == _CONFLICT or (item["status"] == _NOT_FOUND and not error):
            continue
        if item["status"] == _NOT_FOUND:
            gone.add(item["_index"])
        else:
            refused[item["_id"]] = _reason(error)
    if refused:
        raise DocumentsRefused(refused)
    return frozenset(gone)


def _reason(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)[:_REASON]
    cause = error.get("caused_by", {}).get("reason", "")
    return f"{error.get('reason', error.get('type', ''))} {cause}".strip()[:_REASON]
