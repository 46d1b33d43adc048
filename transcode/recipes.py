"""Recipes: the named standard formats, as versioned data.

Shipped ones are the TOML tables of `presets/`; an administrator's are the same JSON (`Recipe.from_json`). A recipe
is a form (which code makes it) with the parameters of that form; nothing here runs anything.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self, get_args

from transcode.forms import FORMS, Form, Parameters
from transcode.records import Record, RecordError

Kind = Literal["video", "audio", "photo", "document"]
When = Literal["at_once", "on_demand"]

PRESETS = Path(__file__).parent / "presets"
# Files are named by these (`planner.outputs.file_name`)
_FILE_NAME_PARTS = {"slug": re.compile(r"[\w-]{1,60}", re.ASCII), "extension": re.compile(r"[a-z0-9]{1,8}")}
SHIPPED_FILES = ("video.toml", "audio.toml", "photo.toml", "document.toml")


class RecipeError(ValueError):
    """A preset that cannot be used. Says which one and what is wrong in it."""


@dataclass(frozen=True, slots=True)
class Wording(Record):
    """A text for people, in Spanish and English."""

    es: str
    en: str

    def text(self, language: str) -> str:
        """In English when `language` is one of its codes ('en', 'en-us'), otherwise in Spanish."""
        return self.en if language.lower().startswith("en") else self.es


@dataclass(frozen=True, slots=True)
class Recipe:
    """A standard format. `form` names the maker and the class of `parameters` (see `transcode.forms`).

    `extension` (no dot) and `mime` are those of the file people open first. `sources` says where each figure
    comes from. `number` grows with every published change; a published (slug, number) never changes.
    """

    slug: str
    number: int
    kind: Kind
    when: When
    form: Form
    title: Wording
    description: Wording
    extension: str
    mime: str
    parameters: Parameters
    sources: Mapping[str, str]

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read a preset table. Raise RecipeError for a key that is missing, unknown or of the wrong type."""
        if not isinstance(value, Mapping):
            raise RecipeError(f"a preset is a table, not {type(value).__name__}")
        slug = str(value.get("slug", "?"))
        _same_keys(slug, value, {field.name for field in fields(cls)})
        for name, allowed in (("kind", get_args(Kind)), ("when", get_args(When)), ("form", tuple(FORMS))):
            if value[name] not in allowed:
                raise RecipeError(
                    f"preset {slug}: {name} is {value[name]!r}, not one of {', '.join(allowed)}"
                )
        for name, pattern in _FILE_NAME_PARTS.items():
            if not pattern.fullmatch(str(value[name])):
                raise RecipeError(f"preset {slug}: {name} {value[name]!r} is no part of a file name")
        form = FORMS[value["form"]]
        _same_keys(f"{slug}.parameters", value["parameters"], *_keys(form))
        try:
            return cls(
                slug=slug,
                number=int(value["number"]),
                kind=value["kind"],
                when=value["when"],
                form=value["form"],
                title=Wording.from_json(value["title"]),
                description=Wording.from_json(value["description"]),
                extension=str(value["extension"]),
                mime=str(value["mime"]),
                parameters=form.from_json(value["parameters"]),
                sources={str(key): str(text) for key, text in value["sources"].items()},
            )
        except (RecordError, AttributeError, TypeError, ValueError, OverflowError) as wrong:
            raise RecipeError(f"preset {slug}: {wrong}") from wrong

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads; safe for a JSON column."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        changed = {
            "title": self.title.to_json(),
            "description": self.description.to_json(),
            "parameters": self.parameters.to_json(),
            "sources": dict(self.sources),
        }
        return plain | changed

    def digest(self, options: Record | None = None) -> str:
        """SHA-256 (hex) of the canonical JSON of all that decides the bytes: not of titles and sources.

        `options` are what was asked for besides (`transcode.planner.Options`); those that ask for nothing count
        as none. Two renditions of a version with one digest are the same rendition.
        """
        asked = (
            {key: value for key, value in options.to_json().items() if value is not None} if options else {}
        )
        made = {"slug": self.slug, "form": self.form, "extension": self.extension}
        return canonical_digest({**made, "parameters": self.parameters.to_json(), "options": asked})


def canonical_digest(value: Any) -> str:
    """SHA-256 (hex) of JSON with sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def shipped() -> tuple[Recipe, ...]:
    """Every preset that comes with Acervo, in the order of the files. Slugs are unique."""
    found: dict[str, Recipe] = {}
    for name in SHIPPED_FILES:
        for table in tomllib.loads((PRESETS / name).read_text(encoding="utf-8"))["preset"]:
            recipe = Recipe.from_json(table)
            if recipe.slug in found:
                raise RecipeError(f"preset {recipe.slug} is defined twice")
            found[recipe.slug] = recipe
    return tuple(found.values())


def named(slug: str, recipes: Iterable[Recipe] | None = None) -> Recipe:
    """The recipe of that slug among `recipes` (by default the shipped ones). Raise RecipeError if none."""
    for recipe in shipped() if recipes is None else recipes:
        if recipe.slug == slug:
            return recipe
    raise RecipeError(f"there is no preset {slug}")


def of_kind(kind: str, when: When, recipes: Iterable[Recipe] | None = None) -> tuple[Recipe, ...]:
    """The recipes for an asset of `kind` that are made at that moment."""
    chosen = shipped() if recipes is None else recipes
    return tuple(recipe for recipe in chosen if recipe.kind == kind and recipe.when == when)


def _keys(form: type[Parameters]) -> tuple[set[str], set[str]]:
    """All the parameters of a form, and those that may be left out (None by default)."""
    return {field.name for field in fields(form)}, {
        field.name for field in fields(form) if field.default is None
    }


def _same_keys(place: str, table: Any, wanted: set[str], optional: Iterable[str] = ()) -> None:
    """A misspelt key must not be taken for one left out."""
    given = set(table) if isinstance(table, Mapping) else set()
    unknown, missing = given - wanted, wanted - given - set(optional)
    if unknown or missing:
        problem = [f"unknown {', '.join(sorted(unknown))}"] if unknown else []
        problem += [f"missing {', '.join(sorted(missing))}"] if missing else []
        raise RecipeError(f"preset {place}: {'; '.join(problem)}")
