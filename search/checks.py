"""Checks of search: the engine answers, and the index is of this release and follows the catalogue."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dam.health import Check, Level, Trouble
from dam.models import Asset
from search import index
from search.engines.base import IndexOutdated
from search.models import Pending
from search.query import Query, SearchError

MANY_PENDING = 1000


def reach() -> str:
    """Ask the engine for one document. An index still to be built is a warning: the site works without it."""
    try:
        found = index.engine().search(Query(viewer=None, size=1)).total
    except IndexOutdated:
        raise Trouble(
            _("El índice está por hacerse de nuevo: mientras tanto la biblioteca no busca."),
            todo=_("Lo hace el trabajador de la cola «index»; también «manage.py reindex»."),
            warning=True,
        ) from None
    except SearchError as error:
        raise Trouble(
            _("El buscador no responde: %(error)s") % {"error": error.__cause__ or error},
            todo=_("Revise que Elasticsearch esté en marcha y ACERVO_ELASTICSEARCH; el acervo está intacto."),
        ) from error
    return ngettext("%(count)d material en el índice", "%(count)d materiales en el índice", found) % {
        "count": found
    }


def follows() -> str:
    """Count what waits to be indexed, and an index that is empty over a catalogue that is not."""
    waiting = Pending.objects.count()
    if waiting > MANY_PENDING:
        raise Trouble(
            _("%(count)s cambios esperan a entrar al índice.") % {"count": waiting},
            todo=_("Inicie un trabajador de la cola «index», o espere si acaba de llegar mucho material."),
            warning=True,
        )
    if not waiting and not index.is_usable() and Asset.objects.filter(trashed_at=None).exists():
        raise Trouble(
            _("El índice está vacío y el acervo no."), todo=_("Ejecute «manage.py reindex»."), warning=True
        )
    return ngettext("%(count)d cambio en espera", "%(count)d cambios en espera", waiting) % {"count": waiting}


CHECKS = (
    Check("index", gettext_lazy("Búsqueda"), reach, Level.READY),
    Check("index_follows", gettext_lazy("Índice al día"), follows, Level.PAGE),
)
