"""The tus 1.0.0 server at /subidas/, served by the transfers process.

The views are exempt from Django's CSRF token and lose nothing by it: every request but OPTIONS needs the header
Tus-Resumable, which no form can send and which makes a browser ask first (CORS preflight); dam.transfers lets
only the site's own origin pass. A session is required, or an API token with the scope ``upload``; an upload belongs
to who began it. Where pages would redirect to the sign-in, tus answers 401 or 403.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt

from dam import permissions
from dam.api import auth, problems
from dam.identifiers import new_id
from dam.lifecycle import IllegalTransition
from dam.models import Asset, Scope, User
from ingest import batches, flow, names, receiving, tus_protocol, uploads
from ingest.incoming import Busy, Gone
from ingest.models import Batch, Upload, UploadState
from ingest.places import Unreachable
from ingest.tus_protocol import Problem

View = Callable[..., HttpResponse]
OVERRIDABLE = frozenset({"PATCH", "DELETE", "HEAD"})
RETRY_AFTER_S = "3"


def _spoken(view: View) -> View:
    """Speak tus: who and which version first, problems as their status, the protocol's headers on everything."""

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = _answered(view, request, *args, **kwargs)
        except Problem as problem:
            response = _plain(problem.status, str(problem), problem.headers)
        response["Tus-Resumable"] = tus_protocol.VERSION
        response["Cache-Control"] = "no-store"
        return response

    return answer


def _answered(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    if request.method == "OPTIONS":
        return _offer()
    tus_protocol.require_version(request.headers)
    _let_token_in(request)
    if not isinstance(request.user, User):
        raise Problem(HTTPStatus.UNAUTHORIZED, "sign in first", {"WWW-Authenticate": "Session"})
    try:
        return view(request, _method(request), request.user, *args, **kwargs)
    except (permissions.Forbidden, Upload.DoesNotExist, Asset.DoesNotExist) as refusal:
        status = HTTPStatus.FORBIDDEN if isinstance(refusal, permissions.Forbidden) else HTTPStatus.NOT_FOUND
        raise Problem(status, str(refusal)) from refusal
    except (Gone, uploads.NotReceiving) as gone:
        raise Problem(HTTPStatus.GONE, "the upload is no longer here") from gone
    except Busy as busy:
        headers = {"Retry-After": RETRY_AFTER_S}
        raise Problem(HTTPStatus.LOCKED, "another request is writing this upload", headers) from busy
    except Unreachable as unreachable:
        headers = {"Retry-After": RETRY_AFTER_S}
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "the store does not answer", headers) from unreachable
    except uploads.NoRoom as full:
        raise Problem(HTTPStatus.INSUFFICIENT_STORAGE, "the server's disk is full") from full


def _let_token_in(request: HttpRequest) -> None:
    """Make the request that of the token's person, where it carries one."""
    try:
        auth.let_token_in(request, Scope.UPLOAD)
    except problems.Problem as refusal:
        words = refusal.detail or str(refusal.kind.advice)
        raise Problem(HTTPStatus(refusal.kind.status), words, dict(refusal.headers)) from refusal


@_spoken
def collection(request: HttpRequest, method: str, user: User) -> HttpResponse:
    """Create an upload, with its first bytes where they come along."""
    if method != "POST":
        raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, "POST creates an upload", {"Allow": "POST, OPTIONS"})
    size = tus_protocol.upload_length(request.headers, maximum=settings.UPLOAD_MAX_BYTES)
    checksum = tus_protocol.checksum(request.headers)
    length = 0
    if tus_protocol.has_body(request.headers):
        tus_protocol.require_body_type(request.headers)
        length = _fitting(tus_protocol.body_length(request.headers), size)
    sent = tus_protocol.metadata(request.headers)
    upload = uploads.begin(_batch(sent, user), _announced(sent, size, user), by=user)
    if length:
        upload = _received(upload, request, offset=0, length=length, checksum=checksum, user=user)
    elif size == 0:
        upload = uploads.arrived(upload, 0, by=user)
    response = _plain(HTTPStatus.CREATED, "", _progress(upload))
    response["Location"] = request.build_absolute_uri(reverse("ingest:tus-upload", args=[upload.pk]))
    return response


@_spoken
def item(request: HttpRequest, method: str, user: User, upload_id: UUID) -> HttpResponse:
    """Tell how far an upload is (HEAD), continue it (PATCH), or give it up (DELETE)."""
    upload = Upload.objects.get(pk=upload_id, owner=user)
    if upload.state in {UploadState.EXPIRED, UploadState.TERMINATED}:
        raise Gone(str(upload.pk))
    match method:
        case "HEAD":
            return _head(upload)
        case "PATCH":
            return _patch(upload, request, user)
        case "DELETE":
            return _delete(upload, user)
        case _:
            raise Problem(
                HTTPStatus.METHOD_NOT_ALLOWED,
                "HEAD, PATCH or DELETE",
                {"Allow": "HEAD, PATCH, DELETE, OPTIONS"},
            )


