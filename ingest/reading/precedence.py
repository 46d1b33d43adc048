"""Which of several values a photograph states wins, and which of its tags mean which field.

The rule is that of the Metadata Working Group (Guidelines for Handling Image Metadata 2.0, 2010, chapters 3
and 5), because the programs of photographers and agencies follow it:

1. EXIF, for the three texts it can hold (description, creator, copyright) and the capture time, unless it is
   blank, a camera's set phrase ('OLYMPUS DIGITAL CAMERA'), or the same text as XMP's, whole or without its
   accents or its end.
2. XMP, unless the checksum of the IIM block that Photoshop keeps beside it (image resource 1061) shows that a
   program that knows no XMP changed the IIM afterwards; then IIM before XMP.
3. IIM.

Each field is decided by itself. Places are decided part by part, as programs write them apart.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ingest.reading.charsets import tidy
from ingest.reading.fields import LISTS, Found
from ingest.reading.xmp import Alternatives, Node

# What programs write where nobody wrote anything.
_EMPTY = frozenset({"", "null", "(null)", "none", "undefined"})
_SET_PHRASES = frozenset(
    {
        "olympus digital camera",
        "konica minolta digital camera",
        "minolta digital camera",
        "sony dsc",
        "samsung camera pictures",
        "digital camera",
        "dcim",
        "exif_jpeg_picture",
        "untitled",
    }
)
_DEFAULT_LANGUAGE = "x-default"


@dataclass(frozen=True, slots=True)
class Sources:
    """The decoded blocks of one file. `iim_changed`: edited after XMP last agreed with it."""

    exif: Mapping[str, str] = field(default_factory=dict)
    iim: Mapping[str, list[str]] = field(default_factory=dict)
    xmp: Mapping[str, Node] = field(default_factory=dict)
    iim_changed: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a field is stated. `iim` is the dataset's exiv2 name, `dataset` its number in record 2.

    `xmp` are properties in order of preference; a path after '/' picks one part of structures.
    """

    field: str
    exif: str = ""
    iim: str = ""
    dataset: int = 0
    xmp: tuple[str, ...] = ()


RULES = (
    Rule("headline", iim="Headline", dataset=105, xmp=("photoshop:Headline",)),
    Rule("title", iim="ObjectName", dataset=5, xmp=("dc:title",)),
    Rule("description", "ImageDescription", "Caption", 120, ("dc:description",)),
    Rule("description_writer", iim="Writer", dataset=122, xmp=("photoshop:CaptionWriter",)),
    Rule("keywords", iim="Keywords", dataset=25, xmp=("dc:subject",)),
    Rule("subject_codes", iim="Subject", dataset=12, xmp=("Iptc4xmpCore:SubjectCode",)),
    Rule("creator", "Artist", "Byline", 80, ("dc:creator",)),
    Rule("creator_job_title", iim="BylineTitle", dataset=85, xmp=("photoshop:AuthorsPosition",)),
    Rule("credit_line", iim="Credit", dataset=110, xmp=("photoshop:Credit",)),
    Rule("copyright_notice", "Copyright", "Copyright", 116, ("dc:rights",)),
    Rule("usage_terms", xmp=("xmpRights:UsageTerms",)),
    Rule("source", iim="Source", dataset=115, xmp=("photoshop:Source",)),
    Rule("instructions", iim="SpecialInstructions", dataset=40, xmp=("photoshop:Instructions",)),
    Rule("event", xmp=("Iptc4xmpExt:Event",)),
    Rule(
        "persons_shown",
        xmp=("Iptc4xmpExt:PersonInImage", "Iptc4xmpExt:PersonInImageWDetails/Iptc4xmpExt:PersonName"),
    ),
    Rule("organisations", xmp=("Iptc4xmpExt:OrganisationInImageName",)),
    Rule("alt_text", xmp=("Iptc4xmpCore:AltTextAccessibility",)),
    Rule("extended_description", xmp=("Iptc4xmpCore:ExtDescrAccessibility",)),
    Rule("language", iim="Language", dataset=135, xmp=("dc:language",)),
    Rule("genre", xmp=("Iptc4xmpExt:Genre/Iptc4xmpExt:CvTermName", "Iptc4xmpCore:IntellectualGenre")),
    Rule("digital_source_type", xmp=("Iptc4xmpExt:DigitalSourceType",)),
    Rule("data_mining", xmp=("plus:DataMining",)),
    Rule("job_id", iim="TransmissionReference", dataset=103, xmp=("photoshop:TransmissionReference",)),
    Rule("transcript", xmp=("Iptc4xmpExt:Transcript",)),
)


