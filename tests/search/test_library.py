"""The library as people use it: what they type, choose and turn over, and what they may see of it."""

import pytest
from django.test import Client

from dam import productions, trash
from dam.models import Role
from search import index
from search.engines.base import IndexOutdated
from search.query import SearchError
from tests import factories
from tests.dam.pages import read
from tests.search.finding import LIBRARY, address, ask, codes, counts, described, signed_in

pytestmark = pytest.mark.django_db


class TestWhoSees:
    @pytest.mark.parametrize("role", [Role.PRODUCER, Role.COORDINATOR, Role.LIAISON])
    def test_whoever_works_with_material_sees_what_their_agency_has(self, role: str):
        health = factories.agency("SSG", parent=factories.central())
        theirs = factories.asset(of=health)
        other = factories.asset(of=factories.agency("SEG", parent=factories.central()))
        shown = codes(ask(signed_in(factories.person(role, health))))
        assert theirs.code in shown
        assert other.code not in shown

    def test_who_brings_material_sees_their_own(self):
        health = factories.agency("SSG", parent=factories.central())
        someone = factories.person(Role.VIDEOGRAPHER, health)
        own, other = factories.asset(of=health, by=someone), factories.asset(of=health)
        shown = codes(ask(signed_in(someone)))
        assert own.code in shown
        assert other.code not in shown

    def test_the_central_office_sees_everything(self):
        assets = [factories.asset(of=factories.agency(parent=factories.central())) for _number in range(2)]
        assert set(codes(ask(signed_in(factories.person())))) == {asset.code for asset in assets}

    def test_nobody_is_asked_to_sign_in_first(self):
        answer = Client().get(address(q="becas"))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/entrar/?next=")

    def test_who_belongs_nowhere_sees_an_empty_page_that_says_why(self):
        factories.asset()
        page = ask(signed_in(factories.user()))
        assert codes(page) == []
        assert "alguien le comparta el suyo" in page.text

    def test_what_is_shared_is_found_and_counted(self):
        health = factories.agency("SSG", parent=factories.central())
        asset = described(headline="Becas")
        factories.share(asset, health)
        page = ask(signed_in(factories.person(Role.LIAISON, health)), q="becas")
        assert codes(page) == [asset.code]
        assert "1 material para “becas”" in page.text

    def test_the_database_has_the_last_word(self):
        """What went to the trash a moment ago may still be in the index: it is neither shown nor counted."""
        asset, other = described(headline="Beca uno"), described(headline="Beca dos")
        client = signed_in()
        ask(client)
        trash.put(asset, by=asset.created_by)
        page = read(client, address(q="beca"))
        assert codes(page) == [other.code]
        assert "1 material para “beca”" in page.text


class TestWords:
    @pytest.fixture
    def assets(self):
        return {
            "niñas": described(headline="Niñas en la feria de León"),
            "años": described(headline="Cien años del teatro"),
            "vacunación": described(headline="Vacunación", keywords=["salud pública"]),
            "dif": described(headline="Entrega del D.I.F. Guanajuato"),
        }

    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ("ninas", {"niñas"}),
            ("niña", {"niñas"}),
            ("LEON", {"niñas"}),
            ("anos", {"años"}),
            ("vacunaciones", {"vacunación"}),
            ("vacunasion", {"vacunación"}),
            ("vacu", {"vacunación"}),
            ("dif", {"dif"}),
            ("d.i.f.", {"dif"}),
            ('"feria de León"', {"niñas"}),
            ('"León de feria"', set()),
            ("salud publica", {"vacunación"}),
            ("zzzz", set()),
        ],
    )
    def test_they_are_found_as_people_type_them(self, assets, typed: str, expected: set[str]):
        shown = codes(ask(signed_in(), q=typed))
        assert shown == [] if not expected else shown[0] in {assets[name].code for name in expected}

    def test_a_code_finds_its_asset(self, assets):
        asset = assets["dif"]
        assert codes(ask(signed_in(), q=asset.code.lower())) == [asset.code]

    def test_what_answers_is_marked_and_nothing_in_it_runs(self):
        described(headline='Becas <script>alert("x")</script> & más')
        page = ask(signed_in(), q="becas")
        assert "<mark>Becas</mark>" in page.html
        assert "<script>alert" not in page.html
        assert "&lt;script&gt;" in page.html

    def test_what_was_typed_is_shown_as_text(self):
        page = ask(signed_in(), q='"><script>alert(1)</script>')
        assert "<script>alert" not in page.html

    def test_a_caption_leads_to_its_second(self):
        version = factories.version("video")
        factories.captions(version, [(65_400, 67_000, "La vacunación empieza mañana")])
        page = ask(signed_in(), q="empieza")
        assert f"/acervo/{version.asset.code}/?t=65.400" in page.links
        assert "01:05" in page.text or "1:05" in page.text

    def test_the_field_that_answers_is_named(self):
        described(headline="Gira", persons_shown=["Libia García"])
        page = ask(signed_in(), q="libia")
        assert "Personas:" in page.text

    def test_nothing_found_says_what_to_do(self):
        page = ask(signed_in(), q="zzzzzz", tipo="video")
        assert "Nada coincide con lo que pidió" in page.text
        assert "Buscar sin filtros" in page.text
        assert address(q="zzzzzz") in page.links

    def test_an_empty_library_says_how_to_begin(self):
        page = ask(signed_in())
        assert "Aquí estará todo el material" in page.text
        assert "/subir/" in page.links


