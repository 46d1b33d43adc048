"""The page where an asset is described: who may, what is written, and what stays when something is wrong."""

import pytest
from django.urls import reverse

from dam import metadata, trash
from dam.metadata import Found
from dam.models import Asset, Event, User
from tests import factories
from tests.dam import people
from tests.dam.pages import page_of, read, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def asset(by: User) -> Asset:
    return factories.asset(by=by, of=people.home(), name="DSC_0001.NEF")


def url(asset: Asset, name: str = "describe") -> str:
    return reverse(f"dam:{name}", args=[asset.code])


def said(asset: Asset) -> dict[str, object]:
    return {key: one.value for key, one in metadata.known(asset).items()}


class TestWhoMay:
    @pytest.mark.parametrize(("who", "status"), people.STATUS_TO_EDIT.items())
    def test_the_form_is_for_those_who_may_edit(self, asset, who: str, status: int):
        page = read(people.signed_in(who, asset), url(asset))
        assert page.status == status
        assert ("DSC_0001" in page.text) == (status == 200)

    @pytest.mark.parametrize(("who", "status"), people.STATUS_TO_EDIT.items())
    def test_writing_is_too(self, asset, who: str, status: int):
        client = people.signed_in(who, asset)
        assert client.post(url(asset), {"headline": "Presa"}).status_code == (
            302 if status == 200 else status
        )
        assert said(asset) == ({"headline": "Presa"} if status == 200 else {})

    @pytest.mark.parametrize(("who", "status"), people.STATUS_TO_EDIT.items())
    def test_and_taking_back(self, asset, by, who: str, status: int):
        metadata.record_embedded(asset, [Found("headline", ("Del archivo",))], by=None)
        metadata.describe(asset, {"headline": "De ana"}, by=by)
        client = people.signed_in(who, asset)
        answer = client.post(url(asset, "take_back"), {"field": "headline"})
        assert answer.status_code == (302 if status == 200 else status)
        assert said(asset)["headline"] == ("Del archivo" if status == 200 else "De ana")

    @pytest.mark.parametrize("name", ["describe", "take_back"])
    def test_somebody_not_signed_in_is_asked_to(self, client, asset, name: str):
        answer = client.post(url(asset, name), {"headline": "x", "field": "headline"})
        assert answer.status_code == 302
        assert answer["Location"].startswith("/entrar/")
        assert said(asset) == {}

    @pytest.mark.parametrize("name", ["describe", "take_back"])
    def test_what_lies_in_the_trash_is_not_written_to(self, browser, asset, by, name: str):
        trash.put(asset, by=by)
        answer = browser.post(url(asset, name), {"headline": "x", "field": "headline"})
        assert answer.status_code == 403
        assert said(asset) == {}

    def test_taking_back_is_not_done_by_a_link(self, browser, asset):
        assert browser.get(url(asset, "take_back")).status_code == 405


class TestWriting:
    def test_one_goes_back_to_the_asset_that_says_so(self, browser, asset):
        answer = browser.post(url(asset), {"headline": "Presa La Purísima"})
        assert answer["Location"] == url(asset, "asset")
        page = read(browser, answer["Location"])
        assert "Se guardó la ficha." in page.text
        assert "Presa La Purísima" in page.text

    @pytest.mark.parametrize(
        ("sent", "known"),
        [
            ({"headline": "  Presa  "}, {"headline": "Presa"}),
            ({"keywords": "agua, campo , agua"}, {"keywords": ("agua", "campo")}),
            ({"keywords": "León, Gto.; campo"}, {"keywords": ("León, Gto.", "campo")}),
            ({"minors_shown": "no"}, {"minors_shown": "no"}),
            ({"rating": "-1"}, {"rating": -1}),
            ({"rating": "0"}, {"rating": 0}),
            ({"date_created": "2026-11"}, {"date_created": "2026-11"}),
            ({"description": "Uno.\r\nDos."}, {"description": "Uno.\nDos."}),
            ({"location_shown.city": "León"}, {"location_shown": {"city": "León"}}),
            ({"headline": "a\u202eb"}, {"headline": "ab"}),
            ({"headline": "   "}, {}),
            ({"camera": "FX6", "gps": "1,2", "no_such": "x"}, {}),
        ],
    )
    def test_each_shape_is_read_from_what_a_browser_sends(self, browser, asset, sent, known):
        assert send(browser, url(asset), sent).status == 200
        assert said(asset) == known

    def test_only_what_was_changed_becomes_the_persons(self, browser, asset):
        read_values = [Found("headline", ("Del archivo",)), Found("credit_line", ("CGCS",))]
        metadata.record_embedded(asset, read_values, by=None)
        sent = {
            "headline": "Presa",
            "initial-headline": "Del archivo",
            "credit_line": "CGCS",
            "initial-credit_line": "CGCS",
        }
        send(browser, url(asset), sent)
        known = metadata.known(asset)
        assert known["headline"].by_person
        assert not known["credit_line"].by_person

    def test_what_somebody_else_wrote_meanwhile_elsewhere_stays(self, browser, asset, by):
        metadata.describe(asset, {"event": "Gira"}, by=by)
        sent = {"headline": "Presa", "initial-headline": "", "event": "", "initial-event": ""}
        send(browser, url(asset), sent)
        assert said(asset) == {"headline": "Presa", "event": "Gira"}

    def test_emptying_hides_what_the_file_says(self, browser, asset):
        metadata.record_embedded(asset, [Found("headline", ("Untitled",), origin="IPTC 2:105")], by=None)
        send(browser, url(asset), {"headline": "", "initial-headline": "Untitled"})
        assert "headline" not in said(asset)
        page = read(browser, url(asset, "asset"))
        assert "ana lo dejó vacío" in page.text
        assert "El archivo dice: Untitled" in page.text

    def test_sending_what_is_already_there_writes_nothing(self, browser, asset, by):
        metadata.describe(asset, {"headline": "Presa"}, by=by)
        before = Event.objects.count()
        page = send(browser, url(asset), {"headline": "Presa", "initial-headline": "Presa"})
        assert "Se guardó" not in page.text
        assert Event.objects.count() == before

    def test_the_form_shows_what_is_known(self, browser, asset, by):
        metadata.describe(
            asset,
            {"keywords": ["León, Gto.", "campo"], "location_shown": {"city": "Irapuato"}, "rating": 4},
            by=by,
        )
        page = read(browser, url(asset))
        values = {attrs.get("name"): attrs.get("value") for tag, attrs in page.tags if tag == "input"}
        assert values["keywords"] == "León, Gto.; campo"
        assert values["location_shown.city"] == "Irapuato"
        assert ("option", "4") in [
            (tag, attrs.get("value")) for tag, attrs in page.tags if "selected" in attrs
        ]

    def test_sending_the_form_back_as_it_was_shown_changes_nothing(self, browser, asset, by):
        values = {"keywords": ["León, Gto."], "persons_shown": ["Ana"], "rating": 0, "date_created": "2026"}
        metadata.describe(asset, values | {"location_created": {"city": "León", "country": "México"}}, by=by)
        before = said(asset)
        shown = browser.get(url(asset)).context["form"]
        sent = {}
        for field in shown:
            sent[field.html_name] = sent[field.html_initial_name] = field.value() or ""
        send(browser, url(asset), sent)
        assert said(asset) == before


