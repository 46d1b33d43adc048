"""Problems: every error of the API, as RFC 9457 says it, each with a type that explains itself under its address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MIME = "application/problem+json"
ROOT = "/api/v1/problems/"


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its status, its title and what to do about it."""

    slug: str
    status: int
    title: str | Promise
    advice: str | Promise

    @property
    def type(self) -> str:
        """The URI reference that names the kind; a page and a JSON document stand under it."""
        return ROOT + self.slug


KINDS: dict[str, Kind] = {}


def define(slug: str, status: int, title: str | Promise, advice: str | Promise) -> Kind:
    """Add a kind of problem. Its slug never changes: programs compare it."""
    return KINDS.setdefault(slug, Kind(slug, status, title, advice))


class Problem(Exception):
    """An answer that says what went wrong. ``errors`` is one object per field that was not accepted."""

    def __init__(
        self,
        slug: str,
        detail: str = "",
        *,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(slug, detail)
        self.kind, self.detail, self.errors, self.headers = KINDS[slug], detail, list(errors), headers or {}


def answer(request: HttpRequest, problem: Problem) -> JsonResponse:
    """Return the problem as an answer, in the language of the request."""
    kind = problem.kind
    body: dict[str, Any] = {
        "type": kind.type,
        "title": str(kind.title),
        "status": kind.status,
        "detail": problem.detail or str(kind.advice),
        "instance": request.path,
    }
    if problem.errors:
        body["errors"] = problem.errors
    return JsonResponse(body, status=kind.status, content_type=MIME, headers=dict(problem.headers))


def of_status(status: int) -> Kind:
    """Return the most general kind of a status, that of a plain refusal or failure where there is none."""
    general = {401: "not-authenticated", 403: "forbidden", 400: "malformed", 409: "conflict"}
    found = general.get(status) or next((slug for slug, kind in KINDS.items() if kind.status == status), "")
    return KINDS[found or ("malformed" if status < 500 else "internal")]  # noqa: PLR2004 - classes of status


define(
    "malformed",
    400,
    _("La petición no se entiende"),
    _("Revise que el cuerpo sea JSON en UTF-8 y que la dirección esté bien escrita. No se cambió nada."),
)
define(
    "invalid-cursor",
    400,
    _("El cursor no es de esta lista"),
    _("Use el cursor “next” tal como llegó, o pida la primera página sin cursor."),
)
define(
    "not-authenticated",
    401,
    _("Falta identificarse"),
    _("Envíe “Authorization: Bearer” con una clave de API, o inicie sesión."),
)
define(
    "invalid-token",
    401,
    _("La clave de API no sirve"),
    _("No existe, venció, se revocó o la cuenta está cerrada. Haga otra en la página de claves de API."),
)
define(
    "forbidden",
    403,
    _("No tiene permiso"),
    _("Puede ver esto, pero no hacer lo que pidió. El detalle dice por qué."),
)
define(
    "insufficient-scope",
    403,
    _("La clave no alcanza para esto"),
    _("Su clave de API no incluye el alcance que pide esta operación. Haga otra que lo incluya."),
)
define(
    "csrf",
    403,
    _("Falta la prueba de que la petición viene de nuestro sitio"),
    _(
        "Con sesión, envíe el valor de la galleta csrftoken en X-CSRFToken. Con una clave de API no hace falta."
    ),
)
define(
    "not-found",
    404,
    _("No existe"),
    _("No hay nada en esa dirección, o no está entre lo que usted puede ver."),
)
define(
    "method-not-allowed",
    405,
    _("Esa dirección no admite el método"),
    _("La cabecera Allow dice cuáles admite."),
)
define(
    "not-acceptable",
    406,
    _("No hay respuesta en el formato pedido"),
    _("La API responde application/json; los errores, application/problem+json."),
)
define(
    "conflict",
    409,
    _("El estado actual no lo permite"),
    _("Alguien más lo cambió antes, o ya no está en el estado que hace falta. Lea de nuevo y decida."),
)
define(
    "length-required",
    411,
    _("Falta el tamaño del cuerpo"),
    _("Envíe Content-Length. No se aceptan cuerpos en trozos (chunked)."),
)
define(
    "precondition-failed",
    412,
    _("Cambió desde que lo leyó"),
    _("No se escribió nada. Lea de nuevo, compare y repita con el ETag nuevo en If-Match."),
)
define(
    "too-large",
    413,
    _("El cuerpo es demasiado grande"),
    _("No se leyó. Los archivos se suben por partes, no aquí."),
)
define(
    "unsupported-media-type",
    415,
    _("El cuerpo no es del tipo que se acepta"),
    _("Envíe Content-Type: application/json."),
)
define(
    "invalid",
    422,
    _("Hay datos que no sirven"),
    _("“errors” dice cuáles y por qué. No se escribió nada."),
)
define(
    "precondition-required",
    428,
    _("Falta decir qué versión leyó"),
    _("Envíe en If-Match el ETag con que lo leyó, para no borrar lo que otro haya escrito."),
)
define(
    "too-many-requests",
    429,
    _("Demasiadas peticiones"),
    _("Espere los segundos que dice Retry-After."),
)
define(
    "internal",
    500,
    _("Algo falló de nuestro lado"),
    _("Quedó registrado. Si vuelve a pasar, avise a quien administra el acervo con la hora exacta."),
)
define(
    "unavailable",
    503,
    _("Por ahora no se puede"),
    _("Una parte del sistema no responde. Nada se perdió: intente de nuevo en unos minutos."),
)
