"""The events of a thing in words, newest first, with names instead of codes."""

import pytest
from django.utils import translation

from dam import events, history, metadata, permissions, productions, shares, trash
from dam.models import Asset, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def asset() -> Asset:
    return factories.asset(by=factories.person(name="ana"))


def overseer() -> User:
    """Somebody from whom no production is kept."""
    return User.objects.filter(is_superuser=True).first() or factories.administrator()


def newest(asset: Asset) -> str:
    return history.of(asset, overseer())[0].sentence


def test_the_newest_comes_first_with_who_and_when(asset):
    trash.put(asset, by=factories.person(name="beto"))
    told = history.of(asset, overseer())
    assert [(one.sentence, one.who) for one in told] == [
        ("Se puso en la papelera", "beto"),
        ("Se agregó la versión 1", "ana"),
        ("Se registró", "ana"),
    ]
    assert told[0].at == events.of(asset).reverse()[0].at


def test_what_the_system_did_has_nobody(asset):
    metadata.record_embedded(asset, [metadata.Found("headline", ("DSC",))], by=None)
    assert history.of(asset, overseer())[0].who == ""
    assert newest(asset) == "Se leyeron los datos del archivo: Título"


def test_fields_are_called_by_their_labels_in_the_language_of_the_page(asset):
    metadata.describe(asset, {"headline": "Presa", "credit_line": "X"}, by=asset.created_by)
    assert newest(asset) == "Se escribió: Crédito, Título"
    with translation.override("en"):
        assert newest(asset) == "Written: Credit, Title"


def test_productions_and_agencies_are_called_by_their_names_of_now(asset):
    production = factories.production("Informe", by=asset.created_by)
    used = productions.use(production, asset, role="output_of", by=asset.created_by)
    assert newest(asset) == "Se agregó a la producción Informe (Resultado de)"
    productions.edit(production, title="Informe 2026", genre="spot", description="", by=asset.created_by)
    productions.stop_using(used, by=asset.created_by)
    assert newest(asset) == "Se quitó de la producción Informe 2026 (Resultado de)"
    assert (
        history.of(production, overseer())[0].sentence == f"Se quitó el material {asset.code} (Resultado de)"
    )
    agency = factories.agency("SSG", parent=factories.central(), name="Secretaría de Salud")
    lent = shares.lend(asset, to=agency, reason="Boletín", by=asset.created_by)
    assert newest(asset) == "Se compartió con Secretaría de Salud"
    shares.end(lent, by=asset.created_by)
    assert newest(asset) == "Se dejó de compartir con Secretaría de Salud"


@pytest.mark.parametrize(
    ("verb", "data", "words"),
    [
        ("version.added", {}, "Se agregó la versión —"),
        ("described", {"fields": ["headline", "horoscope"]}, "Se escribió: Título, horoscope"),
        ("described", {"fields": []}, "Se escribió: "),
        ("used", {"role": "lost"}, "Se agregó a la producción — (lost)"),
        ("shared", {"agency": "GONE"}, "Se compartió con GONE"),
        ("shared", {"agency": "100 %(x)s"}, "Se compartió con 100 %(x)s"),
        ("poked", {"a": 1}, "Registro: poked"),
    ],
)
def test_an_event_that_says_less_than_its_sentence_is_still_told(
    asset, verb: str, data: dict[str, object], words: str
):
    events.record(asset, verb, by=None, data=data)
    assert newest(asset) == words


def test_a_production_tells_its_own(asset):
    production = factories.production("Informe", by=asset.created_by)
    productions.set_members(production, [], by=asset.created_by)
    productions.close(production, by=asset.created_by)
    productions.reopen(production, by=asset.created_by)
    assert [one.sentence for one in history.of(production, overseer())] == [
        "Se reabrió",
        "Se cerró",
        "Cambió el equipo",
        "Se registró",
    ]


def test_a_long_history_is_cut_at_its_newest_and_costs_no_more(asset, django_assert_num_queries):
    agency = factories.agency("SSG", parent=factories.central())
    for number in range(history.MOST + 5):
        production = factories.production(by=asset.created_by) if number >= history.MOST else None
        data = {"production": str(production.pk)} if production else {"agency": agency.code}
        events.record(asset, "version.added", by=asset.created_by, data={"number": number, **data})
    reader = overseer()
    permissions.visible_productions(reader)  # who somebody is, is read once
    with django_assert_num_queries(3):
        told = history.of(asset, reader)
    assert len(told) == history.MOST
    assert told[0].sentence == f"Se agregó la versión {history.MOST + 4}"
