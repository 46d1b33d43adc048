"""Names of files as they arrive, which may be anything, made safe to show, to search and to store as text."""

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

NAME_CHARACTERS = 255
FOLDER_CHARACTERS = 1000
NAMELESS = "sin nombre"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
LONGEST_SUFFIX = 16
#: Characters that reorder the text after them (Unicode UAX #9, explicit formatting): a name must read as it is.
BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Control, surrogate and unassigned characters (Unicode general categories).
UNSAFE_CATEGORIES = frozenset({"Cc", "Cs", "Cn"})


@dataclass(frozen=True)
class Name:
    """A file's name and the folder it lay in, relative, with slashes; both safe text in NFC."""

    filename: str
    folder: str = ""

    @property
    def path(self) -> str:
        """Both, joined."""
        return f"{self.folder}/{self.filename}" if self.folder else self.filename


def of(raw: bytes, folder: bytes = b"") -> Name:
    """Make a received name safe: the last part of ``raw`` is the name, what stands before it is folder."""
    parts = _parts(raw)
    above = _parts(folder)
    filename = _shortened(parts[-1]) if parts else NAMELESS
    return Name(filename, _joined([*above, *parts[:-1]]))


def text(raw: bytes) -> str:
    """Decode bytes that are probably UTF-8 and else Windows Latin; what cannot be shown becomes U+FFFD."""
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError:
        decoded = raw.decode("cp1252", "replace")
    return "".join(_shown(character) for character in unicodedata.normalize("NFC", decoded))


def _shown(character: str) -> str:
    unsafe = character in BIDI_CONTROLS or unicodedata.category(character) in UNSAFE_CATEGORIES
    return REPLACEMENT if unsafe else character


def _parts(raw: bytes) -> list[str]:
    """Split a path of either kind of slash; empty parts, '.', '..' and drive letters are dropped."""
    names = (part.strip() for part in text(raw).replace("\\", "/").split("/"))
    kept = [name for name in names if name.strip(".")]
    return kept[1:] if len(kept) > 1 and _is_drive(kept[0]) else kept


def _is_drive(name: str) -> bool:
    return len(name) == 2 and name[0].isalpha() and name[1] == ":"  # noqa: PLR2004 - "C:"


def _shortened(name: str) -> str:
    """Cut a long name in its middle part, keeping its suffix."""
    if len(name) <= NAME_CHARACTERS:
        return name
    suffix = PurePosixPath(name).suffix
    if len(suffix) > LONGEST_SUFFIX:
        suffix = ""
    return name[: NAME_CHARACTERS - len(suffix)] + suffix


def _joined(parts: list[str]) -> str:
    """Join folders; of a path too deep the innermost ones are kept."""
    kept = [part[:NAME_CHARACTERS] for part in parts]
    while len("/".join(kept)) > FOLDER_CHARACTERS:
        kept = kept[1:]
    return "/".join(kept)
