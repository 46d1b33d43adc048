"""The index as Tantivy keeps it: its fields, its analyses, and how a document becomes one of its documents."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import tantivy

from search import document as fields
from search import normalise
from search.document import FILTERS, NUMBERS, TEXTS, Analysis, AssetDocument
from search.highlight import shown, shown_cue

#: Unique numbers by which hits are ordered, besides relevance.
ADDED, DURATION, TITLE = "added_key", "duration_key", "title_key"

#: Raise it when the schemas below change in what search.document does not decide.
_LAYOUT = 2
_RAW = "raw"
_HALF = 64


def analysers() -> dict[Analysis, tantivy.TextAnalyzer]:
    """Return the analyses. They split at spaces only: search.normalise has cut the words."""

    def start() -> tantivy.TextAnalyzerBuilder:
        return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).filter(tantivy.Filter.lowercase())

    def stemmed() -> tantivy.TextAnalyzerBuilder:
        stop = tantivy.Filter.custom_stopword(sorted(normalise.STOP_WORDS))
        return start().filter(stop).filter(tantivy.Filter.stemmer("spanish"))

    return {
        Analysis.ES: stemmed().filter(tantivy.Filter.ascii_fold()).build(),
        Analysis.X: stemmed().build(),
        Analysis.V: start().filter(tantivy.Filter.ascii_fold()).build(),
    }


def asset_schema() -> tantivy.Schema:
    """Return the schema of the assets' index."""
    builder = tantivy.SchemaBuilder()
    for name, field in TEXTS.items():
        _add_text(builder, name, field.analyses)
    for name in (*FILTERS, "seen_by"):
        builder.add_text_field(name, tokenizer_name=_RAW, index_option="basic", fast=name in fields.FACETS)
    for name in NUMBERS:
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in (ADDED, DURATION, "revision", "seq", "id_high", "id_low"):
        builder.add_unsigned_field(name, fast=True)
    builder.add_text_field(TITLE, tokenizer_name=_RAW, index_option="basic", fast=True)
    builder.add_bytes_field("shown", stored=True)
    return builder.build()


def cue_schema() -> tantivy.Schema:
    """Return the schema of the captions' index: one document a cue."""
    builder = tantivy.SchemaBuilder()
    _add_text(builder, "text", tuple(Analysis))
    builder.add_text_field("asset", tokenizer_name=_RAW, index_option="basic")
    for name in ("id_high", "id_low", "start_ms"):
        builder.add_unsigned_field(name, fast=True)
    builder.add_bytes_field("shown", stored=True)
    return builder.build()


def open_index(path: Path, schema: tantivy.Schema) -> tantivy.Index:
    """Open the index in ``path``, made if it is not there, with its analyses and a reader that waits to be told."""
    path.mkdir(parents=True, exist_ok=True)
    index = tantivy.Index(schema, str(path), reuse=True)
    for name, analyser in analysers().items():
        index.register_tokenizer(name, analyser)
    index.config_reader("manual")
    return index


def asset_entry(document: AssetDocument) -> tantivy.Document:
    """Return what is kept of one asset."""
    entry = tantivy.Document()
    for name, field in TEXTS.items():
        for text in filter(None, (field.normalise(text) for text in field.texts(document))):
            for analysis in field.analyses:
                entry.add_text(f"{name}_{analysis}", text)
    for name, texts in FILTERS.items():
        for value in fields.exact_values(texts, document):
            entry.add_text(name, value)
    for token in document.seen_by:
        entry.add_text("seen_by", token)
    for name, number in NUMBERS.items():
        quantity = number(document)
        if quantity is not None:
            entry.add_integer(name, quantity)
    entry.add_unsigned(ADDED, fields.added_key(document))
    entry.add_unsigned(DURATION, fields.duration_key(document))
    entry.add_text(TITLE, fields.title_key(document))
    entry.add_unsigned("revision", document.revision)
    entry.add_unsigned("seq", document.seq)
    _add_id(entry, document.id)
    entry.add_bytes("shown", json.dumps(shown(document)).encode())
    return entry


def cue_entries(document: AssetDocument) -> Iterator[tantivy.Document]:
    """Yield what is kept of each caption cue of one asset."""
    for cue in document.cues:
        text = normalise.normalise(cue.text)
        if not text:
            continue
        entry = tantivy.Document()
        entry.add_text("asset", str(document.id))
        for analysis in Analysis:
            entry.add_text(f"text_{analysis}", text)
        entry.add_unsigned("start_ms", cue.start_ms)
        _add_id(entry, document.id)
        entry.add_bytes("shown", json.dumps(shown_cue(cue)).encode())
        yield entry


def asset_id(high: int, low: int) -> UUID:
    """Return the id that an entry keeps in two halves."""
    return UUID(int=high << _HALF | low)


def read_shown(entry: tantivy.Document) -> Any:
    """Return what was kept to be shown."""
    kept: bytes = entry["shown"][0]
    return json.loads(kept)


def digest() -> str:
    """Return a name for what is indexed and how; an index under another name must be rebuilt."""
    texts = {name: field.analyses for name, field in TEXTS.items()}
    described = json.dumps(
        [fields.VERSION, texts, list(FILTERS), list(NUMBERS), sorted(normalise.STOP_WORDS)]
    )
    return hashlib.sha256(described.encode()).hexdigest()[:12]


def _add_id(entry: tantivy.Document, key: UUID) -> None:
    entry.add_unsigned("id_high", key.int >> _HALF)
    entry.add_unsigned("id_low", key.int & ((1 << _HALF) - 1))


def _add_text(builder: tantivy.SchemaBuilder, name: str, analyses: tuple[Analysis, ...]) -> None:
    for analysis in analyses:
        option = "position" if analysis is Analysis.ES else "freq"
        builder.add_text_field(f"{name}_{analysis}", tokenizer_name=analysis, index_option=option)
