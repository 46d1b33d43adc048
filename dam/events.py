"""Events: the append-only record of who did what, hash-chained per subject."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
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

    def __str__(self) -> str:
        return f"{self.subject} #{self.seq}: {self.problem}"


def subject_type(subject: models.Model) -> str:
    """Return the word under which events of this kind of object are kept: ``dam.asset``."""
    return subject._meta.label_lower


def record(
    subject: models.Model, verb: str, *, by: models.Model | None, data: Mapping[str, Any] | None = None
) -> Event:
    """Append one event to the chain of ``subject``, inside the caller's transaction.

    ``data`` holds ids, codes and whole numbers only, never personal data. Writers of the same subject wait for each
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
        "id": str(event.pk),
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
    subject, previous, expected = "", GENESIS, 1
    for event in Event.objects.order_by("subject_type", "subject_id", "seq").iterator(chunk_size=2000):
        here = f"{event.subject_type} {event.subject_id}"
        if here != subject:
            subject, previous, expected = here, GENESIS, 1
        for missing in range(expected, event.seq):
            yield Fault(here, missing, "missing")
        if event.digest != digest(event):
            yield Fault(here, event.seq, "changed")
        elif event.seq == expected and event.previous != previous:
            yield Fault(here, event.seq, "inserted, or the row before it was replaced")
        previous, expected = event.digest, event.seq + 1
    yield from _verify_heads()


def _verify_heads() -> Iterator[Fault]:
    """Compare each chain's last row with the head that was written beside it."""
    own = Event.objects.filter(subject_type=OuterRef("subject_type"), subject_id=OuterRef("subject_id"))
    last = own.order_by("-seq")
    chains = EventChain.objects.annotate(
        last=Coalesce(Subquery(last.values("seq")[:1]), 0), last_digest=Subquery(last.values("digest")[:1])
    )
    broken = ~models.Q(last=F("length")) | (models.Q(length__gt=0) & ~models.Q(last_digest=F("head")))
    for chain in chains.filter(broken).order_by("subject_type", "subject_id").iterator(chunk_size=2000):
        here = f"{chain.subject_type} {chain.subject_id}"
        for missing in range(chain.last + 1, chain.length + 1):
            yield Fault(here, missing, "missing")
        for extra in range(chain.length + 1, chain.last + 1):
            yield Fault(here, extra, "inserted after the head")
        if chain.last == chain.length:
            yield Fault(here, chain.last, "changed: it is not the row that was written last")
    headless = Event.objects.exclude(
        Exists(
            EventChain.objects.filter(
                subject_type=OuterRef("subject_type"), subject_id=OuterRef("subject_id")
            )
        )
    )
    for event in headless.order_by("subject_type", "subject_id", "seq").iterator(chunk_size=2000):
        yield Fault(f"{event.subject_type} {event.subject_id}", event.seq, "inserted: its chain has no head")
