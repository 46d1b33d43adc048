"""Descriptive metadata as XMP: every value in the property and the form that the standard gives it."""

import pytest
from defusedxml.ElementTree import fromstring

from transcode.xmp_packet import MAX_BYTES, NAMESPACES, PROPERTIES, build

RDF = f"{{{NAMESPACES['rdf']}}}"


def qualified(name: str):
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def described(values):
    """The one description in the packet."""
    packet = build(values)
    body = packet[packet.index("?>") + 2 : packet.rindex("<?xpacket")]
    (description,) = fromstring(body).iter(f"{RDF}Description")
    return description


def texts(values, name: str):
    element = described(values).find(qualified(name))
    assert element is not None, name
    items = list(element.iter(f"{RDF}li"))
    return [item.text for item in items] if items else [element.text]


def test_a_packet_has_its_frame():
    packet = build({"headline": "Año"})
    assert packet.startswith('<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta')
    assert packet.endswith('<?xpacket end="w"?>')


@pytest.mark.parametrize("field", sorted(PROPERTIES))
def test_every_field_is_written(field):
    name, form = PROPERTIES[field]
    value = ["uno", "dos"] if form in {"bag", "sequence"} else "uno"
    assert texts({field: value}, name) == (["uno", "dos"] if form in {"bag", "sequence"} else ["uno"])


@pytest.mark.parametrize(("field", "kind"), [("keywords", "Bag"), ("creator", "Seq"), ("description", "Alt")])
def test_the_kind_of_list_is_xmps_own(field, kind):
    element = described({field: ["a"] if kind != "Alt" else "a"}).find(qualified(PROPERTIES[field][0]))
    assert element is not None
    assert [child.tag for child in element] == [f"{RDF}{kind}"]


def test_texts_in_a_language_alternative_are_the_default():
    element = described({"description": "Hola"}).find(qualified("dc:description"))
    assert element is not None
    (item,) = element.iter(f"{RDF}li")
    assert item.get("{http://www.w3.org/XML/1998/namespace}lang") == "x-default"


@pytest.mark.parametrize("value", [None, "", [], ()])
def test_empty_values_are_not_written(value):
    assert list(described({"headline": value, "keywords": value})) == []


def test_zero_is_no_empty_value():
    assert texts({"rating": 0}, "xmp:Rating") == ["0"]


def test_places_are_written_for_new_programs_and_old():
    place = {
        "city": "León",
        "state": "Guanajuato",
        "country": "México",
        "country_code": "MX",
        "sublocation": "Poliforum",
    }
    description = described({"location_shown": place})
    structure = description.find(qualified("Iptc4xmpExt:LocationShown"))
    assert structure is not None
    (item,) = structure.iter(f"{RDF}li")
    assert item.get(f"{RDF}parseType") == "Resource"
    assert {child.tag.rpartition("}")[2]: child.text for child in item} == {
        "Sublocation": "Poliforum",
        "City": "León",
        "ProvinceState": "Guanajuato",
        "CountryName": "México",
        "CountryCode": "MX",
    }
    assert texts({"location_shown": place}, "photoshop:City") == ["León"]
    assert texts({"location_created": place}, "photoshop:Country") == ["México"]


def test_a_copyright_notice_marks_the_picture_as_protected():
    assert texts({"copyright_notice": "© Gobierno"}, "xmpRights:Marked") == ["True"]
    assert described({"headline": "x"}).find(qualified("xmpRights:Marked")) is None


def test_coordinates_are_never_in_the_packet():
    assert "101.25" not in build({"gps": {"latitude": 21.0, "longitude": -101.25, "altitude_m": None}})


@pytest.mark.parametrize("text", ["<b> & \"c\" 'd'", "]]>", "línea\notra", "ñ😀"])
def test_signs_of_markup_are_escaped(text):
    assert texts({"headline": text}, "photoshop:Headline") == [text]


@pytest.mark.parametrize("text", ["a\x00b", "a\x08b", "a\x1fb", "a\ufffeb"])
def test_what_xml_cannot_say_is_left_out(text):
    assert texts({"headline": text}, "photoshop:Headline") == ["ab"]


@pytest.mark.parametrize(
    "values",
    [
        {"description": "ñ" * 100_000},
        {"keywords": ["palabra"] * 20_000},
        {"description": "x" * 50_000, "extended_description": "y" * 50_000, "headline": "Título"},
        {"rating": "9" * 70_000, "headline": "Título"},
    ],
    ids=["one text", "one list", "two texts", "a long number"],
)
def test_what_a_segment_cannot_hold_is_cut_from_the_longest(values):
    packet = build(values)
    assert len(packet.encode()) <= MAX_BYTES
    assert "Título" in packet or "headline" not in values


def test_the_values_given_are_not_changed():
    values = {"keywords": ["palabra"] * 20_000}
    build(values)
    assert len(values["keywords"]) == 20_000
