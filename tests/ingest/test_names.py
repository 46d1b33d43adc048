"""Hostile and odd names come out safe, and readable ones untouched."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import names


@pytest.mark.parametrize(
    "name",
    [
        "Niño en Dolores.jpg",
        "a.b.c.mp4",
        "-rf.jpg",
        "CON.jpg",
        "<script>alert(1)<b>.png",
        "🎬.mov",
        "ملف.jpg",
    ],
)
def test_ordinary_names_stay_as_they_are(name):
    assert names.of(name.encode()).filename == name


@pytest.mark.parametrize(
    ("raw", "filename", "folder"),
    [
        (b"../../etc/passwd", "passwd", "etc"),
        (b"/etc/shadow", "shadow", "etc"),
        (b"C:\\Users\\ana\\foto.jpg", "foto.jpg", "Users/ana"),
        (b"tarjeta/Clip/C0001.MXF", "C0001.MXF", "tarjeta/Clip"),
        (b"..", names.NAMELESS, ""),
        (b"", names.NAMELESS, ""),
        (b"   ", names.NAMELESS, ""),
        (b"C:", "C:", ""),
    ],
)
def test_a_path_is_a_name_and_a_relative_folder(raw, filename, folder):
    assert names.of(raw) == names.Name(filename, folder)


def test_the_folder_may_come_apart():
    name = names.of(b"foto.jpg", b"../salida/dia 1/")
    assert name == names.Name("foto.jpg", "salida/dia 1")
    assert name.path == "salida/dia 1/foto.jpg"


def test_control_characters_and_reordering_marks_show_as_such():
    assert names.text(b"a\x00b\nc\x7f.jpg") == "a\ufffdb\ufffdc\ufffd.jpg"
    assert names.text("foto\u202egpj.exe".encode()) == "foto\ufffdgpj.exe"


def test_names_that_are_not_utf8_are_read_as_windows_latin():
    assert names.text("año.jpg".encode("latin-1")) == "año.jpg"


def test_decomposed_names_are_composed():
    decomposed = unicodedata.normalize("NFD", "Página.jpg")
    assert decomposed != "Página.jpg"
    assert names.of(decomposed.encode()).filename == "Página.jpg"


def test_a_long_name_keeps_its_suffix():
    name = names.of(b"x" * 4096 + b".jpeg").filename
    assert len(name) == names.NAME_CHARACTERS
    assert name.endswith("x.jpeg")


def test_a_long_name_without_a_real_suffix_is_cut():
    assert names.of(b"." + b"y" * 4096).filename == "." + "y" * (names.NAME_CHARACTERS - 1)


def test_of_a_deep_path_the_innermost_folders_stay():
    name = names.of(b"/".join([b"n%04d" % level for level in range(1000)]) + b"/foto.jpg")
    assert len(name.folder) <= names.FOLDER_CHARACTERS
    assert name.folder.endswith("n0998/n0999")


@given(st.binary(max_size=600), st.binary(max_size=600))
def test_whatever_arrives_fits_and_can_be_stored(raw, folder):
    name = names.of(raw, folder)
    for part in (name.filename, name.folder):
        part.encode()
        assert "\x00" not in part
        assert part == unicodedata.normalize("NFC", part)
    assert 0 < len(name.filename) <= names.NAME_CHARACTERS
    assert len(name.folder) <= names.FOLDER_CHARACTERS
    assert "/" not in name.filename
    assert not set(name.folder.split("/")) & {".", ".."}
