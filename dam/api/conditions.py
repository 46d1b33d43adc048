"""Conditional requests (RFC 9110, 13): an ETag on what is read, If-Match on what is written.

An ETag is ``"<state>-<digest>"``: the state is what a writer must have seen (a revision, a digest of the row), the
digest is of the very bytes of the answer. If-None-Match compares the whole; If-Match only the state, so that a
change which cannot be lost (somebody's permissions, a rendition that was made) refuses nobody.
"""

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

from dam.api.problems import Problem

_DIGEST = 16


def digest(*parts: Any) -> str:
    """Return a short digest of what makes up a state; parts are JSON values, dates and ids."""
    canonical = json.dumps(parts, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:_DIGEST]


def state(request: HttpRequest, value: object) -> None:
    """Say in which state what is answered is: the ETag begins with it."""
    request.api_state = str(value)  # type: ignore[attr-defined]  # read below, when the answer is labelled


def require(request: HttpRequest, value: object) -> None:
    """Go on only if the caller read this state. Call it in the transaction that writes, the row locked.

    Raises Problem precondition-required where If-Match is missing, precondition-failed where it names another
    state. ``*`` means "whatever stands there".
    """
    sent = request.headers.get("If-Match", "")
    tags = parse_etags(sent)
    if not tags:
        raise Problem("precondition-failed" if sent.strip() else "precondition-required")
    if tags != ["*"] and str(value) not in {
        tag.strip('"').rpartition("-")[0] for tag in tags if tag[0] == '"'
    }:
        raise Problem("precondition-failed")


def label(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give an answer its ETag; return 304 in its place where the caller has it already."""
    marked = getattr(request, "api_state", None)
    reading = request.method in {"GET", "HEAD"}
    if response.status_code not in {200, 201} or not response.content or not (reading or marked):
        return response
    tag = hashlib.sha256(response.content).hexdigest()[:_DIGEST]
    response["ETag"] = etag = f'"{marked}-{tag}"' if marked else f'"{tag}"'
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if reading and (known == ["*"] or etag in {one.removeprefix("W/") for one in known}):
        unchanged = HttpResponseNotModified()
        unchanged["ETag"] = etag
        return unchanged
    return response
