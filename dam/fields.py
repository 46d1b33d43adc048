"""The descriptive fields: one closed list, under the names of IPTC Photo Metadata and Video Metadata Hub."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Field:
    """One field: its key, its label, the shape of its value and the group it is shown in.

    Shapes: ``text``, ``long`` (several lines), ``list`` (of text), ``date`` (ISO 8601, as precise as known,
    with the offset where known), ``place`` (object: sublocation, city, state, country, country_code),
    ``gps`` (object: latitude, longitude in signed degrees, altitude_m), ``choice`` (of ``choices``), ``number``.
    """

    key: str
    label: str | Promise
    shape: str = "text"
    group: str = "content"
    choices: tuple[tuple[str, str | Promise], ...] = ()
    editable: bool = True
    batch: bool = False


YES_NO = (("yes", _("Sí")), ("no", _("No")))

_ALL = (
    Field("headline", _("Título")),
    Field("description", _("Descripción"), "long"),
    Field("keywords", _("Palabras clave"), "list", batch=True),
    Field("persons_shown", _("Personas que aparecen"), "list", "people"),
    Field("minors_shown", _("¿Aparecen menores?"), "choice", "people", YES_NO, batch=True),
    Field("organisations", _("Organizaciones"), "list", "people"),
    Field("event", _("Evento"), batch=True),
    Field("date_created", _("Fecha de captura"), "date"),
    Field("location_created", _("Lugar de captura"), "place", "place", batch=True),
    Field("location_shown", _("Lugar que se muestra"), "place", "place"),
    Field("gps", _("Coordenadas"), "gps", "place", editable=False),
    Field("creator", _("Autor"), "list", "rights", batch=True),
    Field("creator_job_title", _("Cargo del autor"), group="rights"),
    Field("credit_line", _("Crédito"), group="rights", batch=True),
    Field("copyright_notice", _("Derechos de autor"), group="rights", batch=True),
    Field("usage_terms", _("Condiciones de uso"), "long", "rights", batch=True),
    Field("source", _("Fuente"), group="rights"),
    Field("instructions", _("Instrucciones"), "long", "rights"),
    Field("data_mining", _("Minería de datos"), group="rights", editable=False),
    Field("alt_text", _("Texto alternativo"), "long", "access"),
    Field("extended_description", _("Descripción extendida"), "long", "access"),
    Field("transcript", _("Transcripción"), "long", "access"),
    Field("language", _("Idioma"), "list", "access"),
    Field("title", _("Nombre de la pieza"), group="more"),
    Field("description_writer", _("Quién describió"), group="more"),
    Field("subject_codes", _("Códigos de tema"), "list", "more", editable=False),
    Field("genre", _("Género"), "list", "more"),
    Field("job_id", _("Orden de trabajo"), group="more"),
    Field("rating", _("Calificación"), "number", "more"),
    Field("camera", _("Cámara"), group="more", editable=False),
    Field("lens", _("Lente"), group="more", editable=False),
    Field("digital_source_type", _("Origen digital"), group="more", editable=False),
)

FIELDS: Mapping[str, Field] = MappingProxyType({field.key: field for field in _ALL})
GROUPS: Mapping[str, str | Promise] = MappingProxyType(
    {
        "content": _("Contenido"),
        "people": _("Personas"),
        "place": _("Lugar"),
        "rights": _("Autoría y derechos"),
        "access": _("Accesibilidad e idioma"),
        "more": _("Más datos"),
    }
)
