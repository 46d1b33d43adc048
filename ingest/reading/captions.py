"""Timed text in files of its own, as cues in milliseconds: SRT, WebVTT, SCC, TTML (IMSC, EBU-TT-D) and EBU STL.

Parsed by ttconv, after what it is strict about and real files are not has been put right (`_tidy_srt`).
"""

import io
import logging
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import ttconv.imsc.reader
import ttconv.scc.reader
import ttconv.srt.reader
import ttconv.stl.reader
import ttconv.vtt.reader
from defusedxml import DefusedXmlException
from defusedxml import ElementTree as DefusedTree
from ttconv import model
from ttconv.isd import ISD
from ttconv.stl.config import STLReaderConfiguration

from ingest.reading.charsets import decode, tidy
from ingest.reading.cues import Cue
from ingest.reading.languages import from_tag
from transcode.sandbox import ParserRefused

MAX_BYTES = 16 * 1024 * 1024
MAX_CUES = 50_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CLOCK = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[,.:](\d{1,3}))?"
_SRT_TIMING = re.compile(rf"^[ \t]*{_CLOCK}[ \t]*-{{1,2}}>[ \t]*{_CLOCK}.*$", re.MULTILINE)
_COUNTER = re.compile(r"\n[ \t]*\d+[ \t]*\Z|\A[ \t]*\d+[ \t]*\Z")
_BLANK_LINES = re.compile(r"\n[ \t]*(?=\n)")
# SubStation's position and drawing commands, which SRT files carry although SRT has none.
_COMMANDS = re.compile(r"\{\\[^}]*\}")
_VTT_LANGUAGE = re.compile(r"^Language:\s*([\w-]+)", re.MULTILINE)
# A last caption that nothing takes away stays this long.
_OPEN_END = Fraction(5)

logging.getLogger("ttconv").setLevel(logging.CRITICAL)


def read(path: str, mime: str) -> dict[str, Any]:
    """``{"language": tag or '', "cues": [Cue as JSON]}``, in order of time.

    `language` is what the file itself says; its name may say more (`languages.from_name`). Times are as in the
    file: see `cues.align`. Raise ParserRefused: 'unsupported_captions', 'too_large', 'broken_captions' (a wrong
    signature, broken XML), 'no_cues'.
    """
    reader = _READERS.get(mime)
    if reader is None:
        raise ParserRefused("unsupported_captions", mime)
    with Path(path).open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ParserRefused("too_large", f"more than {MAX_BYTES} bytes")
    try:
        document, language = reader(data)
        cues = list(_cues(document)) if document is not None else []
    except ParserRefused:
        raise
    except Exception as error:  # ttconv raises what it happens to meet
        raise ParserRefused("broken_captions", f"{type(error).__name__}: {error}"[:200]) from error
    if not cues:
        raise ParserRefused("no_cues", "nothing timed was found")
    return {"language": from_tag(language), "cues": [cue.to_json() for cue in cues]}


def _decoded(data: bytes) -> str:
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "")
    return tidy(data.decode(encoding, "replace")) if encoding else decode([data])[0]


def _srt(data: bytes) -> tuple[model.ContentDocument | None, str]:
    return ttconv.srt.reader.to_model(io.StringIO(_tidy_srt(_decoded(data)))), ""


def _tidy_srt(text: str) -> str:
    """The same cues, counted, with commas and hours, one blank line after each and none within.

    ttconv gives up at a missing counter, a point for the comma, an hour of one digit or a blank line inside.
    """
    matches = list(_SRT_TIMING.finditer(text))
    ends = [match.start() for match in matches[1:]] + [len(text)]
    blocks = []
    for number, (match, end) in enumerate(zip(matches, ends, strict=True), start=1):
        body = text[match.end() : end].strip("\n")
        if end < len(text):
            body = _COUNTER.sub("", body)
        body = _COMMANDS.sub("", _BLANK_LINES.sub("", body)).strip()
        parts = match.groups()
        blocks.append(f"{number}\n{_srt_clock(parts[:4])} --> {_srt_clock(parts[4:])}\n{body}\n")
    if not blocks:
        raise ParserRefused("broken_captions", "no timing line")
    return "\n".join(blocks)


def _srt_clock(parts: tuple[str | None, ...]) -> str:
    hours, minutes, seconds, fraction = parts
    return f"{int(hours or 0):02d}:{int(minutes or 0):02d}:{int(seconds or 0):02d},{(fraction or '0').ljust(3, '0')}"


