"""The form of a batch: what it offers to whom, what it accepts, and how it gives values back."""

from uuid import uuid4

import pytest
from django import forms
from django.http import QueryDict

from dam.models import Production, Role, User, UseRole
from ingest.forms import MINORS, ORDER, BatchForm
from ingest.models import Batch
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(producer) -> Batch:
    return factories.batch(producer)


def sent(**values: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({MINORS: "no", **values})
    return data


def form(batch: Batch, data: QueryDict | None = None, by: User | None = None) -> BatchForm:
    return BatchForm(data, batch=batch, by=by or batch.created_by)


def offered(made: BatchForm, name: str) -> set[object]:
    """The rows that a field lets one choose from."""
    field = made.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    assert field.queryset is not None
    return set(field.queryset)


def said(batch: Batch, **values: str) -> dict[str, object]:
    made = form(batch, sent(**values))
    assert made.is_valid(), made.errors
    return made.said()


def test_without_a_choice_nothing_is_asked_of_owner_or_production(batch):
    assert not {"agency", "production", "role"} & set(form(batch).fields)
    factories.production(by=batch.created_by)
    factories.agency("SSG", parent=factories.central())
    assert {"agency", "production", "role"} <= set(form(batch).fields)


def test_only_productions_one_may_add_to_are_offered(batch):
    office = factories.agency("SSG", parent=factories.central())
    someone = factories.person(Role.VIDEOGRAPHER, office)
    own = factories.production("Propia", members=[someone])
    factories.production("Ajena")
    mine = factories.batch(someone)
    assert offered(form(mine), "production") == {own}
    assert not form(mine, sent(production=str(Production.objects.get(title="Ajena").pk))).is_valid()


def test_the_batch_s_own_production_stays_choosable_by_who_may_not_add_to_it():
    office = factories.agency("SSG", parent=factories.central())
    someone = factories.person(Role.VIDEOGRAPHER, office)
    held = factories.production("De otros")
    mine = factories.batch(someone, production=held)
    mine.agency = office
    made = form(mine, sent(production=str(held.pk)))
    assert made.is_valid()
    assert made.choices_made()["production"] == held


@pytest.mark.parametrize(
    ("answer", "valid", "only_minors"),
    [("yes", True, False), ("no", True, False), ("", False, True), ("quizá", False, False)],
)
def test_the_one_question_that_must_be_answered(batch, answer, valid, only_minors):
    made = form(batch, sent(**{MINORS: answer}))
    assert (made.is_valid(), made.lacks_only_minors) == (valid, only_minors)


def test_a_second_mistake_is_more_than_the_open_question(batch):
    assert not form(batch, sent(**{MINORS: "", "event": "x" * 2001})).lacks_only_minors
    assert not form(batch).lacks_only_minors


@pytest.mark.parametrize(
    ("name", "value", "valid"),
    [
        ("event", "x" * 2000, True),
        ("event", "x" * 2001, False),
        ("usage_terms", "x" * 2001, True),
        ("usage_terms", "x" * 100_001, False),
        ("keywords", ",".join(str(number) for number in range(500)), True),
        ("keywords", ",".join(str(number) for number in range(501)), False),
        ("location_created.city", "x" * 200, True),
        ("location_created.city", "x" * 201, False),
        ("event", "a\x00b", False),
        ("event", "Año 2026: ¡Ñandú! 🎥", True),
    ],
)
def test_limits(batch, name, value, valid):
    made = form(batch, sent(**{name: value}))
    assert made.is_valid() is valid
    assert (name in made.errors) is not valid


def test_every_value_is_said_empty_ones_too(batch):
    values = said(batch, event="  Gira  ", **{"location_created.state": "Guanajuato"})
    assert set(values) == set(ORDER)
    assert (values["event"], values["keywords"], values[MINORS]) == ("Gira", "", "no")
    assert values["location_created"] == {"sublocation": "", "city": "", "state": "Guanajuato"}


def test_parts_of_a_place_that_the_form_does_not_show_stay(batch):
    batch.values = {"location_created": [{"city": "León", "country": "México", "country_code": "MEX"}]}
    values = said(batch, **{"location_created.city": "Irapuato"})
    assert values["location_created"] == {
        "city": "Irapuato",
        "country": "México",
        "country_code": "MEX",
        "sublocation": "",
        "state": "",
    }


def test_an_answer_about_minors_can_only_change(batch):
    batch.values = {MINORS: ["yes"]}
    made = form(batch, sent(**{MINORS: ""}))
    assert not made.is_valid()
    assert made.said()[MINORS] == "yes"


@pytest.mark.parametrize(
    ("held", "name", "shown"),
    [
        ({"keywords": ["presa", "agua"]}, "keywords", "presa, agua"),
        ({"keywords": ["León, Gto.", "agua"]}, "keywords", "León, Gto.; agua"),
        ({"creator": ["Ibarra, Rosa"]}, "creator", "Ibarra, Rosa;"),
        ({"event": ["Gira"]}, "event", "Gira"),
        ({"location_created": [{"city": "León"}]}, "location_created.city", "León"),
    ],
)
def test_what_a_batch_holds_is_shown_as_it_is_read_back(batch, held, name, shown):
    batch.values = held
    made = form(batch)
    assert made.initial[name] == shown
    again = form(batch, sent(**{name: shown}))
    assert again.is_valid()


def test_the_role_is_the_batch_s_where_none_is_chosen(batch):
    batch.role = UseRole.USED_IN
    made = form(batch, sent())
    assert made.is_valid()
    assert made.choices_made() == {"agency": None, "production": None, "role": UseRole.USED_IN}


def test_an_owner_that_is_sent_after_the_first_material_is_noticed(batch):
    version = factories.version(by=batch.created_by)
    factories.ingest("accepted", upload=factories.upload(batch=batch), version=version)
    factories.agency("SSG", parent=factories.central())
    other = sent(agency=str(uuid4()))
    assert form(batch, other).keeps_agency
    assert not form(batch, sent(agency=str(batch.agency_id))).keeps_agency
    assert not form(batch, sent()).keeps_agency
    assert not form(batch).keeps_agency


def test_rows_follow_the_order_in_which_people_fill_them_in(batch):
    factories.production(by=batch.created_by)
    factories.agency("SSG", parent=factories.central())
    rows = [[field.name for field in fields] for _title, fields in form(batch).rows()]
    assert rows[:3] == [["agency"], ["event"], [MINORS]]
    assert ["location_created.sublocation", "location_created.city", "location_created.state"] in rows
    assert rows.index(["production", "role"]) == rows.index(["creator"]) - 1
    assert sorted(name for row in rows for name in row) == sorted(form(batch).fields)
