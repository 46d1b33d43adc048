"""The lifecycles of the product written out: docs/states.md, generated from the transition tables."""

from collections.abc import Iterator

from django.apps import apps
from django.utils import translation

from dam.lifecycle import Lifecycle

HEADER = """# States

Generated from the transition tables by `manage.py states --write`; a test keeps it so. A row goes from state to
state only by a step of its table, by one of the processes that race for it, and with an event in the same
transaction (`dam/lifecycle.py`). The words are those that people read.
"""


def models() -> list[type[Lifecycle]]:
    """Return every model with a lifecycle, by label."""
    found = [model for model in apps.get_models() if issubclass(model, Lifecycle)]
    return sorted(found, key=lambda model: model._meta.label)


def document() -> str:
    """Return the whole page as Markdown."""
    with translation.override("es-mx"):
        return "\n".join([HEADER, *(line for model in models() for line in _section(model))])


def _section(model: type[Lifecycle]) -> Iterator[str]:
    start = str(model._meta.get_field("state").default)
    yield f"## {model._meta.label}"
    yield ""
    yield (model.__doc__ or "").strip().partition("\n")[0]
    yield ""
    yield "| state | in words | may become |"
    yield "|---|---|---|"
    for state in model.State:
        targets = model.transitions.get(state.value, frozenset())
        after = ", ".join(other.value for other in model.State if other.value in targets)
        name = f"**{state.value}** (first)" if state.value == start else state.value
        yield f"| {name} | {state.label} | {after or '(the end)'} |"
    yield ""