class TestWhatIsWrong:
    WRONG = (
        ("date_created", "ayer", "“ayer” no es una fecha. Escríbala como 2026"),
        ("date_created", "2026-13", "no es una fecha"),
        ("date_created", "22/11/2026", "no es una fecha"),
        ("date_created", "2026-02-30", "no es una fecha"),
        ("headline", "x" * 2001, "“Título” es demasiado largo."),
        ("keywords", ",".join(map(str, range(501))), "“Palabras clave” es demasiado largo."),
        ("minors_shown", "maybe", "Seleccione una opción válida"),
        ("rating", "6", "Seleccione una opción válida"),
        ("location_shown.city", "x" * 201, "200 caracteres"),
    )

    @pytest.mark.parametrize(("field", "value", "words"), WRONG)
    def test_the_page_says_what_and_that_nothing_changed(self, browser, asset, field, value, words):
        answer = browser.post(url(asset), {"headline": "Presa", field: value})
        page = page_of(answer)
        assert page.status == 422
        assert words in page.text
        assert "Nada cambió todavía; lo que escribió sigue en la página." in page.text
        assert said(asset) == {}

    def test_what_was_typed_is_still_there_the_right_and_the_wrong(self, browser, asset):
        sent = {"date_created": "ayer por la tarde", "headline": "Presa", "description": "Largo y bueno"}
        page = page_of(browser.post(url(asset), sent))
        typed = page.attributes("input", "value")
        assert "ayer por la tarde" in typed
        assert "Presa" in typed
        assert "Largo y bueno" in page.text

    def test_once_corrected_it_is_all_written(self, browser, asset):
        first = {
            "headline": "Presa",
            "date_created": "ayer",
            "initial-headline": "",
            "initial-date_created": "",
        }
        wrong = page_of(browser.post(url(asset), first))
        sent = {
            attrs["name"] or "": attrs.get("value") or ""
            for tag, attrs in wrong.tags
            if tag == "input" and "name" in attrs
        }
        send(browser, url(asset), sent | {"date_created": "2026-11-22"})
        assert said(asset) == {"headline": "Presa", "date_created": "2026-11-22"}

    def test_the_group_of_what_is_wrong_is_open(self, browser, asset):
        closed = read(browser, url(asset)).html
        opened = page_of(browser.post(url(asset), {"rating": "9"})).html
        assert opened.count('form-group" open') == closed.count('form-group" open') + 1


class TestTakingBack:
    def test_the_file_speaks_again_and_the_page_says_of_which_field(self, browser, asset, by):
        metadata.record_embedded(asset, [Found("headline", ("Del archivo",))], by=None)
        metadata.describe(asset, {"headline": "De ana"}, by=by)
        assert asset.current is not None
        address = reverse("dam:take_back", args=[asset.current.code])
        assert read(browser, url(asset, "asset")).offers(address)
        page = send(browser, address, {"field": "headline"})
        assert "“Título” volvió al valor del archivo." in page.text
        assert not page.offers(address)

    @pytest.mark.parametrize("field", ["", "nada", "\x00"])
    def test_a_field_that_is_none_changes_nothing(self, browser, asset, by, field: str):
        metadata.describe(asset, {"headline": "De ana"}, by=by)
        page = send(browser, url(asset, "take_back"), {"field": field})
        assert page.status == 200
        assert "volvió" not in page.text
        assert said(asset) == {"headline": "De ana"}


class TestQueries:
    def test_they_do_not_grow_with_what_is_known(self, browser, asset, by):
        metadata.describe(asset, {"headline": "Presa"}, by=by)
        little = people.queries(browser, url(asset))
        metadata.describe(asset, {"keywords": [str(number) for number in range(30)], "event": "x"}, by=by)
        assert people.queries(browser, url(asset)) == little
