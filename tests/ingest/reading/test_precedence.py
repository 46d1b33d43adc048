"""Where several sources say different things, which one counts."""

import pytest

from ingest.reading.precedence import RULES, Rule, Sources, resolve, stated, winner
from ingest.reading.xmp import Alternatives

DESCRIPTION = next(rule for rule in RULES if rule.field == "description")
KEYWORDS = next(rule for rule in RULES if rule.field == "keywords")
CREATOR = next(rule for rule in RULES if rule.field == "creator")


def said(rule: Rule, *, exif="", iim=(), xmp=None, iim_changed=False):
    sources = Sources(
        exif={f"Image.{rule.exif}": exif} if exif else {},
        iim={f"Application2.{rule.iim}": list(iim)} if iim else {},
        xmp={rule.xmp[0]: xmp} if xmp is not None else {},
        iim_changed=iim_changed,
    )
    return [(found.value, found.origin) for found in winner(rule, sources)]


def test_xmp_comes_before_iim():
    assert said(DESCRIPTION, iim=["iim"], xmp="xmp") == [("xmp", "XMP:dc:description")]


def test_iim_that_was_changed_afterwards_comes_before_xmp():
    assert said(DESCRIPTION, iim=["iim"], xmp="xmp", iim_changed=True) == [("iim", "IIM:2:120")]
    assert said(DESCRIPTION, xmp="xmp", iim_changed=True) == [("xmp", "XMP:dc:description")]


def test_exif_comes_before_both():
    assert said(DESCRIPTION, exif="exif", iim=["iim"], xmp="xmp") == [("exif", "EXIF:ImageDescription")]


@pytest.mark.parametrize("phrase", ["OLYMPUS DIGITAL CAMERA", "SONY DSC", "   ", "null", "Untitled"])
def test_what_cameras_write_by_themselves_is_no_description(phrase):
    assert said(DESCRIPTION, exif=phrase, xmp="xmp") == [("xmp", "XMP:dc:description")]
    assert said(DESCRIPTION, exif=phrase) == []


@pytest.mark.parametrize(
    "exif",
    ["Visita a Le?n, Guanajuato", "Visita a Len, Guanajuato", "Visita a Le", "Visita a León, Guanajuato"],
)
def test_exif_that_says_the_same_or_less_adds_nothing(exif):
    found = said(DESCRIPTION, exif=exif, xmp="Visita a León, Guanajuato")
    assert found == [("Visita a León, Guanajuato", "XMP:dc:description")]


def test_exif_creators_are_parted_by_semicolons():
    assert said(CREATOR, exif="Ana; Luis; Ana") == [(["Ana", "Luis"], "EXIF:Artist")]


def test_each_language_is_a_value_of_its_own():
    texts = Alternatives({"x-default": "Agua", "es": "Agua", "en": "Water", "fr": " "})
    found = winner(DESCRIPTION, Sources(xmp={"dc:description": texts}))
    assert [(each.value, each.language, each.origin) for each in found] == [
        ("Agua", "", "XMP:dc:description[x-default]"),
        ("Agua", "es", "XMP:dc:description[es]"),
        ("Water", "en", "XMP:dc:description[en]"),
    ]


def test_lists_say_each_thing_once():
    assert said(KEYWORDS, xmp=["agua", " agua ", "", "null", "campo"]) == [
        (["agua", "campo"], "XMP:dc:subject")
    ]
    assert said(KEYWORDS, iim=["agua", "campo", "agua"]) == [(["agua", "campo"], "IIM:2:025")]
    assert said(KEYWORDS, xmp="agua") == [(["agua"], "XMP:dc:subject")]


def test_lists_are_not_joined_with_those_of_others():
    assert said(KEYWORDS, iim=["viejo"], xmp=["nuevo"]) == [(["nuevo"], "XMP:dc:subject")]


@pytest.mark.parametrize("nothing", ["", "null", "(null)", "None", "\x00", " \r\n "])
def test_what_programs_write_for_nothing_is_nothing(nothing):
    assert stated(nothing) == ""
    assert said(DESCRIPTION, iim=[nothing], xmp=nothing) == []
    assert said(KEYWORDS, iim=[nothing], xmp=[nothing]) == []


def test_an_empty_winner_leaves_its_place():
    assert said(DESCRIPTION, iim=["iim"], xmp=" null ") == [("iim", "IIM:2:120")]


def test_parts_of_structures():
    persons = next(rule for rule in RULES if rule.field == "persons_shown")
    details = [
        {"Iptc4xmpExt:PersonName": Alternatives({"x-default": "Ana"})},
        {"Iptc4xmpExt:PersonName": "Luis"},
        "x",
    ]
    found = winner(persons, Sources(xmp={"Iptc4xmpExt:PersonInImageWDetails": details}))
    assert [(each.value, each.origin) for each in found] == [
        (["Ana", "Luis"], "XMP:Iptc4xmpExt:PersonInImageWDetails/Iptc4xmpExt:PersonName")
    ]
    plain = {"Iptc4xmpExt:PersonInImage": ["Eva"], "Iptc4xmpExt:PersonInImageWDetails": details}
    assert winner(persons, Sources(xmp=plain))[0].value == ["Eva"]


def test_several_values_of_a_single_field_are_lines():
    assert said(DESCRIPTION, iim=["uno", "dos"]) == [("uno\ndos", "IIM:2:120")]
    assert said(DESCRIPTION, xmp=["uno", "dos"]) == [("uno; dos", "XMP:dc:description")]


def test_each_field_is_decided_by_itself():
    sources = Sources(
        exif={"Image.Artist": "Ana"},
        iim={"Application2.Headline": ["Título"], "Application2.Keywords": ["agua"]},
        xmp={"dc:subject": ["campo"], "dc:rights": "Gobierno"},
    )
    found = {each.field: each.origin for each in resolve(sources)}
    assert found == {
        "headline": "IIM:2:105",
        "keywords": "XMP:dc:subject",
        "creator": "EXIF:Artist",
        "copyright_notice": "XMP:dc:rights",
    }


def test_nothing_says_nothing():
    assert list(resolve(Sources())) == []


def test_no_field_has_two_rules():
    names = [rule.field for rule in RULES]
    assert len(names) == len(set(names))
