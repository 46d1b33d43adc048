"""For machines that watch: /health/live, /health/ready and /metrics. Nobody signs in; details are for those at home."""

from typing import Any

from django.contrib.auth import get_user
from django.contrib.auth.decorators import login_not_required
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from dam import health, metrics, peers
from dam.health import Level, Outcome
from dam.request_names import SESSION_KEY


@never_cache
@login_not_required
@require_safe
def live(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the view's signature
    """Say that this process answers; it asks nobody else."""
    return JsonResponse({"status": "ok"})


@never_cache
@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Say how everything that a page needs is; 503 where something is gone. A warning is still ready."""
    outcomes = health.examine(Level.READY)
    worst = health.worst(outcomes)
    open_to = _may_see_details(request, database_is_there=outcomes[0].state == "ok")
    said = {one.name: _said(one, with_details=open_to) for one in outcomes}
    return JsonResponse({"status": worst, "checks": said}, status=503 if worst == "failed" else 200)


@never_cache
@login_not_required
@require_safe
def prometheus(request: HttpRequest) -> HttpResponse:
    """Give the metrics to this machine and to whoever brings the secret."""
    if not (peers.is_local(request) or peers.knows_the_secret(request)):
        return HttpResponse(
            "a bearer secret is needed\n",
            status=401,
            headers={"WWW-Authenticate": 'Bearer realm="metrics"'},
            content_type="text/plain",
        )
    return HttpResponse(metrics.exposition(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _said(outcome: Outcome, *, with_details: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"status": outcome.state, "ms": outcome.milliseconds}
    if with_details:
        said |= {"detail": outcome.detail, "todo": outcome.todo}
    return said


def _may_see_details(request: HttpRequest, *, database_is_there: bool) -> bool:
    if peers.is_local(request) or peers.knows_the_secret(request):
        return True
    key = request.META.get(SESSION_KEY)
    if not (key and database_is_there):
        return False
    request.session = SessionStore(key)
    return bool(getattr(get_user(request), "is_superuser", False))
