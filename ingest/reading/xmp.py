"""XMP packets: the RDF of ISO 16684-1, read into plain values under the prefixes that everybody knows."""

import re
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from transcode.sandbox import ParserRefused

Node = Any  # str | list[Node] | Alternatives | dict[str, Node]: JSON with one marked kind of object

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/xmp/1.0/DynamicMedia/": "xmpDM",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
    "http://ns.useplus.org/ldf/xmp/1.0/": "plus",
    "http://www.metadataworkinggroup.com/schemas/regions/": "mwg-rs",
}
MAX_BYTES = 16 * 1024 * 1024
_PACKET = re.compile(r"<(?:\w+:)?(xmpmeta|xapmeta|RDF)[\s>].*</(?:\w+:)?\1\s*>", re.DOTALL)


class Alternatives(dict[str, str]):
    """One text in several languages, by tag; 'x-default' is the one to show when in doubt."""


def parse(packet: str) -> dict[str, Node]:
    """Every property of every description, by 'prefix:name'; those of unknown namespaces are left out.

    Raise ParserRefused('broken_xmp') for what is no XMP, or has entities or a document type, which XMP has not.
    """
    if len(packet) > MAX_BYTES:
        raise ParserRefused("broken_xmp", "too large")
    body = _PACKET.search(packet)
    if body is None:
        raise ParserRefused("broken_xmp", "no RDF in it")
    properties: dict[str, Node] = {}
    try:
        root = fromstring(body.group(0))
        for rdf in root.iter(f"{_RDF}RDF"):
            for description in rdf.findall(f"{_RDF}Description"):
                properties |= _struct(description)
    except (ParseError, DefusedXmlException, RecursionError, ValueError) as error:
        raise ParserRefused("broken_xmp", str(error)[:200]) from error
    return properties


def _name(tag: str) -> str | None:
    namespace, _, local = tag[1:].partition("}")
    prefix = PREFIXES.get(namespace)
    return f"{prefix}:{local}" if prefix and local else None


def _struct(element: Element) -> dict[str, Node]:
    """The fields of a structure or description: attributes and child elements alike."""
    found: dict[str, Node] = {}
    for tag, value in element.attrib.items():
        if tag.startswith("{") and (name := _name(tag)):
            found[name] = value
    for child in element:
        if name := _name(child.tag):
            found[name] = _value(child)
    return found


def _value(element: Element) -> Node:
    """A property, or an item of a list: ISO 16684-1, 7.4 to 7.9."""
    if element.get(f"{_RDF}parseType") == "Resource":
        return _qualified(_struct(element), element)
    if len(element) == 0:
        return element.get(f"{_RDF}resource") or _struct(element) or element.text or ""
    child = element[0]
    if child.tag in {f"{_RDF}Bag", f"{_RDF}Seq"}:
        return [_value(item) for item in child]
    if child.tag == f"{_RDF}Alt":
        return _alternatives(child)
    if child.tag == f"{_RDF}Description":
        return _qualified(_struct(child), child)
    return element.text or ""


def _qualified(struct: dict[str, Node], element: Element) -> Node:
    """A simple value with qualifiers is written as a structure around rdf:value."""
    simple = element.get(f"{_RDF}value")
    if simple is None:
        simple = element.findtext(f"{_RDF}value")
    return struct if simple is None else simple


def _alternatives(element: Element) -> Node:
    items = list(element)
    if any(item.get(_LANG) for item in items):
        return Alternatives({(item.get(_LANG) or "x-default"): item.text or "" for item in items})
    return [_value(item) for item in items]
