"""Every reason has its words, in three parts, in the language of who reads them."""

import pytest
from django.utils import translation

from ingest import reasons
from ingest.parsing import _ENDINGS


@pytest.mark.parametrize("code", sorted(reasons.CODES))
def test_every_reason_says_what_was_kept_and_what_to_do(code):
    said = reasons.explain(code, {"detail": "65536x65536"})
    assert said.what.endswith((".", ")."))
    assert said.kept == "Se guardó en cuarentena tal como llegó."
    assert said.todo.endswith(".")
    assert "!" not in str(said)
    assert "%(" not in str(said)
    assert len(code) <= 40


def test_details_are_told():
    said = reasons.explain("too_many_pixels", {"detail": "65536x65536"})
    assert "65536x65536" in said.what
    assert said.detail == "65536x65536"


def test_a_reason_without_its_details_still_reads():
    assert "%(" not in reasons.explain("too_many_pixels", {}).what


def test_a_reason_of_a_newer_version_reads_as_unreadable():
    assert reasons.explain("from the future", {}).what == reasons.explain("unreadable", {}).what


def test_what_parsers_refuse():
    assert reasons.of_parser("too_many_pixels") == "too_many_pixels"
    assert reasons.of_parser("whatever") == "unreadable"
    assert {code for _kind, code in _ENDINGS} <= reasons.CODES


def test_words_are_chosen_when_they_are_shown():
    with translation.override("es-mx"):
        assert str(reasons.explain("empty", {})).startswith("El archivo está vacío.")
