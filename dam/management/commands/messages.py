"""Owns the catalogue of translations: what the code says in Spanish against locale/en, without the gettext programs.

Message ids are the Spanish text itself, so Spanish needs no catalogue.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import polib
from babel.messages.extract import extract_python
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize

from dam.environment import CHECKOUT

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping
    from pathlib import Path

CATALOGUE = CHECKOUT / "locale" / "en" / "LC_MESSAGES" / "django.po"
SINGLE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
CONTEXT_PLURAL = {"npgettext", "npgettext_lazy"}
KEYWORDS = dict.fromkeys(SINGLE | PLURAL | CONTEXT | CONTEXT_PLURAL)
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdif]|\{\w*\}")
HEADER = {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "en",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


class Message(NamedTuple):
    """What one call asks to be translated."""

    context: str
    text: str
    plural: str


class Command(BaseCommand):
    help = "Bring locale/en up to date with what the code says; with --check only tell what is missing."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail when anything is missing"
        )

    def handle(self, *, check: bool, **_: Any) -> None:
        """Update the catalogue, or raise CommandError with what is wrong with it."""
        found = extract(CHECKOUT)
        catalogue = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()
        if check:
            wrong = faults(found, catalogue)
            if wrong:
                raise CommandError(
                    "\n".join([*wrong, "Run manage.py messages, then translate what is empty."])
                )
            return
        merged = merge(found, catalogue)
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        merged.save(str(CATALOGUE))
        empty = len(merged.untranslated_entries())
        self.stdout.write(f"{len(merged)} messages, {empty} without translation, in {CATALOGUE}")


def extract(checkout: Path) -> dict[Message, list[str]]:
    """Every message of the Python files and templates, with the files that ask for it."""
    found: defaultdict[Message, list[str]] = defaultdict(list)
    for file in sorted([*checkout.glob("*/**/*.py"), *checkout.glob("templates/**/*")]):
        place = file.relative_to(checkout).as_posix()
        if not file.is_file() or place.startswith((".", "tests/", "bench/", "build/", "data/", "frontend/")):
            continue
        source = file.read_text(encoding="utf-8")
        if file.suffix != ".py":
            lines = templatize(source, origin=place).splitlines()
            source = "\n".join(line.strip() for line in lines)  # Python's tokenizer minds the indentation
        for message in _messages(source):
            if place not in found[message]:
                found[message].append(place)
    for message in [one for one in found if one.plural]:  # the singular alone is the same entry
        found[message] += found.pop(Message(message.context, message.text, ""), [])
    return dict(found)


def _messages(source: str) -> Iterator[Message]:
    """The messages of one Python source."""
    calls: Any = extract_python(io.BytesIO(source.encode()), KEYWORDS, (), {"encoding": "utf-8"})
    for _, name, texts, _ in calls:
        parts = [part for part in ((texts,) if isinstance(texts, str) else texts or ()) if part]
        if not parts:
            continue  # not a literal: the text is marked where it is written
        context = parts.pop(0) if name in CONTEXT | CONTEXT_PLURAL else ""
        plural = parts[1] if name in PLURAL | CONTEXT_PLURAL else ""
        yield Message(context, parts[0], plural)


def merge(found: Mapping[Message, list[str]], catalogue: polib.POFile) -> polib.POFile:
    """A catalogue of exactly the messages found, with the translations there were, sorted."""
    known = {_key(entry): entry for entry in catalogue}
    merged = polib.POFile(wrapwidth=100)
    merged.metadata = HEADER
    for message in sorted(found):
        old = known.get(message)
        entry = polib.POEntry(
            msgctxt=message.context or None,
            msgid=message.text,
            msgid_plural=message.plural,
            msgstr=old.msgstr if old and not message.plural else "",
            occurrences=[(place, "") for place in found[message]],
        )
        if message.plural:
            entry.msgstr_plural = dict(old.msgstr_plural) if old else {0: "", 1: ""}
        merged.append(entry)
    return merged


def faults(found: Mapping[Message, list[str]], catalogue: polib.POFile) -> list[str]:
    """What is wrong with the catalogue: missing, left over, empty, doubtful, or with other placeholders."""
    entries = {_key(entry): entry for entry in catalogue if not entry.obsolete}
    wrong = [
        f"missing: {message.text!r} ({found[message][0]})"
        for message in sorted(found.keys() - entries.keys())
    ]
    wrong += [f"no longer used: {message.text!r}" for message in sorted(entries.keys() - found.keys())]
    for message in sorted(entries.keys() & found.keys()):
        entry = entries[message]
        translations = list(entry.msgstr_plural.values()) if message.plural else [entry.msgstr]
        if not all(translations):
            wrong.append(f"not translated: {message.text!r} ({found[message][0]})")
        elif entry.fuzzy:
            wrong.append(f"doubtful: {message.text!r}")
        elif _placeholders(*translations) != _placeholders(message.text, message.plural):
            wrong.append(f"other placeholders: {message.text!r} and {translations!r}")
    return wrong


def _key(entry: polib.POEntry) -> Message:
    return Message(entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def _placeholders(*texts: str) -> set[str]:
    return {name for text in texts for name in PLACEHOLDER.findall(text)}
