"""Every lifecycle of the product, step by step: what its table allows works, everything else is refused."""

import threading

import pytest
from django.apps import apps
from django.db import IntegrityError, connections, transaction

from dam import events
from dam.lifecycle import IllegalTransition, Lifecycle, table
from dam.models import Production, ProductionState
from tests import factories

pytestmark = pytest.mark.django_db
MODELS = [model for model in apps.get_models() if issubclass(model, Lifecycle)]
LEGAL, ILLEGAL = (
    [
        pytest.param(model, before, after, id=f"{model._meta.label}-{before}-{after}")
        for model in MODELS
        for before in model.State.values
        for after in model.State.values
        if (after in model.transitions.get(before, ())) is legal
    ]
    for legal in (True, False)
)


def row(model: type[Lifecycle], state: str) -> Lifecycle:
    made = factories.IN_STATE[model._meta.label](state)
    assert made.state == state
    return made


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_table_speaks_of_its_states_and_of_nothing_else(model: type[Lifecycle]):
    states = set(model.State.values)
    assert set(model.transitions) <= states
    assert all(targets <= states for targets in model.transitions.values())
    assert model._meta.get_field("state").default in states


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_state_can_be_reached(model: type[Lifecycle]):
    start = str(model._meta.get_field("state").default)
    reached, ahead = {start}, [start]
    while ahead:
        new = model.transitions.get(ahead.pop(), frozenset()) - reached
        reached |= new
        ahead += new
    assert reached == set(model.State.values)


@pytest.mark.parametrize(("model", "before", "after"), LEGAL)
def test_a_step_of_the_table_is_taken_and_recorded(model: type[Lifecycle], before: str, after: str):
    it = row(model, before)
    since, by = it.state_since, factories.user()
    needed = factories.WITH_STEP.get((model._meta.label, after), lambda _row: {})(it)
    assert it.advance(after, by=by, note="test", **needed) is it
    it.refresh_from_db()
    assert it.state == after
    assert it.state_since > since
    event = events.of(it).last()
    assert event is not None
    assert (event.verb, event.actor, event.data) == (f"state.{after}", by, {"from": before, "note": "test"})


@pytest.mark.parametrize(("model", "before", "after"), ILLEGAL)
def test_any_other_step_is_refused_and_leaves_no_trace(model: type[Lifecycle], before: str, after: str):
    it = row(model, before)
    told = events.of(it).count()
    with pytest.raises(IllegalTransition):
        it.advance(after, by=None)
    it.refresh_from_db()
    assert it.state == before
    assert events.of(it).count() == told


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_the_database_refuses_a_state_that_is_not_one(model: type[Lifecycle]):
    it = row(model, model.State.values[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        model._base_manager.filter(pk=it.pk).update(state="confused")


def test_a_row_that_moved_meanwhile_refuses_the_one_who_read_it_before():
    production = factories.production()
    stale = Production.objects.get(pk=production.pk)
    production.advance(ProductionState.CLOSED, by=None)
    with pytest.raises(IllegalTransition, match="no longer open"):
        stale.advance(ProductionState.CLOSED, by=None)
    assert events.of(production).filter(verb="state.closed").count() == 1


def test_fields_change_with_the_state_or_not_at_all():
    production = factories.production("Antes")
    production.advance(ProductionState.CLOSED, by=None, title="Después")
    assert production.title == "Después"
    with pytest.raises(IllegalTransition):
        production.advance(ProductionState.CLOSED, by=None, title="Nunca")
    production.refresh_from_db()
    assert production.title == "Después"


def test_the_step_rolls_back_with_its_event_where_the_event_cannot_be_written():
    production = factories.production()
    with pytest.raises(TypeError):
        production.advance(ProductionState.CLOSED, by=None, note=object())  # type: ignore[arg-type]
    production.refresh_from_db()
    assert production.state == ProductionState.OPEN


def test_a_table_is_written_shortly():
    assert table(queued="running cancelled", running="done") == {
        "queued": frozenset({"running", "cancelled"}),
        "running": frozenset({"done"}),
    }


@pytest.mark.django_db(transaction=True)
def test_of_racing_processes_one_wins_and_one_event_is_written():
    production = factories.production()
    barrier, outcomes = threading.Barrier(6), []

    def race() -> None:
        mine = Production.objects.get(pk=production.pk)
        barrier.wait()
        try:
            mine.advance(ProductionState.CLOSED, by=None)
            outcomes.append("won")
        except IllegalTransition:
            outcomes.append("lost")
        connections.close_all()

    threads = [threading.Thread(target=race) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["lost"] * 5 + ["won"]
    assert events.of(production).filter(verb="state.closed").count() == 1