class TestFilters:
    @pytest.fixture
    def office(self):
        health = factories.agency("SSG", parent=factories.central(), name="Secretaría de Salud")
        made = {
            "photo": described("photo", of=health, date_created="2025-11-02", keywords=["becas", "salud"]),
            "video": described("video", date_created="2026-01-15", keywords=["becas"]),
            "audio": described("audio", date_created="2026-02-15", minors_shown="yes"),
        }
        production = factories.production("Vacunación 2026")
        productions.use(production, made["video"], role="used_in", by=production.created_by)
        return made | {"production": production}

    @pytest.mark.parametrize(
        ("chosen", "expected"),
        [
            ({"tipo": "photo"}, {"photo"}),
            ({"tipo": ["photo", "video"]}, {"photo", "video"}),
            ({"dependencia": "SSG"}, {"photo"}),
            ({"anio": "2026"}, {"video", "audio"}),
            ({"mes": "2026-02"}, {"audio"}),
            ({"clave": "becas"}, {"photo", "video"}),
            ({"clave": ["becas", "salud"]}, {"photo", "video"}),
            ({"clave": "becas", "tipo": "photo"}, {"photo"}),
            ({"menores": "yes"}, {"audio"}),
            ({"tipo": "no-hay"}, set()),
            ({"tipo": ""}, {"photo", "video", "audio"}),
            ({"otro": "x"}, {"photo", "video", "audio"}),
        ],
    )
    def test_values_of_one_are_joined_and_filters_are_all_met(self, office, chosen, expected):
        shown = set(codes(ask(signed_in(), **chosen)))
        assert shown == {office[name].code for name in expected}

    def test_by_production(self, office):
        assert codes(ask(signed_in(), produccion=str(office["production"].pk))) == [office["video"].code]

    @pytest.mark.usefixtures("office")
    def test_what_can_be_chosen_follows_what_was_chosen(self):
        page = ask(signed_in(), tipo="photo")
        assert counts(page, "tipo") == {"video": False, "audio": False, "photo": True}
        assert set(counts(page, "clave")) == {"becas", "salud"}

    @pytest.mark.usefixtures("office")
    def test_a_filter_is_a_word_that_can_be_taken_off(self):
        page = ask(signed_in(), tipo="photo", clave="becas")
        assert address(clave="becas") in page.links
        assert address(tipo="photo") in page.links
        assert "Fotografía" in page.text

    def test_a_production_that_one_may_not_see_has_no_name(self, office):
        other = factories.person(Role.LIAISON, factories.agency("SEG", parent=factories.central()))
        page = ask(signed_in(other), produccion=str(office["production"].pk))
        assert "sin nombre para usted" in page.text
        assert "Vacunación 2026" not in page.text

    @pytest.mark.usefixtures("office")
    def test_months_are_offered_once_a_year_is_chosen(self):
        assert counts(ask(signed_in()), "mes") == {}
        assert set(counts(ask(signed_in(), anio="2026"), "mes")) == {"2026-01", "2026-02"}


