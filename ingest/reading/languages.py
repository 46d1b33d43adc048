"""Languages of captions and tags, as BCP 47 tags: from codes of two or three letters, and from file names."""

import re
from pathlib import PurePath

# ISO 639-2, both of its variants, to 639-1: the languages that reach a Mexican newsroom. Mexican languages
# without a code of two letters keep the three of ISO 639-3.
_SHORT = {
    "spa": "es", "esl": "es", "eng": "en", "fra": "fr", "fre": "fr", "deu": "de", "ger": "de", "por": "pt",
    "ita": "it", "jpn": "ja", "zho": "zh", "chi": "zh", "kor": "ko", "rus": "ru", "nld": "nl", "dut": "nl",
    "cat": "ca", "eus": "eu", "baq": "eu", "glg": "gl", "ara": "ar", "pol": "pl", "swe": "sv", "hin": "hi",
}  # fmt: skip
_LONG = frozenset(
    {"nah", "nci", "nhe", "nhw", "yua", "myn", "mix", "zap", "oto", "pua", "tsz", "tzh", "tzo", "mfs", "ote"}
)
_KNOWN = frozenset(_SHORT.values())
_NAMES = {"spanish": "es", "español": "es", "espanol": "es", "english": "en", "ingles": "en", "inglés": "en"}
# What stands between the language and the suffix without being one.
_REMARKS = frozenset(
    {"forced", "sdh", "cc", "hi", "sub", "subs", "subtitulos", "subtítulos", "captions", "auto"}
)
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}|\d{3}))?")
_WORDS = re.compile(r"[.\s()\[\]]+")


def from_tag(tag: str) -> str:
    """'spa', 'ES', 'es_mx', 'es-MX' as 'es' and 'es-MX'; '' for none, unknown and undetermined ('und')."""
    match = _TAG.fullmatch(tag.strip())
    if match is None:
        return _NAMES.get(tag.strip().lower(), "")
    code = match[1].lower()
    code = _SHORT.get(code, code)
    if code not in _KNOWN and code not in _LONG:
        return ""
    return f"{code}-{match[2].upper()}" if match[2] else code


def from_name(name: str) -> str:
    """Of captions beside a file: 'spot.es.srt', 'spot.es-MX.sdh.vtt', 'subtitle_fr.srt', 'spot (English).srt'.

    Only the end of the name is looked at, so that no word of the title is taken for a language.
    """
    words = [word for word in _WORDS.split(PurePath(name).stem) if word]
    while len(words) > 1 and words[-1].lower() in _REMARKS:
        words.pop()
    if not words:
        return ""
    if len(words) > 1 and (language := from_tag(words[-1])):
        return language
    last = words[-1]
    for separator in ("_", "-"):
        head, found, tail = last.rpartition(separator)
        if not found:
            continue
        deeper = head.rpartition(separator)[2]
        if (
            language := from_tag(f"{deeper}-{tail}")
            if from_tag(deeper) and _TAG.fullmatch(f"{deeper}-{tail}")
            else ""
        ):
            return language
        if language := from_tag(tail):
            return language
    return ""