def _head(upload: Upload) -> HttpResponse:
    if upload.state == UploadState.RECEIVING and flow.make_way(upload.pk):
        upload.refresh_from_db()
    headers = _progress(upload) | {"Upload-Length": str(upload.size_bytes)}
    headers["Upload-Offset"] = str(uploads.offset(upload))
    if said := upload.metadata.get("tus"):
        headers["Upload-Metadata"] = said
    return _plain(HTTPStatus.OK, "", headers)


def _patch(upload: Upload, request: HttpRequest, user: User) -> HttpResponse:
    tus_protocol.require_body_type(request.headers)
    offset = tus_protocol.upload_offset(request.headers)
    checksum = tus_protocol.checksum(request.headers)
    length = tus_protocol.body_length(request.headers)
    if upload.state == UploadState.COMPLETE:
        if offset != upload.size_bytes or length:
            raise _conflict(upload.size_bytes)
        return _plain(HTTPStatus.NO_CONTENT, "", _progress(upload))
    if offset > upload.size_bytes:
        raise _conflict(upload.offset_bytes)
    _fitting(length, upload.size_bytes - offset)
    upload = _received(upload, request, offset=offset, length=length, checksum=checksum, user=user)
    return _plain(HTTPStatus.NO_CONTENT, "", _progress(upload))


def _delete(upload: Upload, user: User) -> HttpResponse:
    try:
        uploads.cancel(upload, by=user)
    except IllegalTransition as complete:
        raise Problem(HTTPStatus.FORBIDDEN, "the upload is complete and being processed") from complete
    return _plain(HTTPStatus.NO_CONTENT, "", {})


def _received(
    upload: Upload,
    request: HttpRequest,
    *,
    offset: int,
    length: int,
    checksum: tus_protocol.Checksum | None,
    user: User,
) -> Upload:
    try:
        return receiving.receive(
            upload, request, offset_bytes=offset, length=length, checksum=checksum, by=user
        )
    except receiving.WrongOffset as wrong:
        raise _conflict(wrong.offset_bytes) from wrong
    except receiving.WrongChecksum as wrong:
        raise Problem(
            tus_protocol.CHECKSUM_MISMATCH, "the checksum does not match; nothing was kept"
        ) from wrong
    except receiving.CutShort as cut:
        raise Problem(HTTPStatus.REQUEST_TIMEOUT, "the body ended early; what came is kept") from cut


def _batch(sent: dict[str, bytes], user: User) -> Batch:
    """Return the batch that the page or client names, or a new one for the person's usual agency."""
    try:
        return batches.of_page(UUID(names.text(sent["batch"])) if "batch" in sent else new_id(), by=user)
    except (Batch.DoesNotExist, ValueError) as unknown:
        raise Problem(HTTPStatus.FORBIDDEN, "Upload-Metadata: this batch is not yours") from unknown


def _announced(sent: dict[str, bytes], size: int, user: User) -> uploads.Announced:
    raw = sent.get("path") or sent.get("relativePath") or sent.get("filename") or b""
    replaced = None
    if "versionOf" in sent:
        replaced = permissions.visible(user).get(code=names.text(sent["versionOf"])[:8].upper())
        permissions.require(user, "edit", replaced)
    said = ",".join(f"{key} {tus_protocol.encoded(value)}".strip() for key, value in sent.items())
    return uploads.Announced(
        name=names.of(raw), size_bytes=size, raw_name=raw, version_of=replaced, metadata={"tus": said}
    )


def _method(request: HttpRequest) -> str:
    """Return the method; clients that cannot send PATCH or DELETE say it in a header (core protocol)."""
    override = request.headers.get("X-HTTP-Method-Override", "").upper()
    return override if request.method == "POST" and override in OVERRIDABLE else str(request.method)


def _fitting(length: int, room: int) -> int:
    if length > room:
        raise Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is longer than what is left of Upload-Length"
        )
    return length


def _progress(upload: Upload) -> dict[str, str]:
    """Return Upload-Offset, and Upload-Expires while it is unfinished."""
    headers = {"Upload-Offset": str(upload.offset_bytes)}
    if upload.state == UploadState.RECEIVING:
        headers["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return headers


def _conflict(offset: int) -> Problem:
    return Problem(HTTPStatus.CONFLICT, f"the offset is {offset}", {"Upload-Offset": str(offset)})


def _offer() -> HttpResponse:
    return _plain(
        HTTPStatus.NO_CONTENT,
        "",
        {
            "Tus-Version": tus_protocol.VERSION,
            "Tus-Extension": tus_protocol.EXTENSIONS,
            "Tus-Max-Size": str(settings.UPLOAD_MAX_BYTES),
            "Tus-Checksum-Algorithm": ",".join(tus_protocol.ALGORITHMS),
        },
    )


def _plain(status: int, text: str, headers: dict[str, str]) -> HttpResponse:
    return HttpResponse(text, status=int(status), content_type="text/plain; charset=utf-8", headers=headers)
