"""The addresses of bytes: previews on the site, downloads on the transfers process."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dam import archives, assets, captions, downloads, links, permissions
from dam.api import auth, problems
from dam.models import AssetVersion, RenditionFile, Scope, User
from dam.storage import NotStored

MOST_FILES = 500

type_of_view = Callable[Concatenate[HttpRequest, ...], HttpResponseBase]


def _serves_bytes(view: type_of_view) -> type_of_view:
    """Let in who is signed in, carries a link that still lives or a token; say plainly when bytes cannot be had."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            if (linked := links.person(request)) is not None:
                request.user = linked
        except links.Expired:
            return _plain(_("Este enlace ya venció. Pida uno nuevo en la página del material."), 410)
        try:
            auth.let_token_in(request, Scope.DOWNLOAD)
        except problems.Problem as problem:
            return problems.answer(request, problem)
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        try:
            return view(request, *args, **kwargs)
        except NotStored:
            sentence = _(
                "El archivo no está disponible en este momento. No se ha perdido su registro: avise a quien administra el acervo."
            )
            return _plain(sentence, 503)

    return login_not_required(require_safe(guarded))


def _plain(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(sentence, content_type="text/plain; charset=utf-8", status=status)


def _version(request: HttpRequest, code: str, verb: str) -> AssetVersion:
    """Return the version, if the person may. What they may not see is not there for them."""
    try:
        version = AssetVersion.objects.select_related("asset__agency").get(code=code)
    except AssetVersion.DoesNotExist:
        raise Http404(code) from None
    if permissions.may(request.user, verb, version.asset):
        return version
    if permissions.may(request.user, "view", version.asset):
        raise PermissionDenied(" ".join(permissions.explain(request.user, verb, version.asset).reasons))
    raise Http404(code)


def _original(request: HttpRequest, code: str, *, attachment: bool) -> HttpResponseBase:
    version = _version(request, code, "download")
    file = version.files.select_related("stored").get(role="original")
    return downloads.respond(
        request, file.stored, filename=file.filename, mime=file.mime, attachment=attachment
    )


def _rendition_file(
    request: HttpRequest, code: str, preset: str, path: str, *, verb: str
) -> HttpResponseBase:
    version = _version(request, code, verb)
    if "\0" in path:  # PostgreSQL has no such text
        raise Http404(path)
    file = (
        RenditionFile.objects.filter(rendition__version=version, rendition__preset=preset, path=path)
        .select_related("stored")
        .order_by("-rendition__created_at")
        .first()
    )
    if file is None:
        raise Http404(path)
    attachment = verb == "download"
    name = f"{version.code} {assets.title_of(version.asset)}" if attachment else path
    suffix = path[path.rfind(".") :] if attachment and "." in path else ""
    return downloads.respond(
        request, file.stored, filename=name[:150] + suffix, mime=file.mime, attachment=attachment
    )


@_serves_bytes
def original(request: HttpRequest, code: str) -> HttpResponseBase:
    """Serve the original, in place where its type may be."""
    return _original(request, code, attachment=False)


@_serves_bytes
def original_download(request: HttpRequest, code: str) -> HttpResponseBase:
    """Serve the original as a file, under the name it came with."""
    return _original(request, code, attachment=True)


@_serves_bytes
def rendition_file(request: HttpRequest, code: str, preset: str, path: str) -> HttpResponseBase:
    """Serve a file of a rendition: a picture, a playlist, a segment."""
    return _rendition_file(request, code, preset, path, verb="view")


@_serves_bytes
def rendition_download(request: HttpRequest, code: str, preset: str, path: str) -> HttpResponseBase:
    """Serve a rendition as a file, named by the version's code and the title."""
    return _rendition_file(request, code, preset, path, verb="download")


@_serves_bytes
def file_download(request: HttpRequest, code: str, file_id: UUID) -> HttpResponseBase:
    """Serve a file that came along with the original, always as a file."""
    file = _version(request, code, "download").files.select_related("stored").filter(pk=file_id).first()
    if file is None:
        raise Http404(str(file_id))
    return downloads.respond(request, file.stored, filename=file.filename, mime=file.mime, attachment=True)


@_serves_bytes
def caption_track(request: HttpRequest, code: str, track_id: UUID) -> HttpResponseBase:
    """Serve a caption track as WebVTT."""
    track = _version(request, code, "view").caption_tracks.filter(pk=track_id).first()
    if track is None:
        raise Http404(str(track_id))
    response = HttpResponse(captions.webvtt(track.cues.all()), content_type=f"{captions.MIME}; charset=utf-8")
    response["Cache-Control"] = downloads.PREVIEW_CACHE
    return response


@_serves_bytes
def zip_download(request: HttpRequest) -> HttpResponseBase:
    """Serve the current versions of ``?asset=`` (codes) as one zip; ``formato`` names a preset to prefer."""
    codes = {code.upper() for code in request.GET.getlist("asset") if code.isalnum()}
    if not 1 <= len(codes) <= MOST_FILES:
        sentence = _("Elija entre 1 y %(most)d materiales para descargarlos juntos.") % {"most": MOST_FILES}
        return _plain(sentence, 400)
    preset = request.GET.get("formato", "")
    # Whoever sees what is not in the trash may download it: tests/dam/test_visibility.py.
    chosen = archives.entries(permissions.visible(request.user).filter(code__in=codes), preset)
    if not chosen:
        raise Http404
    zipped = archives.archive(chosen)
    downloads.let_go_of_database()
    response: HttpResponseBase = StreamingHttpResponse(zipped) if request.method == "GET" else HttpResponse()
    name = f"acervo {timezone.localdate():%Y-%m-%d}.zip"
    response["Content-Type"] = "application/zip"
    response["Content-Length"] = str(len(zipped))
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response
