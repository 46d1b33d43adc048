"""Text formats: captions, sidecars, edit lists and the like, told by their first lines or their root element.

Nothing is parsed here: a root element is found by a regular expression, entities are never looked at.
"""

import codecs
import re

CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\v\f\r\x1a\x1b")
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

PLAIN = "text/plain"
XML = "application/xml"
XMP = "application/rdf+xml"
TTML = "application/ttml+xml"

# What the text begins with, white space aside; letters of any case
OPENINGS: tuple[tuple[str, str], ...] = (
    (r"WEBVTT(?:[ \t\r\n]|$)", "text/vtt"),
    (r"Scenarist_SCC V1\.0", "text/x-scc"),
    (r"(?:\d+\s+)?\d{1,2}:\d\d:\d\d[,.]\d{1,3}[ \t]*-->", "application/x-subrip"),
    (r"#EXTM3U", "application/vnd.apple.mpegurl"),
    (r"ffconcat version", "application/x-ffconcat"),
    (r"push[ \t]+graphic-context", "image/x-mvg"),
    (r"viewbox[ \t]+-?[\d.]+[ \t]+-?[\d.]+", "image/x-mvg"),
    (r"<\?php|<\?=", "application/x-httpd-php"),
    (r"#!", "text/x-shellscript"),
    (r"(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|script)\b", "text/html"),
    (r"\[\.ShellClassInfo\]", "text/x-desktop-ini"),
    (r"(?:TITLE:|FCM:|\d{3,6}\s+\S+\s+(?:V|A\d?|B|NONE|AA/V|VA)\s+[CDWK])", "text/x-edl"),
    (r"Heading\s*\r?\nFIELD_DELIM\s", "text/x-ale"),
    (r"\{.*\"OTIO_SCHEMA\"", "application/vnd.otio+json"),
    (r"[\[{]\s*(?:[\"\[{\]}\d-]|true|false|null)", "application/json"),
)
# (root element without prefix, a word its start tag must hold, mime)
ROOTS: tuple[tuple[str, str, str], ...] = (
    ("tt", "http://www.w3.org/", TTML),
    ("tt", "urn:ebu:", TTML),
    ("xmpmeta", "adobe:ns:meta", XMP),
    ("xapmeta", "adobe:ns:meta", XMP),
    ("RDF", "22-rdf-syntax-ns", XMP),
    ("svg", "", "image/svg+xml"),
    ("html", "", "text/html"),
    ("NonRealTimeMeta", "", "application/x-camera-xml"),
    ("P2Main", "", "application/x-camera-xml"),
    ("MediaProfile", "", "application/x-camera-xml"),
    ("hashlist", "", "application/x-asc-mhl"),
    ("fcpxml", "", "application/x-fcpxml"),
    ("xmeml", "", "application/x-xmeml"),
    ("AssetMap", "", "application/x-imf-asset-map"),
    ("PackingList", "", "application/x-imf-packing-list"),
    ("CompositionPlaylist", "", "application/x-imf-composition"),
)
# What the name decides, between texts which content does not tell apart
EXTENSIONS: dict[str, dict[str, str]] = {
    PLAIN: {
        ".srt": "application/x-subrip",
        ".vtt": "text/vtt",
        ".scc": "text/x-scc",
        ".edl": "text/x-edl",
        ".ale": "text/x-ale",
        ".csv": "text/csv",
        ".tsv": "text/tab-separated-values",
        ".md": "text/markdown",
        ".css": "text/css",
        ".js": "text/javascript",
    },
    XML: {".ttml": TTML, ".dfxp": TTML, ".xmp": XMP},
}

_OPENINGS = [(re.compile(r"\s*" + pattern, re.IGNORECASE | re.DOTALL), mime) for pattern, mime in OPENINGS]
_PROLOGUE = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>\s*)*", re.DOTALL)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)((?:[\s/][^>]*)?)>", re.DOTALL)


def decode(head: bytes) -> str | None:
    """The text, in UTF-8, UTF-16 with its mark or Windows-1252; None when these are not the bytes of a text."""
    for mark, encoding in BOMS:
        if head.startswith(mark):
            found = head[len(mark) :].decode(encoding, "ignore")
            return None if "\x00" in found else found
    if CONTROLS.intersection(head):
        return None
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head)  # the last character may be cut
    except UnicodeDecodeError:
        return head.decode("cp1252", "replace")


def _xml(document: str) -> str:
    """The type by the root element; '' when there is none."""
    prologue = _PROLOGUE.match(document)
    root = _ROOT.match(document, prologue.end() if prologue else 0)
    if root is None:
        return XML if document.lstrip().startswith("<?xml") else ""
    for name, word, mime in ROOTS:
        if root[1] == name and word in root[2]:
            return mime
    return XML


def text(head: bytes, *, extension: str) -> str:
    """The type of a text, or '' when it is none. `extension` is in lower case, with its dot."""
    document = decode(head)
    if document is None:
        return ""
    if document.lstrip().startswith("<?xpacket"):
        return XMP
    mime = next((mime for pattern, mime in _OPENINGS if pattern.match(document)), "")
    mime = mime or _xml(document) or PLAIN
    return EXTENSIONS.get(mime, {}).get(extension, mime)
