"""What a photograph says of itself: EXIF, IPTC-IIM and XMP brought under one set of names."""

from typing import Any

from ingest.reading import capture, embedded, photoshop, places, precedence, xmp
from ingest.reading.charsets import decode, tidy
from ingest.reading.fields import Found
from ingest.reading.precedence import Sources
from transcode.sandbox import ParserRefused

# Windows keeps its own copies in UTF-16, which Explorer fills in.
_WINDOWS = {"XPTitle": "title", "XPComment": "description", "XPAuthor": "creator", "XPKeywords": "keywords"}
_ENVELOPE_CHARSET = "Envelope.CharacterSet"
_UTF16_PREFIX = "Image.XP"


def read(path: str) -> list[dict[str, Any]]:
    """Every field that the file states, as JSON of `Found`; the rule of who wins is in `precedence`.

    Nothing to say is an empty list, also for formats that hold no metadata. A broken XMP packet is left out.
    """
    try:
        blocks = embedded.read(path)
    except ParserRefused:
        return []
    return [found.to_json() for found in interpret(sources(blocks, iim_changed=photoshop.iim_changed(path)))]


def interpret(stated: Sources) -> list[Found]:
    """All fields of one file, each once but for languages."""
    found = [*precedence.resolve(stated), *places.resolve(stated), *capture.resolve(stated)]
    named = {each.field for each in found}
    return found + [each for each in _windows(stated) if each.field not in named]


def sources(blocks: embedded.Blocks, *, iim_changed: bool = False) -> Sources:
    """The blocks as text. IIM datasets share one encoding; each EXIF value is guessed by itself."""
    declared = b"".join(blocks.iim.get(_ENVELOPE_CHARSET, [])[:1])
    names = [name for name, values in blocks.iim.items() for _ in values if name != _ENVELOPE_CHARSET]
    texts = decode(
        [value for name, values in blocks.iim.items() for value in values if name != _ENVELOPE_CHARSET],
        declared,
    )
    iim: dict[str, list[str]] = {}
    for name, text in zip(names, texts, strict=True):
        iim.setdefault(name, []).append(text)
    exif = {name: _exif_text(name, value) for name, value in blocks.exif.items()}
    return Sources(exif=exif, iim=iim, xmp=_packet(blocks.xmp), iim_changed=iim_changed)


def _packet(packet: str) -> dict[str, xmp.Node]:
    try:
        return xmp.parse(packet) if packet else {}
    except ParserRefused:
        return {}


def _exif_text(name: str, value: bytes) -> str:
    if name.startswith(_UTF16_PREFIX):
        return _utf16(value)
    return decode([value.split(b"\0")[0]])[0]


def _utf16(value: bytes) -> str:
    """The exiv2 library prints these as bytes in decimal."""
    try:
        return tidy(bytes(int(part) for part in value.split()).decode("utf-16-le", "replace"))
    except ValueError:
        return ""


def _windows(stated: Sources) -> list[Found]:
    found = []
    for tag, field in _WINDOWS.items():
        text = precedence.stated(stated.exif.get(f"Image.{tag}", ""))
        parts = [part.strip() for part in text.split(";") if part.strip()]
        if parts:
            found.append(Found(field, parts if field in {"creator", "keywords"} else text, "", f"EXIF:{tag}"))
    return found