def resolve(sources: Sources) -> Iterator[Found]:
    """The winners under RULES; several of one field only where the winner states several languages."""
    for rule in RULES:
        yield from winner(rule, sources)


def winner(rule: Rule, sources: Sources) -> list[Found]:
    """Of one field; empty where nobody states it."""
    by_xmp, by_iim = _from_xmp(rule, sources), _from_iim(rule, sources)
    first = (by_iim or by_xmp) if sources.iim_changed else (by_xmp or by_iim)
    by_exif = _from_exif(rule, sources)
    if by_exif and not _adds_nothing(by_exif[0], first):
        return by_exif
    return first


def stated(text: str) -> str:
    """The text, or '' where it is what programs write for nothing."""
    text = tidy(text)
    return "" if text.lower() in _EMPTY else text


def _from_exif(rule: Rule, sources: Sources) -> list[Found]:
    text = stated(sources.exif.get(f"Image.{rule.exif}", "")) if rule.exif else ""
    if not text or text.lower() in _SET_PHRASES:
        return []
    value = (
        _unique(text.split(";")) if rule.field in LISTS else text
    )  # MWG 5.5: creators parted by semicolons
    return [Found(rule.field, value, "", f"EXIF:{rule.exif}")] if value else []


def _adds_nothing(exif: Found, others: list[Found]) -> bool:
    """The same text, or less of it: EXIF is defined as ASCII, so programs squeeze the accents out, or cut it."""
    here = _squeezed(exif.value)
    return any(_squeezed(other.value).startswith(here) for other in others)


def _plain(value: object) -> str:
    return "; ".join(value) if isinstance(value, list) else str(value)


def _squeezed(value: object) -> str:
    return "".join(letter for letter in _plain(value) if letter.isascii() and letter not in "?_ \n")


def _from_iim(rule: Rule, sources: Sources) -> list[Found]:
    values = _unique(sources.iim.get(f"Application2.{rule.iim}", [])) if rule.iim else []
    if not values:
        return []
    value = values if rule.field in LISTS else "\n".join(values)
    return [Found(rule.field, value, "", f"IIM:2:{rule.dataset:03}")]


def _from_xmp(rule: Rule, sources: Sources) -> list[Found]:
    for path in rule.xmp:
        name, _, part = path.partition("/")
        found = _read_node(rule.field, _parts(sources.xmp.get(name), part), f"XMP:{path}")
        if found:
            return found
    return []


def _parts(node: Node, part: str) -> Node:
    """One field out of a structure, or out of each structure of a list."""
    if not part or node is None:
        return node
    picked = [
        item.get(part) for item in (node if isinstance(node, list) else [node]) if isinstance(item, dict)
    ]
    return [default_text(each) for each in picked if each is not None]


def _read_node(name: str, node: Node, origin: str) -> list[Found]:
    if node is None:
        return []
    if name in LISTS:
        values = _unique([default_text(item) for item in (node if isinstance(node, list) else [node])])
        return [Found(name, values, "", origin)] if values else []
    if isinstance(node, Alternatives):
        return [
            Found(name, text, "" if tag == _DEFAULT_LANGUAGE else tag, f"{origin}[{tag}]")
            for tag, raw in node.items()
            if (text := stated(raw))
        ]
    text = stated(default_text(node))
    return [Found(name, text, "", origin)] if text else []


def default_text(node: Node) -> str:
    """The one text of a node that may be in several languages, or several items."""
    if isinstance(node, Alternatives):
        return node.get(_DEFAULT_LANGUAGE) or next(iter(node.values()), "")
    if isinstance(node, list):
        return "; ".join(default_text(item) for item in node)
    return node if isinstance(node, str) else ""


def _unique(values: list[str]) -> list[str]:
    """In their order, each once, without those that say nothing."""
    return list(dict.fromkeys(text for value in values if (text := stated(value))))
