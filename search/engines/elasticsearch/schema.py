"""The index as Elasticsearch keeps it: its fields, its analyses, and how a document becomes one of its documents.

Captions are nested in their asset, so that they are replaced, removed and versioned with it. Nothing is kept as it
was sent (``_source``): the database is the source, and what is shown is stored by itself.
"""

import base64
import hashlib
import json
from typing import Any

from search import document as fields
from search import normalise
from search.document import FACETS, FILTERS, NUMBERS, TEXTS, Analysis, AssetDocument
from search.highlight import shown, shown_cue

Json = dict[str, Any]

#: Unique values by which hits are ordered, besides relevance.
ADDED, DURATION, TITLE, SEQ = "order.added", "order.duration", "order.title", "order.seq"
TEXT, EXACT, NUMBER, CUES = "texts", "exact", "numbers", "cues"
_STOP, _STEM = "es_stop", "es_stem"
#: Lucene's limit for a value is 32,766 bytes; a character has four at most. Longer ones are not counted.
_LONGEST = 8191
#: An hour of speech has about a thousand cues.
_MOST_CUES = 100_000

_STORED: Json = {"type": "binary", "store": True}


def settings() -> Json:
    """Return the settings of an index.

    One shard: counts and scores are exact, and holds some tens of millions of assets. Every write refreshes by
    itself, so nothing does so by the clock. What was removed is remembered for an hour: a job that is late with an
    older revision cannot bring it back.
    """
    return {
        "index": {
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            "refresh_interval": "-1",
            "gc_deletes": "1h",
            "mapping.nested_objects.limit": _MOST_CUES,
            "similarity": {"default": {"type": "BM25", "k1": 1.2, "b": 0.75}},
            "analysis": _analysis(),
        }
    }


def mapping() -> Json:
    """Return the mapping; a field that is not in it is refused."""
    return {
        "dynamic": "strict",
        "_source": {"enabled": False},
        "_meta": {"application": "acervo", "document": fields.VERSION},
        "properties": {
            TEXT: _object({name: _text(field.analyses) for name, field in TEXTS.items()}),
            EXACT: _object({name: _exact(counted=name in FACETS) for name in (*FILTERS, "seen_by")}),
            NUMBER: _object({name: {"type": "long"} for name in NUMBERS}),
            "order": _object(
                {name: {"type": "long", "index": False} for name in ("added", "duration", "seq")}
                | {"title": _exact(counted=True) | {"index": False}}
            ),
            "shown": _STORED,
            CUES: {
                "type": "nested",
                "dynamic": "strict",
                "properties": {
                    "text": _text(tuple(Analysis)),
                    "start_ms": {"type": "long", "index": False},
                    "shown": _STORED,
                },
            },
        },
    }


def digest() -> str:
    """Return a name for what is indexed and how; an index under another name must be rebuilt."""
    described = json.dumps([fields.VERSION, settings(), mapping()], sort_keys=True)
    return hashlib.sha256(described.encode()).hexdigest()[:12]


def entry(document: AssetDocument) -> Json:
    """Return what is kept of one asset."""
    numbers = {name: number(document) for name, number in NUMBERS.items()}
    return {
        TEXT: {
            name: list(filter(None, (field.normalise(text) for text in field.texts(document))))
            for name, field in TEXTS.items()
        },
        EXACT: {
            **{name: _sent(fields.exact_values(texts, document)) for name, texts in FILTERS.items()},
            "seen_by": _sent(document.seen_by),
        },
        NUMBER: {name: number for name, number in numbers.items() if number is not None},
        "order": {
            "added": fields.added_key(document),
            "duration": fields.duration_key(document),
            "title": fields.title_key(document),
            "seq": document.seq,
        },
        "shown": _packed(shown(document)),
        CUES: [
            {"text": text, "start_ms": cue.start_ms, "shown": _packed(shown_cue(cue))}
            for cue in document.cues[:_MOST_CUES]
            if (text := normalise.normalise(cue.text))
        ],
    }


def read_shown(hit: Json) -> Any:
    """Return what was stored to be shown, of an asset's hit or of a cue's."""
    (((kept,),),) = (list(hit["fields"].values()),)
    return json.loads(base64.b64decode(kept))


def _packed(value: Any) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


def _sent(values: tuple[str, ...]) -> list[str]:
    """Half a pair of surrogates is no text that can be sent."""
    return [value.encode(errors="replace").decode() for value in values]


def _object(properties: Json) -> Json:
    return {"type": "object", "dynamic": "strict", "properties": properties}


def _exact(*, counted: bool) -> Json:
    return {"type": "keyword", "doc_values": counted, "ignore_above": _LONGEST, "norms": False}


def _text(analyses: tuple[Analysis, ...]) -> Json:
    """Sent once, kept once for each analysis; only the folded stems need places, for phrases."""
    kept: Json = {
        str(analysis): {
            "type": "text",
            "analyzer": str(analysis),
            "index_options": "positions" if analysis is Analysis.ES else "freqs",
        }
        for analysis in analyses
    }
    return {"type": "text", "index": False, "norms": False, "fields": kept}


def _analysis() -> Json:
    """Return the analyses. Words come cut and normalised: the tokenizer finds the spaces between them.

    Which tokenizers a distribution has besides ``standard`` depends on its modules.
    """

    def chain(*filters: str) -> Json:
        return {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", *filters]}

    return {
        "filter": {
            _STOP: {"type": "stop", "stopwords": sorted(normalise.STOP_WORDS)},
            _STEM: {"type": "stemmer", "language": "spanish"},
        },
        "analyzer": {
            str(Analysis.ES): chain(_STOP, _STEM, "asciifolding"),
            str(Analysis.X): chain(_STOP, _STEM),
            str(Analysis.V): chain("asciifolding"),
        },
    }