class TestOrderAndPages:
    def test_orders(self):
        first = described("video", headline="Zacatecas")
        second = described("audio", headline="Árbol", date_created="2020-01-01")
        client = signed_in()
        assert codes(ask(client, orden="titulo")) == [second.code, first.code]
        assert codes(ask(client, orden="duracion")) in ([first.code, second.code], [second.code, first.code])
        assert codes(ask(client, orden="recientes")) == list(reversed(codes(ask(client, orden="antiguos"))))

    def test_an_order_that_does_not_exist_is_the_usual_one(self):
        asset = factories.asset()
        assert codes(ask(signed_in(), orden="al-azar")) == [asset.code]

    def test_page_by_page_every_one_is_shown_once(self, monkeypatch):
        monkeypatch.setattr("search.asked.SIZE", 4)
        made = {described(headline=f"Beca {number}").code for number in range(10)}
        client, shown, url = signed_in(), [], ""
        index.drain()
        page = read(client, LIBRARY)
        while True:
            shown += codes(page)
            following = [link for link in page.links if "desde=" in link]
            if not following or following[0] == url:
                break
            url = following[0]
            page = read(client, url)
        assert len(shown) == len(set(shown)) == 10
        assert set(shown) == made

    @pytest.mark.parametrize("cursor", ["x", "eyJ9", "%00", "0" * 500])
    def test_a_place_that_cannot_be_read_is_the_first_page(self, cursor: str):
        asset = factories.asset()
        index.drain()
        page = read(signed_in(), address(desde=cursor))
        assert page.status == 200
        assert codes(page) == [asset.code]

    def test_as_a_list_there_are_the_same(self):
        asset = described("video", headline="Spot de vacunación")
        page = ask(signed_in(), vista="lista")
        assert codes(page) == [asset.code]
        assert "Comunicación Social" in page.text
        assert "table" in {tag for tag, _attrs in page.tags}


class TestParts:
    def test_results_alone_when_only_they_are_asked_for(self):
        asset = factories.asset()
        page = ask(signed_in(), part="resultados")
        assert codes(page) == [asset.code]
        assert "<html" not in page.html

    def test_the_address_follows_what_is_typed(self):
        index.drain()
        typed = {"HX-Request": "true", "HX-Target": "resultados", "HX-Trigger": "buscar"}
        answer = signed_in().get(LIBRARY, {"q": "becas", "vacio": ""}, headers=typed)
        assert answer["HX-Replace-Url"] == address(q="becas")
        chosen = signed_in().get(LIBRARY, {"tipo": "video"}, headers={**typed, "HX-Trigger": "tipo-video"})
        assert chosen["HX-Push-Url"] == address(tipo="video")
        assert "HX-Target" in chosen["Vary"]

    def test_everything_is_a_form_and_links(self):
        described(keywords=["becas"])
        described(keywords=["salud"])
        page = ask(signed_in(), q="x", vista="lista")
        hidden = [attrs for tag, attrs in page.tags if tag == "input" and attrs.get("type") == "hidden"]
        assert any((each.get("name"), each.get("value")) == ("vista", "lista") for each in hidden)
        assert "Aplicar filtros" in page.text


class TestTroubles:
    @pytest.mark.parametrize(
        ("trouble", "status", "words"),
        [
            (IndexOutdated("another release"), 503, "se está preparando"),
            (SearchError("the disk"), 503, "no está disponible en este momento"),
        ],
    )
    def test_they_are_told_with_what_is_safe_and_what_to_do(
        self, monkeypatch, trouble: SearchError, status: int, words: str
    ):
        class Broken:
            def search(self, _query):
                raise trouble

        client = signed_in()
        monkeypatch.setattr("search.index.engine", Broken)
        page = read(client, address(q="becas"))
        assert page.status == status
        assert words in page.text
        assert "Todo el material está a salvo" in page.text
        assert address(q="becas") in page.links

    def test_too_much_at_once_is_refused_kindly(self):
        index.drain()
        page = read(signed_in(), address(clave=[f"k{number}" for number in range(5000)]))
        assert page.status in {200, 400}
        assert "Server Error" not in page.text
