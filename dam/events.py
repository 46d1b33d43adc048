"""Events: the append-only record of who did what, hash-chained per subject."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from dam.models.event import Event, EventChain

GENESIS = "0" * 64
#: The network address the current request came from; set by the middleware, empty in workers and commands.
address: ContextVar[str] = ContextVar("address", default="")


@dataclass(frozen=True)
class Fault:
    """One broken place of a chain: the subject, the sequence number and what is wrong there."""

    subject: str
    seq: int
    problem: str


def subject_type(subject: models.Model) -> str:
    """Return the word under which events of this kind of object are kept: ``dam.asset``."""
    return subject._meta.label_lower


def record(
    subject: models.Model, verb: str, *, by: models.Model | None, data: Mapping[str, Any] | None = None
) -> Event:
    """Append one event to the chain of ``subject``, inside the caller's transaction.

    ``data`` holds ids, codes and numbers only, never personal data. Writers of the same subject wait for each
    other on the chain's row; writers of different subjects do not. Several subjects in one transaction must be
    written in the order of their ids.
    """
    kind, key = subject_type(subject), subject.pk
    with transaction.atomic():
        EventChain.objects.bulk_create(
            [EventChain(subject_type=kind, subject_id=key, length=0, head=GENESIS)], ignore_conflicts=True
        )
        chain = EventChain.objects.select_for_update().get(subject_type=kind, subject_id=key)
        event = Event(
            subject_type=kind,
            subject_id=key,
            seq=chain.length + 1,
            verb=verb,
            actor_id=by.pk if by is not None else None,
            at=timezone.now(),
            address=address.get(),
            data=dict(data or {}),
            previous=chain.head,
        )
        event.digest = digest(event)
        event.save(force_insert=True)
        EventChain.objects.filter(pk=chain.pk).update(length=event.seq, head=event.digest)
    return event


def digest(event: Event) -> str:
    """Return the SHA-256 (hex) over the canonical JSON of everything the event says, its predecessor included."""
    at: datetime = event.at
    said = {
        "subject": [event.subject_type, str(event.subject_id)],
        "seq": event.seq,
        "verb": event.verb,
        "actor": str(event.actor_id) if event.actor_id else None,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "address": event.address,
        "data": event.data,
        "previous": event.previous,
    }
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def of(subject: models.Model) -> "models.QuerySet[Event]":
    """Return the events of a subject, oldest first."""
    return Event.objects.filter(subject_type=subject_type(subject), subject_id=subject.pk).order_by("seq")


def verify() -> Iterator[Fault]:
    """Walk every chain and yield each changed, missing or inserted row; memory is flat."""
    heads = {
        (chain.subject_type, chain.subject_id): chain
        for chain in EventChain.objects.iterator(chunk_size=2000)
    }
    seen: set[tuple[str, Any]] = set()
    key: tuple[str, Any] | None = None
    previous, expected = GENESIS, 1
    rows = Event.objects.order_by("subject_type", "subject_id", "seq").iterator(chunk_size=2000)
    for event in rows:
        here = (event.subject_type, event.subject_id)
        if here != key:
            if key is not None:
                yield from _check_head(key, heads.get(key), expected - 1, previous)
            key, previous, expected = here, GENESIS, 1
            seen.add(here)
        name = f"{event.subject_type} {event.subject_id}"
        for missing in range(expected, event.seq):
            yield Fault(name, missing, "missing")
        if event.digest != digest(event):
            yield Fault(name, event.seq, "changed")
        elif event.seq == expected and event.previous != previous:
            yield Fault(name, event.seq, "inserted, or its predecessor was replaced")
        previous, expected = event.digest, event.seq + 1
    if key is not None:
        yield from _check_head(key, heads.get(key), expected - 1, previous)
    for (kind, subject_id), chain in heads.items():
        if (kind, subject_id) not in seen and chain.length:
            yield Fault(f"{kind} {subject_id}", 1, f"missing: all {chain.length} events")


def _check_head(key: tuple[str, Any], chain: EventChain | None, length: int, head: str) -> Iterator[Fault]:
    name = f"{key[0]} {key[1]}"
    if chain is None:
        yield Fault(name, length, "inserted: the chain has no head")
        return
    for missing in range(length + 1, chain.length + 1):
        yield Fault(name, missing, "missing")
    if length > chain.length:
        for extra in range(chain.length + 1, length + 1):
            yield Fault(name, extra, "inserted after the head")
    elif length == chain.length and chain.head != head:
        yield Fault(name, length, "changed: it is not the head that was written")
