"""What the demo holds: offices, people, productions and pieces with what is said of them. All of it is invented."""

from dataclasses import dataclass
from typing import Any

from dam.models import Role, UseRole
from ingest.demo.films import Film, Shot
from ingest.demo.music import Bed
from ingest.demo.pieces import Cue, Page, Piece, Still

#: Everybody's: a demo keeps no secrets.
PASSWORD = "acervo-demo-1"  # noqa: S105
CENTRE, EDUCATION, TOURISM = "CGCS", "SEG", "SECTUR"
RETURN, VISIT = "Regreso a clases 2026", "Guanajuato te espera"
MAJOR, CALM = ("C", "G", "Am", "F"), ("Am", "F", "C", "G")


@dataclass(frozen=True, slots=True)
class Office:
    """An agency; ``parent`` is the code of the one above."""

    code: str
    name: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """An account; the one without a role administers."""

    username: str
    name: str
    office: str = CENTRE
    role: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """A production and its team."""

    title: str
    office: str
    description: str
    team: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A piece, who brings it, for whom, and what it is to a production."""

    piece: Piece
    by: str
    office: str
    work: str = ""
    role: str = UseRole.SHOT_FOR


OFFICES = (
    Office(CENTRE, "Coordinación General de Comunicación Social"),
    Office(EDUCATION, "Secretaría de Educación", CENTRE),
    Office(TOURISM, "Secretaría de Turismo", CENTRE),
)
PEOPLE = (
    Person("admin", "Administración Acervo"),
    Person("camarografia", "Julián Arriaga", role=Role.VIDEOGRAPHER),
    Person("produccion", "Marisol Cervantes", role=Role.PRODUCER),
    Person("coordinacion", "Ofelia Rangel", role=Role.COORDINATOR),
    Person("enlace", "Tomás Villagómez", TOURISM, Role.LIAISON),
)
WORKS = (
    Work(
        RETURN, EDUCATION, "Spots y fotografías para la vuelta a las aulas.", ("camarografia", "produccion")
    ),
    Work(
        VISIT,
        TOURISM,
        "Campaña de otoño: ciudades, sierra y laguna.",
        ("camarografia", "produccion", "enlace"),
    ),
)


def _said(headline: str, description: str, words: str, place: str, *, minors: bool = False) -> dict[str, Any]:
    sublocation, _comma, city = place.rpartition(", ")
    shown = {"city": city, "state": "Guanajuato", "country": "México", "country_code": "MEX"}
    return {
        "headline": headline,
        "description": description,
        "keywords": words.split(", "),
        "minors_shown": "yes" if minors else "no",
        "location_shown": shown | ({"sublocation": sublocation} if sublocation else {}),
        "creator": ["Coordinación General de Comunicación Social"],
        "credit_line": "Gobierno del Estado de Guanajuato",
        "copyright_notice": "© 2026 Gobierno del Estado de Guanajuato",
        "usage_terms": "Uso institucional. Prohibida su venta.",
        "language": ["es-MX"],
    }


def _spot(
    title: str, office: str, tempo: int, *shots: Shot, lines: int = 720, gap: tuple[int, int] | None = None
) -> Film:
    name = next(each.name for each in OFFICES if each.code == office)
    frames = 108 if lines == 720 else 96  # noqa: PLR2004
    card = Shot("card", frames, (0, 1, 2), "dusk")
    return Film(title, (*shots, card), title, name, tempo, MAJOR, lines=lines, gap=gap)


def _cues(seconds: float, *texts: str) -> tuple[Cue, ...]:
    each = seconds / len(texts)
    return tuple(
        Cue(number * each + 0.4, (number + 1) * each - 0.2, text) for number, text in enumerate(texts)
    )


SPOTS = (
    Arrival(Piece("SPOT_REGRESO_A_CLASES", _spot(
        "Cada mañana cuenta", EDUCATION, 104,
        Shot("hillside", 110, (0, 1, 1, 2), "morning", "Hoy empieza otro ciclo"),
        Shot("school", 130, (0, 1, 2, 2), "morning", "Mochila, cuadernos\ny ganas de aprender"),
    ), _said("Regreso a clases: cada mañana cuenta", "Niñas y niños llegan a su escuela. Spot de televisión.",
             "escuela, niñez, educación, spot", "Primaria Luz del Bajío, León", minors=True),
        _cues(10, "Hoy empieza otro ciclo.", "Mochila, cuadernos y ganas de aprender.", "Cada mañana cuenta.")),
        "produccion", EDUCATION, RETURN, UseRole.OUTPUT_OF),
    Arrival(Piece("SPOT_GUANAJUATO_TE_ESPERA", _spot(
        "Guanajuato te espera", TOURISM, 92,
        Shot("lagoon", 120, (0, 1, 2), "golden", "Hay tardes que no se olvidan"),
        Shot("sierra", 120, (0, 1, 2), "dawn", "Y mañanas que empiezan arriba"),
    ), _said("Guanajuato te espera", "La laguna al atardecer y la sierra al amanecer. Spot de televisión.",
             "turismo, laguna, sierra, spot", "Laguna de Yuriria, Yuriria"),
        _cues(10, "Hay tardes que no se olvidan.", "Y mañanas que empiezan arriba.", "Guanajuato te espera.")),
        "produccion", TOURISM, VISIT, UseRole.OUTPUT_OF),
    Arrival(Piece("SPOT_CIUDADES_PRIMER_CORTE", _spot(
        "Ciudades para caminar", TOURISM, 98,
        Shot("hillside", 120, (0, 1, 1, 2), "dusk", "Ciudades que se recorren a pie"),
        Shot("agaves", 110, (0, 1), "golden", "y campos que huelen a agave"), gap=(104, 130),
    ), _said("Ciudades para caminar (primer corte)", "Primer corte: queda un hueco en negro por corregir.",
             "turismo, ciudad, agave, primer corte", "Centro histórico, Guanajuato"),
        _cues(10, "Ciudades que se recorren a pie", "y campos que huelen a agave.", "Ciudades para caminar.")),
        "produccion", TOURISM, VISIT, UseRole.SHOT_FOR),
    Arrival(Piece("SPOT_TRANSPORTE_RURAL_1080i", _spot(
        "El camino llega a tu comunidad", CENTRE, 100,
        Shot("road", 216, (0, 1, 1, -1, 2), "morning", "Cada día, más cerca"), lines=1080,
    ), _said("El camino llega a tu comunidad", "Un autobús cruza el campo. Copia para televisora.",
             "transporte, camino, campo, spot", "Corralejo, Pénjamo"),
        _cues(10, "Un camino acerca la escuela y el mercado.", "El camino llega a tu comunidad.")),
        "produccion", CENTRE),
)  # fmt: skip

RADIO = tuple(
    Arrival(Piece(name, Bed(seconds, tempo, chords, name), _said(headline, description, words, city)), "produccion", office, work, UseRole.USED_IN)
    for name, seconds, tempo, chords, office, headline, description, words, city, work in (
        ("RADIO_CORTINILLA_REGRESO", 15.0, 112, MAJOR, EDUCATION, "Cortinilla de radio: regreso a clases",
         "Marimba alegre para cerrar el spot de radio.", "radio, cortinilla, música, escuela", "León", RETURN),
        ("RADIO_FONDO_TURISMO", 20.0, 84, CALM, TOURISM, "Fondo musical: Guanajuato te espera",
         "Fondo tranquilo para que la locución vaya encima.", "radio, fondo musical, turismo", "Guanajuato", VISIT),
        ("RADIO_IDENTIFICACION", 8.0, 120, ("F", "C", "G", "C"), CENTRE, "Identificación sonora",
         "Ocho segundos para abrir o cerrar un programa.", "radio, identificación, música", "Guanajuato", ""),
    )
)  # fmt: skip

PHOTOGRAPHS = tuple(
    Arrival(
        Piece(name, Still(scene, light), {
            **_said(headline, description, words, place, minors=scene == "school"),
            "creator": ["Julián Arriaga"], "date_created": day, "alt_text": description,
        }), "camarografia", office, work,
    )
    for name, scene, light, office, headline, description, words, place, day, work in (
        ("FOTO_0412", "hillside", "golden", TOURISM, "Casas de colores al atardecer", "Casas de colores suben por el cerro alrededor de una iglesia.",
         "ciudad, casas, atardecer", "Cerro de San Miguel, Guanajuato", "2026-10-03", VISIT),
        ("FOTO_0418", "hillside", "night", TOURISM, "La ciudad de noche", "Ventanas encendidas en las casas del cerro.",
         "ciudad, noche, luces", "Cerro de San Miguel, Guanajuato", "2026-10-03", VISIT),
        ("FOTO_0501", "lagoon", "dusk", TOURISM, "Lanchas en la laguna", "Dos lanchas sobre el agua quieta, entre tules.",
         "laguna, lanchas, pesca", "Laguna de Yuriria, Yuriria", "2026-10-09", VISIT),
        ("FOTO_0507", "lagoon", "dawn", TOURISM, "Pescadores al amanecer", "Un pescador rema cuando apenas sale el sol.",
         "laguna, pescadores, amanecer", "Laguna de Yuriria, Yuriria", "2026-10-10", VISIT),
        ("FOTO_0517", "sierra", "dawn", TOURISM, "Amanecer en la sierra", "Cerros cubiertos de pinos, uno detrás de otro.",
         "sierra, pinos, amanecer", "Sierra Gorda, Xichú", "2026-10-11", VISIT),
        ("FOTO_0521", "sierra", "morning", CENTRE, "Bosque de pinos", "La mañana despeja entre los pinos de la sierra.",
         "sierra, bosque, pinos", "Sierra Gorda, Xichú", "2026-10-11", ""),
        ("FOTO_0533", "agaves", "golden", CENTRE, "Surcos de agave", "Hileras de agave azul llegan hasta los cerros.",
         "agave, campo, agricultura", "Corralejo, Pénjamo", "2026-10-14", ""),
        ("FOTO_0540", "agaves", "morning", CENTRE, "Campo de agave por la mañana", "El agave se extiende bajo un cielo claro.",
         "agave, campo, cielo", "Corralejo, Pénjamo", "2026-10-15", ""),
        ("FOTO_0552", "road", "golden", CENTRE, "Autobús rumbo a la comunidad", "Un autobús de pasajeros cruza la llanura.",
         "transporte, autobús, camino", "Pénjamo", "2026-10-16", ""),
        ("FOTO_0560", "school", "morning", EDUCATION, "Primer día de clases", "Niñas y niños con mochila llegan a la escuela.",
         "escuela, niñez, mochilas", "Primaria Luz del Bajío, León", "2026-08-31", RETURN),
        ("FOTO_0566", "school", "golden", EDUCATION, "La salida de la escuela", "Niñas y niños caminan frente a su escuela por la tarde.",
         "escuela, niñez, tarde", "Primaria Luz del Bajío, León", "2026-08-31", RETURN),
    )
)  # fmt: skip

BRIEF = Arrival(Piece("BRIEF_REGRESO_A_CLASES", Page("Regreso a clases 2026: brief", OFFICES[1].name, (
    "Objetivo: que cada niña y cada niño vuelva al aula el primer día.", "", "Público: madres, padres y quienes cuidan.",
    "Mensaje: cada mañana cuenta.", "Tono: cálido y claro.", "", "Piezas: un spot de televisión, una cortinilla y dos fotografías.",
    "Fechas: del 17 de agosto al 11 de septiembre de 2026.",
)), _said("Brief: regreso a clases", "Objetivo, público, mensaje y fechas de la campaña.", "brief, campaña, escuela", "Guanajuato")),
    "coordinacion", EDUCATION, RETURN)  # fmt: skip

#: In the order of arriving: something to see at once, then what takes time to convert.
ARRIVALS = (
    *PHOTOGRAPHS[:4],
    SPOTS[0],
    RADIO[0],
    *PHOTOGRAPHS[4:8],
    SPOTS[1],
    BRIEF,
    *PHOTOGRAPHS[8:],
    *RADIO[1:],
    *SPOTS[2:],
)
