"""An XMP packet (ISO 16684-1) of descriptive metadata, under IPTC's properties. Pure."""

from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from transcode.iim_record import place

NAMESPACES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
}
# A JPEG segment holds 65,502 bytes of packet (XMP specification part 3, 1.1.3); longer texts are cut.
MAX_BYTES = 60_000
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# How XMP writes each field: property, and simple text, one language alternative, bag or sequence.
PROPERTIES = {
    "headline": ("photoshop:Headline", "text"),
    "title": ("dc:title", "alternative"),
    "description": ("dc:description", "alternative"),
    "description_writer": ("photoshop:CaptionWriter", "text"),
    "keywords": ("dc:subject", "bag"),
    "subject_codes": ("Iptc4xmpCore:SubjectCode", "bag"),
    "creator": ("dc:creator", "sequence"),
    "creator_job_title": ("photoshop:AuthorsPosition", "text"),
    "credit_line": ("photoshop:Credit", "text"),
    "copyright_notice": ("dc:rights", "alternative"),
    "usage_terms": ("xmpRights:UsageTerms", "alternative"),
    "source": ("photoshop:Source", "text"),
    "instructions": ("photoshop:Instructions", "text"),
    "date_created": ("photoshop:DateCreated", "text"),
    "event": ("Iptc4xmpExt:Event", "alternative"),
    "persons_shown": ("Iptc4xmpExt:PersonInImage", "bag"),
    "organisations": ("Iptc4xmpExt:OrganisationInImageName", "bag"),
    "alt_text": ("Iptc4xmpCore:AltTextAccessibility", "alternative"),
    "extended_description": ("Iptc4xmpCore:ExtDescrAccessibility", "alternative"),
    "language": ("dc:language", "bag"),
    "genre": ("Iptc4xmpCore:IntellectualGenre", "text"),
    "rating": ("xmp:Rating", "text"),
    "digital_source_type": ("Iptc4xmpExt:DigitalSourceType", "text"),
    "data_mining": ("plus:DataMining", "text"),
    "job_id": ("photoshop:TransmissionReference", "text"),
}
_LEGACY_PLACE = {
    "sublocation": "Iptc4xmpCore:Location",
    "city": "photoshop:City",
    "state": "photoshop:State",
    "country": "photoshop:Country",
    "country_code": "Iptc4xmpCore:CountryCode",
}
_PLACES = {"location_created": "Iptc4xmpExt:LocationCreated", "location_shown": "Iptc4xmpExt:LocationShown"}
_PLACE_PARTS = {
    "sublocation": "Iptc4xmpExt:Sublocation",
    "city": "Iptc4xmpExt:City",
    "state": "Iptc4xmpExt:ProvinceState",
    "country": "Iptc4xmpExt:CountryName",
    "country_code": "Iptc4xmpExt:CountryCode",
}

for _prefix, _uri in NAMESPACES.items():
    register_namespace(_prefix, _uri)


def build(values: Mapping[str, Any]) -> str:
    """The packet, without coordinates: only EXIF carries them, and only in copies that are not public."""
    kept = dict(values)
    packet = _packet(kept)
    while len(packet.encode()) > MAX_BYTES:
        longest = max(kept, key=lambda field: len(str(kept[field])))
        kept[longest] = _halved(kept[longest])
        packet = _packet(kept)
    return packet


def _halved(value: Any) -> Any:
    """Texts lose their end, lists their last items, anything else itself."""
    return value[: len(value) // 2] if isinstance(value, str | list | tuple) else None


def _packet(values: Mapping[str, Any]) -> str:
    root = Element(_tag("x:xmpmeta"))
    description = SubElement(
        SubElement(root, _tag("rdf:RDF")), _tag("rdf:Description"), {_tag("rdf:about"): ""}
    )
    for field, (name, form) in PROPERTIES.items():
        if values.get(field) not in (None, "", [], ()):
            _WRITERS[form](description, name, values[field])
    for part, text in place(values).items():
        _text(description, _LEGACY_PLACE[part], text)
    for field, name in _PLACES.items():
        if values.get(field):
            _place(description, name, values[field])
    if values.get("copyright_notice"):
        _text(description, "xmpRights:Marked", "True")
    body = tostring(root, encoding="unicode")
    return f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>{body}<?xpacket end="w"?>'


def _tag(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def _text(parent: Element, name: str, value: Any) -> None:
    joined = "; ".join(str(each) for each in value) if isinstance(value, list | tuple) else str(value)
    SubElement(parent, _tag(name)).text = _xml_safe(joined)


def _alternative(parent: Element, name: str, value: Any) -> None:
    item = SubElement(SubElement(SubElement(parent, _tag(name)), _tag("rdf:Alt")), _tag("rdf:li"))
    item.set(_XML_LANG, "x-default")
    item.text = _xml_safe(str(value))


def _list(kind: str) -> Callable[[Element, str, Any], None]:
    def write(parent: Element, name: str, value: Any) -> None:
        container = SubElement(SubElement(parent, _tag(name)), _tag(kind))
        for each in value if isinstance(value, list | tuple) else [value]:
            SubElement(container, _tag("rdf:li")).text = _xml_safe(str(each))

    return write


_WRITERS: dict[str, Callable[[Element, str, Any], None]] = {
    "text": _text,
    "alternative": _alternative,
    "bag": _list("rdf:Bag"),
    "sequence": _list("rdf:Seq"),
}


def _place(parent: Element, name: str, value: Mapping[str, Any]) -> None:
    item = SubElement(SubElement(SubElement(parent, _tag(name)), _tag("rdf:Bag")), _tag("rdf:li"))
    item.set(_tag("rdf:parseType"), "Resource")
    for part, tag in _PLACE_PARTS.items():
        if value.get(part):
            _text(item, tag, value[part])


def _xml_safe(text: str) -> str:
    """Without what XML 1.0 has no way to write (2.2, Char)."""
    return "".join(
        letter
        for letter in text
        if letter in "\t\n\r"
        or (letter >= " " and not "\ud800" <= letter <= "\udfff" and letter not in "\ufffe\uffff")
    )
