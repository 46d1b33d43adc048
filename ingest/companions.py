"""Which files belong together by their names: captions and sidecars, and the media they stand beside.

By names only, because either may arrive first; what a file is, its content decides.
"""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

#: Suffixes of files that accompany others.
CAPTION_SUFFIXES = frozenset({".srt", ".vtt", ".scc", ".ttml", ".dfxp", ".itt", ".imsc", ".stl", ".xml"})
SIDECAR_SUFFIXES = frozenset({".xmp", ".xml"})
COMPANION_SUFFIXES = CAPTION_SUFFIXES | SIDECAR_SUFFIXES
#: A language mark at the end of a stem: clip.es, clip_es-MX, clip-eng, clip.es.forced.
LANGUAGE = re.compile(
    r"[._-](es|spa|esp|en|eng|ing|fr|fra|fre|pt|por|deu|ger|it|ita|nah|yua|oto)([_-]([a-z]{2}|419))?"
    r"([._-](forced|sdh|cc))?$"
)
#: Sony's XDCAM and XAVC cards put C0001M01.XML beside C0001.MXF.
CARD_METADATA = re.compile(r"^(?P<clip>.+)m\d\d$")


def is_companion(filename: str) -> bool:
    """Answer whether a name is that of a caption or sidecar file."""
    return _suffix(filename) in COMPANION_SUFFIXES


def stem(filename: str) -> str:
    """Return what a companion and its media have in common, coarsely: a key to look candidates up by.

    The same is cut from all names, media or not, so that equal beginnings stay equal; ``matches`` then decides.
    """
    bare = PurePosixPath(_stem(filename))
    cut = bare.stem if _looks_like_suffix(bare.suffix) else bare.name
    cut = LANGUAGE.sub("", cut)
    marked = CARD_METADATA.match(cut)
    return (marked["clip"] if marked else cut)[:255]


def matches(companion: str, media: Iterable[str]) -> frozenset[str]:
    """Return the media names a companion belongs to, by the closest relation that any of them has.

    Closest first: the whole name (``a.jpg.xmp`` and ``a.jpg``), the same stem, the stem without its language.
    """
    names = tuple(media)
    bare = _stem(companion)
    card = _without_card_mark(companion, bare)
    relations = (
        [name for name in names if name.casefold() == bare],
        [name for name in names if _stem(name) in {bare, card}],
        [name for name in names if _stem(name) == LANGUAGE.sub("", bare)],
    )
    return frozenset(next((found for found in relations if found), ()))


def _suffix(filename: str) -> str:
    return PurePosixPath(filename).suffix.casefold()


def _stem(filename: str) -> str:
    return PurePosixPath(filename).stem.casefold()


def _without_card_mark(filename: str, bare: str) -> str:
    marked = CARD_METADATA.match(bare) if _suffix(filename) == ".xml" else None
    return marked["clip"] if marked else bare


def _looks_like_suffix(suffix: str) -> bool:
    """A media suffix has two to four letters or digits and is no language: .jpg, .m2ts, .cr3; not .es."""
    return bool(re.fullmatch(r"\.[a-z0-9]{2,4}", suffix)) and not LANGUAGE.fullmatch(suffix)
