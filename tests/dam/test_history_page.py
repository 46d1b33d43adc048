"""What happened to an asset or a production, in words, on its page: who, when, and nothing one may not know."""

import pytest
from django.test import Client
from django.urls import reverse

from dam import assets, history, metadata, productions, shares, trash
from dam.metadata import Found
from dam.models import Asset, User
from tests import factories
from tests.dam import people
from tests.dam.pages import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def asset(by: User) -> Asset:
    return factories.asset("video", by=by, of=people.home())


def sentences(subject: Asset, user: User) -> list[str]:
    return [entry.sentence for entry in history.of(subject, user)]


def text_of(browser: Client, asset: Asset) -> str:
    return read(browser, reverse("dam:asset", args=[asset.code]) + "?pestana=historia").text


class TestAsset:
    def test_everything_that_happens_is_told_newest_first(self, asset, by):
        assert asset.current is not None
        factories.attached(asset.current)
        metadata.record_embedded(asset, [Found("camera", ("FX6",))], by=None)
        metadata.describe(asset, {"headline": "Presa", "keywords": ["agua"]}, by=by)
        metadata.take_back(asset, ["headline"], by=by)
        assets.add_version(asset, factories.original("video"), by=by)
        shares.end(factories.share(asset, people.elsewhere(), by=by), by=by)
        used = productions.use(factories.production("Gira", by=by), asset, role="output_of", by=by)
        productions.stop_using(used, by=by)
        trash.restore(trash.put(asset, by=by), by=by)
        assert sentences(asset, by) == [
            "Se sacó de la papelera",
            "Se puso en la papelera",
            "Se quitó de la producción Gira (Resultado de)",
            "Se agregó a la producción Gira (Resultado de)",
            "Se dejó de compartir con Secretaría de Educación",
            "Se compartió con Secretaría de Educación",
            "Se agregó la versión 2",
            "Se volvió al valor del archivo: Título",
            "Se escribió: Título, Palabras clave",
            "Se leyeron los datos del archivo: Cámara",
            f"Se adjuntó un archivo a la versión {asset.current.code}",
            "Se agregó la versión 1",
            "Se registró",
        ]

    def test_the_page_says_who_and_the_system_where_nobody_did(self, browser, asset, by):
        metadata.record_embedded(asset, [Found("camera", ("FX6",))], by=None)
        metadata.describe(asset, {"headline": "Presa"}, by=by)
        text = text_of(browser, asset)
        assert "Se escribió: Título ana, " in text
        assert "Se leyeron los datos del archivo: Cámara El sistema, " in text

    def test_a_production_is_named_only_to_those_who_see_it(self, asset, by):
        other = factories.production(
            "Secreta", by=factories.person(of=people.elsewhere()), of=people.elsewhere()
        )
        mine = factories.production("Gira", by=by, of=people.home())
        for production in (other, mine):
            productions.use(production, asset, role="used_in", by=by)
        assert sentences(asset, by)[:2] == [
            "Se agregó a la producción Gira (Usado en)",
            "Se agregó a la producción — (Usado en)",
        ]
        assert "Secreta" in sentences(asset, factories.administrator())[1]

    def test_many_take_as_many_queries_as_one(self, asset, by, django_assert_num_queries):
        for _ in range(5):
            productions.use(factories.production(by=by), asset, role="used_in", by=by)
            factories.share(asset, factories.agency(parent=factories.central()), by=factories.person())
        overseer = factories.administrator()
        history.of(asset, overseer)
        with django_assert_num_queries(3):
            assert len(history.of(asset, overseer)) > 10


class TestProduction:
    def test_everything_that_happens_is_told_newest_first(self, browser, asset, by):
        production = factories.production("Gira", by=by, of=people.home())
        used = productions.use(production, asset, role="shot_for", by=by)
        productions.stop_using(used, by=by)
        productions.set_members(production, [by], by=by)
        productions.edit(production, title="Gira 2", genre="spot", description="", by=by)
        productions.close(production, by=by)
        productions.reopen(production, by=by)
        text = read(browser, reverse("dam:production", args=[production.pk])).text
        told = [
            "Se reabrió",
            "Se cerró",
            "Se editó",
            "Cambió el equipo",
            f"Se quitó el material {asset.code} (Grabado para)",
            f"Se agregó el material {asset.code} (Grabado para)",
            "Se registró",
        ]
        places = [text.index(sentence) for sentence in told]
        assert places == sorted(places)
