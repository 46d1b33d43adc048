"""Files beside a file that describe it: XMP sidecars, and the NonRealTimeMeta of XDCAM and XAVC cards."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ingest.reading import photo_metadata, xmp
from ingest.reading.capture import camera_name, iso_time
from ingest.reading.fields import Found
from ingest.reading.places import position
from ingest.reading.precedence import Sources, stated
from transcode.sandbox import ParserRefused

MAX_BYTES = 16 * 1024 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
# Names that cameras give to clips by counting: C0001, CLIP0012, 846_0035.
_COUNTED = re.compile(r"[A-Za-z]{0,8}[_-]?\d{2,6}(?:[_-]\d{2,6})?")


def read(path: str) -> list[dict[str, Any]]:
    """Every field that the sidecar states, as JSON of `Found`.

    Raise ParserRefused: 'too_large', 'broken_sidecar' for what cannot be parsed (or has entities), or
    'unknown_sidecar' for XML of another kind.
    """
    text = _text(Path(path))
    if "<rdf:RDF" in text or "adobe:ns:meta/" in text:
        found = photo_metadata.interpret(Sources(xmp=xmp.parse(text)))
    else:
        found = list(_clip(_root(text)))
    return [each.to_json() for each in found]


def _text(path: Path) -> str:
    """XMP sidecars may be UTF-16 or UTF-32; only a byte order mark says so."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ParserRefused("too_large", f"more than {MAX_BYTES} bytes")
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "utf-8")
    return data.decode(encoding, "replace")


def _root(text: str) -> Element:
    """Without the declaration: its encoding is no longer true."""
    try:
        root: Element = fromstring(_DECLARATION.sub("", text, count=1))
    except (ParseError, DefusedXmlException, RecursionError, ValueError) as error:
        raise ParserRefused("broken_sidecar", str(error)[:200]) from error
    if _local(root) != "NonRealTimeMeta":
        raise ParserRefused("unknown_sidecar", _local(root))
    return root


def _local(element: Element) -> str:
    """Sony counts versions in the namespace (urn:schemas-professionalDisc:nonRealTimeMeta:ver.2.20)."""
    return element.tag.rpartition("}")[2]


def _clip(root: Element) -> Iterator[Found]:
    elements = {_local(element): element for element in reversed(list(root))}
    for field, text, origin in _texts(elements):
        if text:
            yield Found(field, [text] if field == "creator" else text, "", f"XDCAM:{origin}")
    gps = _position(root)
    if gps is not None:
        yield gps


def _texts(elements: dict[str, Element]) -> Iterator[tuple[str, str, str]]:
    yield "date_created", iso_time(_attribute(elements, "CreationDate", "value")) or "", "CreationDate"
    title = _said(elements, "Title")
    yield "title", "" if _COUNTED.fullmatch(title) else title, "Title"
    yield "description", _said(elements, "Description"), "Description"
    yield "creator", _attribute(elements, "Creator", "name"), "Creator"
    make, model = _attribute(elements, "Device", "manufacturer"), _attribute(elements, "Device", "modelName")
    yield "camera", camera_name(make, model), "Device"
    yield "lens", _attribute(elements, "Lens", "modelName"), "Lens"


def _attribute(elements: dict[str, Element], name: str, attribute: str) -> str:
    element = elements.get(name)
    return "" if element is None else stated(element.get(attribute, ""))


def _said(elements: dict[str, Element], name: str) -> str:
    """The text, or the attributes in which Sony writes it for readers of one alphabet or all."""
    element = elements.get(name)
    if element is None:
        return ""
    texts = (element.text or "", element.get("international", ""), element.get("usAscii", ""))
    return next((text for raw in texts if (text := stated(raw))), "")


def _position(root: Element) -> Found | None:
    """The first of the recording: group ExifGPS, latitude and longitude as degrees:minutes:seconds."""
    for group in root.iter():
        if _local(group) == "Group" and group.get("name") == "ExifGPS":
            items = {item.get("name", ""): item.get("value", "") for item in group}
            latitude, longitude = _degrees(items, "Latitude"), _degrees(items, "Longitude")
            if latitude is not None and longitude is not None:
                return position(latitude, longitude, _height(items), "XDCAM:ExifGPS")
    return None


def _degrees(items: dict[str, str], axis: str) -> float | None:
    try:
        parts = [float(part) for part in items.get(axis, "").split(":")]
    except ValueError:
        return None
    degrees: float = sum(part / 60.0**place for place, part in enumerate(parts))
    return -degrees if items.get(f"{axis}Ref") in {"S", "W"} else degrees


def _height(items: dict[str, str]) -> float | None:
    try:
        height = float(items["Altitude"])
    except (KeyError, ValueError):
        return None
    return -height if items.get("AltitudeRef") == "1" else height
