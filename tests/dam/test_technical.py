"""What the probe measured, in words, from facts as the probe really leaves them."""

import pytest
from django.utils import translation

from dam import technical
from dam.models import AssetVersion
from tests import factories

pytestmark = pytest.mark.django_db

TRACK = {
    "codec": "hevc",
    "profile": "Main 10",
    "pixel_format": "yuv420p10le",
    "bit_depth": 10,
    "width": 3840,
    "height": 2160,
    "rotation": 0,
    "frame_rate": {"num": 30000, "den": 1001},
    "variable_frame_rate": False,
    "frames": 300,
    "field_order": "progressive",
    "primaries": "bt2020",
    "transfer": "arib-std-b67",
    "matrix": "bt2020nc",
    "hdr": "hlg",
    "bit_rate": 52_400_000,
}
SOUND = {
    "codec": "pcm_s24le",
    "sample_rate": 48000,
    "channels": 2,
    "layout": "stereo",
    "bits": 24,
    "language": "spa",
}


def rows(version: AssetVersion) -> dict[str, dict[str, str]]:
    return {table.title: dict(table.rows) for table in technical.tables(version)}


def picture(**fields: object) -> dict[str, str]:
    return rows(factories.version("video", technical={"video": [{**TRACK, **fields}]}))["Imagen"]


def sound(**fields: object) -> dict[str, str]:
    return rows(factories.version("audio", technical={"audio": [{**SOUND, **fields}]}))["Sonido"]


def test_a_video_is_told_by_its_file_its_picture_and_its_sound():
    facts = {"container": "mov,mp4", "bit_rate": 54_000_000, "reel": "A001", "video": [TRACK]}
    version = factories.version(
        "video", technical={**facts, "audio": [SOUND]}, start_timecode="01:00:00;00", drop_frame=True
    )
    told = rows(version)
    assert list(told) == ["Archivo", "Imagen", "Sonido"]
    assert told["Archivo"] == {
        "Tipo": "video/mp4",
        "Contenedor": "mov,mp4",
        "Duración": "0:10 (300 cuadros)",
        "Código de tiempo inicial": "01:00:00;00",
        "Tamaño al mostrarse": "1920 × 1080",
        "Tasa total": "54.0 Mb/s",
        "Carrete": "A001",
    }
    assert told["Imagen"] == {
        "Códec": "hevc, Main 10",
        "Tamaño guardado": "3840 × 2160",
        "Cuadros por segundo": "29.97 (30000/1001)",
        "Cuadros": "300",
        "Campos": "Progresivo",
        "Muestreo y bits": "yuv420p10le, 10 bits",
        "Color": "bt2020, arib-std-b67, bt2020nc",
        "Alto rango dinámico": "HLG",
        "Tasa": "52.4 Mb/s",
    }
    assert told["Sonido"] == {
        "Códec": "pcm_s24le",
        "Canales": "2, stereo",
        "Muestreo": "48 kHz, 24 bits",
        "Idioma": "spa",
    }


@pytest.mark.parametrize(
    ("num", "den", "variable", "words"),
    [
        (25, 1, False, "25"),
        (24000, 1001, False, "23.976 (24000/1001)"),
        (60000, 1001, False, "59.94 (60000/1001)"),
        (100, 1, False, "100"),
        (25, 2, False, "12.5 (25/2)"),
        (30, 1, True, "30, variable"),
        (0, 1, False, None),
        (30, 0, False, None),
    ],
)
def test_a_frame_rate_is_exact(num: int, den: int, variable: object, words: str | None):
    told = picture(frame_rate={"num": num, "den": den}, variable_frame_rate=variable)
    assert told.get("Cuadros por segundo") == words


@pytest.mark.parametrize(
    ("field", "value", "name", "words"),
    [
        ("field_order", "tff", "Campos", "Entrelazado, campo superior primero"),
        ("field_order", "bff", "Campos", "Entrelazado, campo inferior primero"),
        ("field_order", "unknown", "Campos", None),
        ("rotation", 90, "Giro", "90°"),
        ("rotation", 0, "Giro", None),
        ("hdr", "", "Alto rango dinámico", None),
        ("bit_rate", None, "Tasa", None),
        ("bit_rate", 640_000, "Tasa", "640 kb/s"),
        ("frames", 0, "Cuadros", None),
        ("profile", "", "Códec", "hevc"),
    ],
)
def test_what_is_not_known_of_a_picture_is_left_out(field: str, value: object, name: str, words: str | None):
    assert picture(**{field: value}).get(name) == words


@pytest.mark.parametrize(
    ("field", "value", "name", "words"),
    [
        ("sample_rate", 44100, "Muestreo", "44.1 kHz, 24 bits"),
        ("bits", 0, "Muestreo", "48 kHz"),
        ("layout", "", "Canales", "2"),
        ("language", "", "Idioma", None),
    ],
)
def test_what_is_not_known_of_a_sound_is_left_out(field: str, value: object, name: str, words: str | None):
    assert sound(**{field: value}).get(name) == words


def test_several_sounds_are_numbered_and_all_captions_are_in_one_table():
    facts = {
        "audio": [SOUND, {**SOUND, "language": "eng"}],
        "text": [{"codec": "mov_text", "language": "spa"}, {"codec": "eia_608", "language": ""}],
    }
    told = rows(factories.version("video", technical=facts))
    assert list(told) == ["Archivo", "Sonido 1", "Sonido 2", "Subtítulos"]
    assert told["Sonido 2"]["Idioma"] == "eng"
    assert told["Subtítulos"] == {"mov_text": "spa", "eia_608": "—"}


def test_a_sound_s_length_has_no_frames():
    assert rows(factories.version("audio"))["Archivo"]["Duración"] == "0:10"


def test_a_turned_photograph_shows_both_sizes():
    facts = {
        "format": "jpeg",
        "width": 4000,
        "height": 6000,
        "bit_depth": 8,
        "colour_space": "srgb",
        "icc_profile": "Display P3",
        "has_alpha": False,
        "pages": 1,
    }
    assert rows(factories.version("photo", technical=facts))["Archivo"] == {
        "Tipo": "image/jpeg",
        "Formato": "jpeg",
        "Tamaño al mostrarse": "6000 × 4000",
        "Tamaño guardado": "4000 × 6000",
        "Profundidad": "8 bits",
        "Espacio de color": "srgb",
        "Perfil de color": "Display P3",
    }


def test_a_photograph_shown_as_it_is_stored_has_one_size():
    told = rows(factories.version("photo", technical={"width": 6000, "height": 4000, "has_alpha": True}))
    assert "Tamaño guardado" not in told["Archivo"]
    assert told["Archivo"]["Transparencia"] == "Sí"


@pytest.mark.parametrize(("pages", "words"), [(12, "12"), (1, None), (0, None), (None, None)])
def test_a_document_s_pages_are_told_where_there_are_several(pages: int | None, words: str | None):
    assert rows(factories.version("document", technical={"pages": pages}))["Archivo"].get("Páginas") == words


def test_what_nobody_could_read_has_its_type_alone():
    assert rows(factories.version("other")) == {"Archivo": {"Tipo": "application/octet-stream"}}


def test_the_names_are_in_the_language_of_the_page():
    version = factories.version("video", technical={"video": [TRACK]})
    with translation.override("en"):
        told = rows(version)
    assert list(told) == ["File", "Picture"]
    assert told["File"]["Duration"] == "0:10 (300 frames)"
