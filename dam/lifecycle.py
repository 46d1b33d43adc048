"""Lifecycles: one enum and one transition table per model, and the only way to go from state to state."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.utils import timezone

from dam import events
from dam.identifiers import new_id


class IllegalTransition(Exception):
    """The row is no longer in the state that was read, or the table does not allow the step."""


class Lifecycle(models.Model):
    """A row whose ``state`` changes only along its transition table.

    A concrete model declares ``State`` (TextChoices), ``transitions`` and the constraint
    ``state_is_known(State, name)``; its initial state is the default of the field.
    """

    State: ClassVar[type[models.TextChoices]]
    transitions: ClassVar[Mapping[str, frozenset[str]]]

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.CharField(max_length=20)
    state_since = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    def advance(self, to: str, *, by: "models.Model | None", note: str = "", **fields: Any) -> Self:
        """Move to ``to`` and write the Event, both or neither; ``fields`` are updated with the state.

        ``note`` is a short technical word, never personal data. Raises IllegalTransition where the table has
        no such step or where another process moved the row first.
        """
        if to not in self.transitions.get(self.state, frozenset()):
            raise IllegalTransition(f"{self._meta.label} {self.pk}: {self.state} -> {to} is not a step")
        before, since = self.state, timezone.now()
        with transaction.atomic():
            moved = (
                type(self)
                ._base_manager.filter(pk=self.pk, state=before)
                .update(state=to, state_since=since, **fields)
            )
            if not moved:
                raise IllegalTransition(f"{self._meta.label} {self.pk} is no longer {before}")
            events.record(self, f"state.{to}", by=by, data={"from": before, "note": note})
        self.state, self.state_since = to, since
        for name, value in fields.items():
            setattr(self, name, value)
        return self


def table(**steps: str) -> dict[str, frozenset[str]]:
    """Write a transition table shortly: ``table(queued="running cancelled", running="done failed")``."""
    return {state: frozenset(targets.split()) for state, targets in steps.items()}


def state_is_known(states: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """Return the database constraint that keeps ``state`` inside its enum."""
    return models.CheckConstraint(condition=models.Q(state__in=states.values), name=name)