def _vtt(data: bytes) -> tuple[model.ContentDocument | None, str]:
    """UTF-8 by definition (WebVTT, 4.1); the first line is its signature."""
    text = data.decode("utf-8-sig", "replace")
    document = ttconv.vtt.reader.to_model(io.StringIO(text))
    if document is None:
        raise ParserRefused("broken_captions", "the first line is not WEBVTT")
    header = text.replace("\r\n", "\n").partition("\n\n")[0]
    language = _VTT_LANGUAGE.search(header)
    return document, language[1] if language else ""


def _scc(data: bytes) -> tuple[model.ContentDocument | None, str]:
    """A semicolon before the frames means drop-frame at 29.97, as SMPTE 12M has it."""
    return ttconv.scc.reader.to_model(_decoded(data)), ""


def _ttml(data: bytes) -> tuple[model.ContentDocument | None, str]:
    try:
        tree = DefusedTree.parse(io.BytesIO(data))
    except (ParseError, DefusedXmlException) as error:
        raise ParserRefused("broken_captions", str(error)[:200]) from error
    document = ttconv.imsc.reader.to_model(tree)
    return document, document.get_lang() if document is not None else ""


def _stl(data: bytes) -> tuple[model.ContentDocument | None, str]:
    """Times count from the start of programme that the header names (EBU Tech 3264, TCP)."""
    config = STLReaderConfiguration(program_start_tc="TCP")
    document = ttconv.stl.reader.to_model(io.BytesIO(data), config)
    return document, document.get_lang() if document is not None else ""


_READERS: dict[str, Callable[[bytes], tuple[model.ContentDocument | None, str]]] = {
    "application/x-subrip": _srt,
    "text/vtt": _vtt,
    "text/x-scc": _scc,
    "application/ttml+xml": _ttml,
    "application/x-ebu-stl": _stl,
}
MIMES = frozenset(_READERS)


def _cues(document: model.ContentDocument) -> Iterator[Cue]:
    body = document.get_body()
    if body is None:
        return
    if any(_is_timed_inside(element) for element in body.dfs_iterator()):
        spans = list(_resolved(document))
    else:
        spans = sorted(_paragraphs(body, Fraction(0)))
    for _, (begin, end, text) in zip(range(MAX_CUES), spans, strict=False):
        if text and end > begin:
            yield Cue(_ms(begin), max(_ms(end), _ms(begin) + 1), text)


def _is_timed_inside(element: model.ContentElement) -> bool:
    """Words with times of their own (painted on, karaoke): then the document has to be resolved in full."""
    return isinstance(element, model.Span) and (
        element.get_begin() is not None or element.get_end() is not None
    )


def _paragraphs(
    element: model.ContentElement, offset: Fraction, until: Fraction | None = None
) -> Iterator[tuple[Fraction, Fraction, str]]:
    """Times add up from the outside in; an end that is missing is that of what is around.

    The ends of what is around do not cut, because those that ttconv works out leave out the begin they add to.
    """
    begin = offset + (element.get_begin() or 0)
    end = until if element.get_end() is None else offset + element.get_end()
    if isinstance(element, model.P):
        yield begin, begin + _OPEN_END if end is None else end, _text(element)
        return
    for child in element:
        yield from _paragraphs(child, begin, end)


def _resolved(document: model.ContentDocument) -> Iterator[tuple[Fraction, Fraction, str]]:
    """What stands on the screen from each moment of change to the next (ISD, TTML2 11.3.1.3)."""
    shown: tuple[Fraction, str] | None = None
    for moment, snapshot in ISD.generate_isd_sequence(document):
        text = (
            ""
            if snapshot is None
            else "\n".join(filter(None, (_text(region) for region in snapshot.iter_regions())))
        )
        if shown is not None and text == shown[1]:
            continue
        if shown is not None and shown[1]:
            yield shown[0], moment, shown[1]
        shown = (moment, text)


def _text(element: model.ContentElement) -> str:
    parts = []
    for inner in element.dfs_iterator():
        if isinstance(inner, model.Text):
            parts.append(inner.get_text())
        elif isinstance(inner, model.Br | model.P):
            parts.append("\n")
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _ms(seconds: Fraction) -> int:
    return round(seconds * 1000)
