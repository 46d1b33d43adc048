"""Words: how text becomes words, alike for documents, queries and highlights, whatever the engine.

Engines receive text whose words this module has cut, and only split it at spaces: what one tokenizer keeps
whole and another one splits (``D.I.F.``, ``o'higgins``, ``spot_v2``) is decided here, once.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

#: Longer words are cut, in documents and queries alike. Long enough for a SHA-1, short enough for an index.
MAX_WORD_LENGTH = 40

#: In order: an acronym with dots (D.I.F., a.m), a plural one with doubled letters (EE. UU.), any other word.
_WORD = re.compile(
    r"(?<![^\W_])[^\W\d_](?:\.[^\W\d_])+(?![^\W_])"
    r"|(?<![^\W_])([^\W\d_])\1\. ?([^\W\d_])\2(?![^\W_])"
    r"|[^\W_]+"
)
_DOTS = re.compile(r"[. ]")
#: Lucene's Snowball stems «vacunación» but not «vacunacion», which is how capitals are often written.
_UNACCENTED = re.compile(r"(?<=[^\W\d_])([cs])ion$")
_UPPER, _LOWER = "A-ZÁÉÍÓÚÜÑ", "a-záéíóúüñ"
_PART = re.compile(rf"[{_UPPER}]+(?![{_LOWER}])|[{_UPPER}]?[{_LOWER}]+|\d+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff\ud800-\udfff]")

#: Articles, prepositions, conjunctions, pronouns and the forms of ser, estar and haber. Shorter than Snowball's
#: list, which drops words that mean something in this office (estado, sentido, tenido, era, sin, poco).
_STOP_WORDS = """
el la los las lo un una unos unas al del de a ante con contra desde durante en entre hacia hasta para por según
sobre tras y e o u ni que si pero mas más como cuando donde quien quienes cual cuales cuyo cuya qué quién cómo
cuándo dónde porque pues también muy ya no se su sus mi mis tu tus nos me te le les yo tú él ella ellos ellas
nosotros usted ustedes este esta estos estas ese esa esos esas aquel aquella aquellos aquellas esto eso aquello
es son fue fueron ser soy somos eran sea sean será serán sido siendo está están estar estaba estaban estuvo
ha han he hemos haber había habían hay hubo
"""


def fold(text: str) -> str:
    """Return ``text`` in lower case without accents or tildes (ñ becomes n)."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


#: Lower case, with and without accents: people leave them out.
STOP_WORDS = frozenset(_STOP_WORDS.split()) | frozenset(fold(_STOP_WORDS).split())


def clean(text: str) -> str:
    """Return ``text`` composed (NFC), without soft hyphens, control and invisible characters made spaces."""
    return _CONTROL.sub(" ", unicodedata.normalize("NFC", text.replace("\u00ad", "")))


def tokens(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, word) for each word of a cleaned text; the offsets are in characters of ``text``."""
    for match in _WORD.finditer(text):
        yield match.start(), match.end(), _normal(match.group())


def words(text: str) -> list[str]:
    """Return the words of any text, in lower case and with their accents."""
    return [word for _, _, word in tokens(clean(text))]


def normalise(text: str) -> str:
    """Return the words of any text joined by single spaces: what the engines index."""
    return " ".join(words(text))


def name_tokens(name: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, word) for each word of a cleaned file name and, after it, for the parts it is made of.

    ``SpotBecas_C0012.MP4`` gives spotbecas, spot, becas, c0012, c, 0012, mp4, mp, 4.
    """
    for start, end, word in tokens(name):
        yield start, end, word
        parts = list(_PART.finditer(name, start, end))
        if len(parts) > 1:
            for part in parts:
                yield part.start(), part.end(), _normal(part.group())


def normalise_name(name: str) -> str:
    """Return the words of a file name and their parts, joined by single spaces."""
    return " ".join(word for _, _, word in name_tokens(clean(name)))


def sort_key(text: str) -> str:
    """Return a key under which text sorts as in Spanish: accents aside, ñ after n, leading signs ignored."""
    kept = clean(text).lower().replace("ñ", "n\x7f")
    return " ".join("".join(char if char.isalnum() or char == "\x7f" else " " for char in fold(kept)).split())


_stemmer_lock = threading.Lock()
_stemmer = snowballstemmer.stemmer("spanish")


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the Snowball stem of one word in lower case: what the engines' own filter gives."""
    with _stemmer_lock:  # the stemmer keeps its word in itself
        return str(_stemmer.stemWord(word))


@lru_cache(maxsize=65_536)
def folded_stem(word: str) -> str:
    """Return the stem of one word in lower case without accents or tildes."""
    return fold(stem(word))


@lru_cache(maxsize=65_536)
def _normal(token: str) -> str:
    if not token.isascii():
        # the ligatures of PDF files, full-width letters; a few signs become words with spaces between
        token = "".join(unicodedata.normalize("NFKC", token).split())
    word = token.lower()
    if "." in word:
        word = _DOTS.sub("", word)
    return _UNACCENTED.sub(r"\1ión", word)[:MAX_WORD_LENGTH]
