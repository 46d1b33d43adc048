"""XMP packets: values, languages, hostile input."""

import pytest

from ingest.reading.xmp import Alternatives, parse
from transcode.sandbox import ParserRefused

HEAD = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:own="http://example.org/own/"
 xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/">"""
TAIL = "</rdf:RDF></x:xmpmeta><?xpacket end='w'?>"


def properties(body: str):
    return parse(f"{HEAD}{body}{TAIL}")


def described(inner: str, attributes: str = ""):
    return properties(f'<rdf:Description rdf:about="" {attributes}>{inner}</rdf:Description>')


def test_attributes_and_elements_are_the_same():
    assert described("", 'photoshop:City="León"') == {"photoshop:City": "León"}
    assert described("<photoshop:City>León</photoshop:City>") == {"photoshop:City": "León"}


def test_prefixes_are_the_ones_everybody_knows_whatever_the_file_calls_them():
    assert described("<ext:Event>Gira</ext:Event>") == {"Iptc4xmpExt:Event": "Gira"}


def test_lists_and_languages():
    found = described(
        "<dc:subject><rdf:Bag><rdf:li>agua</rdf:li><rdf:li>campo</rdf:li></rdf:Bag></dc:subject>"
        "<dc:creator><rdf:Seq><rdf:li>Ana</rdf:li></rdf:Seq></dc:creator>"
        '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Agua</rdf:li><rdf:li xml:lang="en">Water</rdf:li></rdf:Alt></dc:title>'
    )
    assert found["dc:subject"] == ["agua", "campo"]
    assert found["dc:creator"] == ["Ana"]
    assert found["dc:title"] == {"x-default": "Agua", "en": "Water"}
    assert isinstance(found["dc:title"], Alternatives)


def test_alternatives_without_languages_are_a_list():
    assert described("<dc:title><rdf:Alt><rdf:li>Agua</rdf:li></rdf:Alt></dc:title>") == {
        "dc:title": ["Agua"]
    }


@pytest.mark.parametrize(
    "item",
    [
        '<rdf:li rdf:parseType="Resource"><ext:City>León</ext:City><ext:CountryCode>MX</ext:CountryCode></rdf:li>',
        "<rdf:li><rdf:Description><ext:City>León</ext:City><ext:CountryCode>MX</ext:CountryCode></rdf:Description></rdf:li>",
        '<rdf:li ext:City="León" ext:CountryCode="MX"/>',
        '<rdf:li><rdf:Description ext:City="León" ext:CountryCode="MX"/></rdf:li>',
    ],
    ids=["resource", "description", "attributes", "description of attributes"],
)
def test_structures_in_all_their_spellings(item):
    found = described(f"<ext:LocationShown><rdf:Bag>{item}</rdf:Bag></ext:LocationShown>")
    place = {"Iptc4xmpExt:City": "León", "Iptc4xmpExt:CountryCode": "MX"}
    assert found == {"Iptc4xmpExt:LocationShown": [place]}


def test_a_value_that_is_an_address():
    assert described('<plus:DataMining rdf:resource="http://example.org/x"/>') == {
        "plus:DataMining": "http://example.org/x"
    }


def test_a_qualified_value_is_its_value():
    inner = '<dc:source rdf:parseType="Resource"><rdf:value>x</rdf:value><own:note>y</own:note></dc:source>'
    assert described(inner) == {"dc:source": "x"}


def test_several_descriptions_are_one():
    found = properties(
        '<rdf:Description rdf:about="" photoshop:City="León"/><rdf:Description photoshop:Country="México"/>'
    )
    assert found == {"photoshop:City": "León", "photoshop:Country": "México"}


def test_unknown_namespaces_are_left_out():
    assert described("<own:secret>x</own:secret>", 'own:more="y"') == {}


def test_empty_properties_are_empty():
    assert described("<photoshop:City/>") == {"photoshop:City": ""}


def test_what_stands_around_the_packet_does_not_matter():
    assert parse(f"junk before {HEAD}<rdf:Description/>{TAIL} and after") == {}


@pytest.mark.parametrize("name", ["xmpmeta", "xapmeta"])
def test_old_roots_are_taken(name):
    body = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description/></rdf:RDF>'
    assert parse(f'<x:{name} xmlns:x="adobe:ns:meta/">{body}</x:{name}>') == {}
    assert parse(body) == {}


@pytest.mark.parametrize(
    "packet",
    [
        "",
        "no xml at all",
        f"{HEAD}<rdf:Description>{TAIL}",
        f"{HEAD}<rdf:Description own:x='&unknown;'/>{TAIL}",
        "<rdf:RDF>" + "<a>" * 3000 + "</a>" * 3000 + "</rdf:RDF>",
        " " * (17 * 1024 * 1024),
    ],
    ids=["empty", "text", "unclosed", "entity", "prefix and depth", "too large"],
)
def test_what_is_broken_is_refused(packet):
    with pytest.raises(ParserRefused) as refusal:
        parse(packet)
    assert refusal.value.code == "broken_xmp"


def test_entities_are_not_expanded():
    """A document type would stand before the root, where nothing is read."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>' + HEAD + "<rdf:Description photoshop:City='&a;'/>" + TAIL
    with pytest.raises(ParserRefused):
        parse(bomb)


def test_deep_nesting_ends():
    inner = (
        "<dc:title>"
        + "<rdf:Description><dc:title>" * 3000
        + "</dc:title></rdf:Description>" * 3000
        + "</dc:title>"
    )
    try:
        described(inner)
    except ParserRefused as refusal:
        ended = refusal.code
    else:
        ended = "read"
    assert ended in {"read", "broken_xmp"}
